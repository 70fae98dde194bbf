#include "ingest/named_columns.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "ingest/csv_cells.hpp"
#include "ingest/foreign_fields.hpp"
#include "ingest/json_fields.hpp"
#include "ingest/model_name.hpp"

namespace sluice::ingest {
namespace {

// Names by which other programs call these columns. A number under a time's name is in seconds, or
// in whatever finer unit its size tells (clock_time).
struct WellKnown {
  std::string_view name;
  Column column;
};
constexpr std::array kWellKnown = {
    WellKnown{"timestamp", Column::kAt},
    WellKnown{"time", Column::kAt},
    WellKnown{"ts", Column::kAt},
    WellKnown{"datetime", Column::kAt},
    WellKnown{"created_at", Column::kAt},
    WellKnown{"started_at", Column::kAt},
    WellKnown{"start_time", Column::kAt},
    WellKnown{"starttime", Column::kAt},
    WellKnown{"request_time", Column::kAt},
    WellKnown{"arrival_time", Column::kAt},
    WellKnown{"arrived_at", Column::kAt},
    WellKnown{"timestamp_ms", Column::kAtMs},
    WellKnown{"time_ms", Column::kAtMs},
    WellKnown{"prompt_tokens", Column::kInputTokens},
    WellKnown{"request_tokens", Column::kInputTokens},
    WellKnown{"context_tokens", Column::kInputTokens},
    WellKnown{"input_length", Column::kInputTokens},
    WellKnown{"prompt_length", Column::kInputTokens},
    WellKnown{"input_token_count", Column::kInputTokens},
    WellKnown{"prompt_token_count", Column::kInputTokens},
    WellKnown{"num_prefill_tokens", Column::kInputTokens},
    WellKnown{"completion_tokens", Column::kOutputTokens},
    WellKnown{"response_tokens", Column::kOutputTokens},
    WellKnown{"generated_tokens", Column::kOutputTokens},
    WellKnown{"output_length", Column::kOutputTokens},
    WellKnown{"output_token_count", Column::kOutputTokens},
    WellKnown{"completion_token_count", Column::kOutputTokens},
    WellKnown{"num_decode_tokens", Column::kOutputTokens},
    WellKnown{"session_id", Column::kSession},
    WellKnown{"conversation_id", Column::kSession},
    WellKnown{"chat_id", Column::kSession},
    WellKnown{"thread_id", Column::kSession},
    WellKnown{"model_name", Column::kModel},
    WellKnown{"model_id", Column::kModel},
};
constexpr int kSaid = 3;
constexpr int kOwn = 2;
constexpr int kKnown = 1;

char plain(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == ' ' || c == '-' ? '_' : c;
}

bool same_plainly(std::string_view theirs, std::string_view known) noexcept {
  return theirs.size() == known.size() && std::equal(theirs.begin(), theirs.end(), known.begin(),
                                                     [](char a, char b) { return plain(a) == b; });
}

bool is_needed(Column column) noexcept {
  return column == Column::kAt || column == Column::kAtMs || column == Column::kInputTokens ||
         column == Column::kOutputTokens;
}

tl::unexpected<std::string> ambiguous(Column column) {
  const std::string_view ours = column_name(TraceFormat::kCsv, column);
  return tl::unexpected(
      fmt::format("two columns could be {}; say which is ({}=ITS NAME)", ours, ours));
}

// Which column is what, where several names stand for one. The two times are one thing here.
class Ranking {
 public:
  static Column thing(Column column) noexcept {
    return column == Column::kAtMs ? Column::kAt : column;
  }
  // Whether the name counts: it is of ours and no better one stands for the same.
  FieldResult<bool> add(NamedColumn named) {
    if (named.rank == 0) return false;
    NamedColumn& best = best_[static_cast<std::size_t>(thing(named.column))];
    if (named.rank == best.rank) return ambiguous(named.column);
    if (named.rank < best.rank) return false;
    best = named;
    return true;
  }
  FieldResult<void> check_complete() const {
    ColumnSet seen;
    for (const NamedColumn& best : best_) {
      if (best.rank > 0) static_cast<void>(seen.add(best.column));
    }
    if (FieldResult<void> complete = ingest::check_complete(TraceFormat::kCsv, seen); !complete) {
      return tl::unexpected(complete.error() + "; say which column it is (OURS=ITS NAME)");
    }
    return {};
  }

 private:
  std::array<NamedColumn, static_cast<std::size_t>(Column::kIgnored)> best_{};
};

class NamedCsvParser final : public CallParser {
 public:
  static FieldResult<std::unique_ptr<CallParser>> from_header(const NamedColumns& names,
                                                              std::string_view header) {
    auto parser = std::make_unique<NamedCsvParser>();
    Ranking ranking;
    CellCursor cells(header, parser->scratch_);
    while (cells.more()) {
      const FieldResult<std::string_view> cell = cells.next();
      if (!cell) return tl::unexpected("the header is malformed: " + cell.error());
      const NamedColumn named = names.find(*cell);
      const FieldResult<bool> counts = ranking.add(named);
      if (!counts) return tl::unexpected(counts.error());
      std::vector<Column>& columns = parser->columns_;
      if (*counts) {
        const auto is_worse = [named](Column column) {
          return column != Column::kIgnored &&
                 Ranking::thing(column) == Ranking::thing(named.column);
        };
        std::replace_if(columns.begin(), columns.end(), is_worse, Column::kIgnored);
      }
      columns.push_back(*counts ? named.column : Column::kIgnored);
    }
    if (FieldResult<void> complete = ranking.check_complete(); !complete) {
      return tl::unexpected("the header is malformed: " + complete.error());
    }
    return parser;
  }

  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    TraceRequest& request = batch.add().request;
    CellCursor cells(row, scratch_);
    std::size_t count = 0;
    for (; cells.more(); ++count) {
      const FieldResult<std::string_view> cell = cells.next();
      if (!cell) return tl::unexpected(cell.error());
      const Column column = count < columns_.size() ? columns_[count] : Column::kIgnored;
      if (column == Column::kIgnored || (cell->empty() && !is_needed(column))) continue;
      if (FieldResult<void> set = set_named_field(column, *cell, request); !set) return set;
    }
    if (count != columns_.size()) {
      return tl::unexpected(
          fmt::format("the row has {} cells; expected {}, as the header", count, columns_.size()));
    }
    return check_row(request);
  }

 private:
  std::vector<Column> columns_;
  std::string scratch_;
};

class NamedJsonParser final : public CallParser {
 public:
  explicit NamedJsonParser(NamedColumns names) : names_(std::move(names)) {}

  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    TraceRequest& request = batch.add().request;
    simdjson::ondemand::document document;
    JsonObject object;
    const std::size_t readable = row.size() + simdjson::SIMDJSON_PADDING;
    if (const auto problem = parser_.iterate(row.data(), row.size(), readable).get(document)) {
      return not_json(problem);
    }
    if (const auto problem = document.get_object().get(object)) return not_json(problem);
    Ranking ranking;
    FieldResult<void> read =
        each_member(object, [&](std::string_view key, JsonValue value) -> FieldResult<void> {
          const NamedColumn named = names_.find(key);
          if (named.rank == 0) return {};
          return set(named, value, ranking, request);
        });
    if (!read) return read;
    if (FieldResult<void> complete = ranking.check_complete(); !complete) return complete;
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return tl::unexpected(
          std::string("text follows the row's object; expected one object a line"));
    }
    return check_row(request);
  }

 private:
  static FieldResult<void> set(NamedColumn named, JsonValue value, Ranking& ranking,
                               TraceRequest& request) {
    const FieldResult<JsonType> type = type_of(value);
    if (!type) return tl::unexpected(type.error());
    if (*type == JsonType::null) return {};
    const FieldResult<bool> counts = ranking.add(named);
    if (!counts) return tl::unexpected(counts.error());
    if (!*counts) return {};
    if (named.column == Column::kBlockIds) return set_blocks(value, request);
    const auto text = scalar_text(value);
    if (!text) return tl::unexpected(text.error());
    if (*text) return set_named_field(named.column, **text, request);
    return tl::unexpected(fmt::format("{} is neither a text nor a number",
                                      column_name(TraceFormat::kCsv, named.column)));
  }

  static FieldResult<void> set_blocks(JsonValue value, TraceRequest& request) {
    request.block_ids.clear();
    return elements_of(value, [&](JsonValue element) -> FieldResult<void> {
      std::uint64_t id = 0;
      if (element.get_uint64().get(id) != simdjson::SUCCESS) {
        return tl::unexpected(std::string("block_ids is not a list of whole numbers"));
      }
      request.block_ids.push_back(id);
      return {};
    });
  }

  NamedColumns names_;
  simdjson::ondemand::parser parser_;
};

}  // namespace

FieldResult<NamedColumns> NamedColumns::from(const Pairs& pairs) {
  NamedColumns names;
  for (const auto& [ours, theirs] : pairs) {
    const FieldResult<Column> column = column_named(TraceFormat::kCsv, ours);
    if (!column) return tl::unexpected(column.error());
    if (*column == Column::kIgnored) {
      return tl::unexpected(fmt::format("{} is not a column of ours", in_quotes(ours)));
    }
    for (const auto& [known, name] : names.said_) {
      if (known == *column || name == theirs) {
        return tl::unexpected(fmt::format("{}={} stands for what was said before", ours, theirs));
      }
    }
    names.said_.emplace_back(*column, theirs);
  }
  return names;
}

NamedColumn NamedColumns::find(std::string_view theirs) const {
  for (const auto& [column, name] : said_) {
    if (name == theirs) return {.column = column, .rank = kSaid};
  }
  for (int index = 0; index < static_cast<int>(Column::kIgnored); ++index) {
    const Column own = static_cast<Column>(index);
    if (column_name(TraceFormat::kCsv, own) == theirs) return {.column = own, .rank = kOwn};
  }
  for (const WellKnown& known : kWellKnown) {
    if (same_plainly(theirs, known.name)) return {.column = known.column, .rank = kKnown};
  }
  return {};
}

FieldResult<void> set_named_field(Column column, std::string_view text, TraceRequest& request) {
  const FieldText field{.name = column_name(TraceFormat::kCsv, column), .text = text};
  const auto store = [](const auto& value, auto& member) -> FieldResult<void> {
    if (!value) return tl::unexpected(value.error());
    member = static_cast<std::remove_reference_t<decltype(*value)>>(*value);
    return {};
  };
  switch (column) {
    case Column::kAt:
      return store(clock_time(field), request.at);
    case Column::kInputTokens:
      return store(token_count(field), request.input_tokens);
    case Column::kOutputTokens:
      return store(token_count(field), request.output_tokens);
    case Column::kThinkingTokens:
      return store(token_count(field), request.thinking_tokens);
    case Column::kSession:
      return store(hashed_identity(field), request.session);
    case Column::kCachedPrefixId:
      return store(hashed_identity(field), request.cached_prefix_id);
    case Column::kModel:
      assign_model_name(request.model, text);
      return {};
    case Column::kAtMs:
    case Column::kMaxTokens:
    case Column::kCachedPrefixTokens:
    case Column::kBlockIds:
    case Column::kIgnored:
      return set_field(TraceFormat::kCsv, column, text, request);
  }
  return {};
}

Result<CallFormat> named_columns_format(LogFormat format, const ImportOptions& options) {
  FieldResult<NamedColumns> names = NamedColumns::from(options.columns);
  if (!names) {
    return tl::unexpected(
        Error{.code = ErrorCode::kUsage, .where = "columns", .message = names.error()});
  }
  if (format == LogFormat::kCsv) {
    return CallFormat{.format = format,
                      .endings = {".csv"},
                      .has_header = true,
                      .parser = [names = *names](std::string_view header) {
                        return NamedCsvParser::from_header(names, header);
                      }};
  }
  return CallFormat{
      .format = format,
      .endings = {".jsonl", ".ndjson", ".json"},
      .parser = [names = *names](std::string_view) -> FieldResult<std::unique_ptr<CallParser>> {
        return std::make_unique<NamedJsonParser>(names);
      }};
}

}  // namespace sluice::ingest
