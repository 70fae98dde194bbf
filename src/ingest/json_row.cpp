#include <cstring>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "ingest/json_problem.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/row_parser.hpp"

namespace sluice::ingest {

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

struct JsonRowParser::Buffers {
  simdjson::ondemand::parser parser;
};

namespace {

using simdjson::error_code;
using simdjson::ondemand::json_type;

tl::unexpected<std::string> not_json_row(error_code problem) {
  return tl::unexpected(fmt::format("the row is not valid JSON ({}); expected one object a line",
                                    json_problem(problem)));
}

std::string_view trimmed_token(std::string_view token) noexcept {
  const std::size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool takes_text(Column column) noexcept {
  return column == Column::kAt || column == Column::kSession || column == Column::kModel ||
         column == Column::kCachedPrefixId;
}

struct RowSink {
  TraceFormat format;
  TraceRequest& request;

  tl::unexpected<std::string> wrong_type(Column column, std::string_view expected) const {
    return tl::unexpected(fmt::format("{} is not {}", column_name(format, column), expected));
  }

  FieldResult<void> set_ids(Column column, simdjson::ondemand::value value) const {
    simdjson::ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) {
      return wrong_type(column, "a list of whole numbers");
    }
    request.block_ids.clear();
    for (auto element : array) {
      std::uint64_t id = 0;
      if (element.get_uint64().get(id) != simdjson::SUCCESS) {
        return wrong_type(column, "a list of whole numbers that are not negative");
      }
      request.block_ids.push_back(id);
    }
    return {};
  }

  // Answers whether the value counts as given: null does not.
  FieldResult<bool> set(Column column, simdjson::ondemand::value value) const {
    json_type type{};
    if (const error_code problem = value.type().get(type)) return not_json_row(problem);
    FieldResult<void> stored;
    if (type == json_type::null) {
      bool null = false;
      const error_code problem = value.is_null().get(null);
      if (problem != simdjson::SUCCESS || !null) return not_json_row(simdjson::N_ATOM_ERROR);
      return false;
    }
    if (column == Column::kBlockIds) {
      stored = set_ids(column, value);
    } else if (type == json_type::string && takes_text(column)) {
      std::string_view text;
      if (const error_code problem = value.get_string().get(text)) return not_json_row(problem);
      stored = set_field(format, column, text, request);
    } else if (type == json_type::number && column != Column::kModel) {
      stored = set_field(format, column, trimmed_token(value.raw_json_token()), request);
    } else {
      return wrong_type(column, takes_text(column) ? "a text" : "a number");
    }
    if (!stored) return tl::unexpected(std::move(stored).error());
    return true;
  }

  FieldResult<void> read(simdjson::ondemand::object object) const {
    ColumnSet seen;
    for (auto entry : object) {
      simdjson::ondemand::field field;
      std::string_view key;
      if (const error_code problem = std::move(entry).get(field)) return not_json_row(problem);
      if (const error_code problem = field.unescaped_key().get(key)) return not_json_row(problem);
      const FieldResult<Column> column = column_named(format, key);
      if (!column) return tl::unexpected("key " + column.error());
      if (*column == Column::kIgnored) continue;
      const FieldResult<bool> given = set(*column, field.value());
      if (!given) return tl::unexpected(given.error());
      if (*given && !seen.add(*column)) {
        return tl::unexpected(
            fmt::format("{} appears twice in the row", column_name(format, *column)));
      }
    }
    return check_complete(format, seen);
  }
};

}  // namespace

JsonRowParser::JsonRowParser(TraceFormat format)
    : format_(format), buffers_(std::make_unique<Buffers>()) {}
JsonRowParser::JsonRowParser(JsonRowParser&&) noexcept = default;
JsonRowParser& JsonRowParser::operator=(JsonRowParser&&) noexcept = default;
JsonRowParser::~JsonRowParser() = default;

FieldResult<void> JsonRowParser::parse(std::string_view line, TraceRequest& request) {
  clear_row(request);
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  const std::size_t readable = line.size() + simdjson::SIMDJSON_PADDING;
  if (const error_code problem =
          buffers_->parser.iterate(line.data(), line.size(), readable).get(document)) {
    return not_json_row(problem);
  }
  if (const error_code problem = document.get_object().get(object)) return not_json_row(problem);
  const RowSink sink{.format = format_, .request = request};
  if (FieldResult<void> read = sink.read(object); !read) return read;
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return tl::unexpected(std::string("text follows the row's object; expected one object a line"));
  }
  return check_row(request);
}

// simdjson holds 4 bytes an index and up to 5/3 a byte of unescaped text for its longest document.
std::size_t JsonRowParser::buffer_bytes() const noexcept { return 6 * buffers_->parser.capacity(); }

FieldResult<void> check_encoding(std::string_view line) {
  if (!line.empty() && std::memchr(line.data(), 0, line.size()) != nullptr) {
    return tl::unexpected(std::string("the row contains a NUL byte; expected text"));
  }
  if (!simdjson::validate_utf8(line.data(), line.size())) {
    return tl::unexpected(std::string("the row is not UTF-8; save the file as UTF-8"));
  }
  return {};
}

FieldResult<void> check_signature(std::string_view first_line) {
  const auto begins = [&](std::string_view prefix) {
    return first_line.substr(0, prefix.size()) == prefix;
  };
  if (begins("\xff\xfe") || begins("\xfe\xff")) {
    return tl::unexpected(std::string("the file is UTF-16; save it as UTF-8"));
  }
  for (const std::string_view magic :
       {"\x1f\x8b", "\x28\xb5\x2f\xfd", "PK\x03\x04", "PAR1", "BZh"}) {
    if (begins(magic)) {
      return tl::unexpected(
          std::string("the file is compressed or binary; unpack it to CSV or JSON lines first"));
    }
  }
  return check_encoding(first_line);
}

FieldResult<TraceFormat> detect_format(std::string_view first_line) {
  const std::string_view text = ascii::trimmed(first_line);
  if (!text.empty() && text.front() == '{') {
    const bool mooncake = text.find("\"input_length\"") != std::string_view::npos;
    return mooncake ? TraceFormat::kMooncake : TraceFormat::kJsonl;
  }
  if (text.find("ContextTokens") != std::string_view::npos) return TraceFormat::kAzure;
  if (text.find("input_tokens") != std::string_view::npos) return TraceFormat::kCsv;
  return tl::unexpected(fmt::format(
      "the first line is {}; expected a CSV header with TIMESTAMP,ContextTokens,GeneratedTokens or "
      "at,input_tokens,output_tokens, or a JSON object",
      in_quotes(first_line)));
}

}  // namespace sluice::ingest
