#include "ingest/servegen_sizes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "ingest/call_stream.hpp"
#include "ingest/json_fields.hpp"

namespace sluice::ingest {
namespace {

constexpr std::int64_t kMostMedia = 1000;  // of a kind in one request

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

// Bytes of a file, followed by the parser's padding.
struct FilePart {
  std::vector<char> bytes;
  std::size_t size = 0;
  std::string_view text() const noexcept { return {bytes.data(), size}; }
};

Result<FilePart> read_part(const std::string& path, std::size_t offset, std::size_t size) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return io_error(path, "cannot be opened");
  if (std::fseek(file.get(), static_cast<long>(offset), SEEK_SET) != 0) {
    return io_error(path, "cannot be read");
  }
  constexpr std::size_t kBlock = 64 * 1024;
  FilePart part;
  while (part.size < size) {
    const std::size_t wanted = std::min(kBlock, size - part.size);
    part.bytes.resize(part.size + wanted);
    const std::size_t count = std::fread(part.bytes.data() + part.size, 1, wanted, file.get());
    part.size += count;
    if (count == 0) break;
  }
  if (std::ferror(file.get()) != 0) return io_error(path, "cannot be read");
  part.bytes.resize(part.size + simdjson::SIMDJSON_PADDING);
  return part;
}

// Takes the number off the front of the text.
std::optional<double> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  return number;
}

bool take(std::string_view& text, char character) {
  if (text.empty() || text.front() != character) return false;
  text.remove_prefix(1);
  return true;
}

tl::unexpected<std::string> no_table() {
  return tl::unexpected(
      std::string("a table of sizes is malformed; expected {tokens: probability, ...}"));
}

std::int64_t whole(double value) noexcept { return static_cast<std::int64_t>(value); }

constexpr std::array<std::string_view, 3> kMedia = {"image", "audio", "video"};

// The table that a member of a window is for, and the largest number in it.
struct Place {
  SizeTable* table = nullptr;
  double most = 0;
};
Place place_of(std::string_view key, SizeTables& tables) {
  constexpr double kTokens = static_cast<double>(kMaxTokensPerRow);
  if (key == "input_tokens" || key == "text_tokens") return {&tables.input, kTokens};
  if (key == "output_tokens") return {&tables.output, kTokens};
  if (key == "reason_ratio") return {&tables.thinking_ratio, 1};
  for (std::size_t kind = 0; kind < kMedia.size(); ++kind) {
    if (key.substr(0, kMedia[kind].size()) != kMedia[kind]) continue;
    const std::string_view rest = key.substr(kMedia[kind].size());
    if (rest == "_tokens") return {&tables.media[kind].tokens, kTokens};
    if (rest == "_count") return {&tables.media[kind].count, static_cast<double>(kMostMedia)};
  }
  return {};
}

}  // namespace

FieldResult<SizeTable> SizeTable::parse(std::string_view text, double most) {
  SizeTable table;
  double total = 0;
  if (!take(text, '{')) return no_table();
  while (!take(text, '}')) {
    const std::optional<double> value = take_number(text);
    if (!value || *value > most || !take(text, ':')) return no_table();
    const std::optional<double> probability = take_number(text);
    if (!probability || *probability > 1e9) return no_table();
    if (!text.empty() && text.front() != '}' && !take(text, ',')) return no_table();
    if (*probability == 0) continue;
    table.values_.push_back(*value);
    table.cumulative_.push_back(total += *probability);
  }
  if (!text.empty()) return no_table();
  return table;
}

double SizeTable::draw(DrawStream& draws) const {
  const double point = unit_interval(draws.next()) * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), point);
  const auto index = std::min<std::ptrdiff_t>(found - cumulative_.begin(),
                                              static_cast<std::ptrdiff_t>(values_.size()) - 1);
  return values_[static_cast<std::size_t>(index)];
}

void SizeTables::draw(DrawStream& draws, TraceRequest& request) const {
  std::int64_t prompt = whole(input.draw(draws));
  for (const Media& kind : media) {
    if (kind.count.empty() || kind.tokens.empty()) continue;
    const std::int64_t count = whole(kind.count.draw(draws));
    for (std::int64_t item = 0; item < count; ++item) prompt += whole(kind.tokens.draw(draws));
  }
  request.input_tokens = std::min(prompt, kMaxTokensPerRow);
  const std::int64_t produced = whole(output.draw(draws));
  if (!thinking_ratio.empty()) {
    const double thinking = thinking_ratio.draw(draws) * static_cast<double>(produced);
    request.thinking_tokens = std::min(produced, whole(thinking + 0.5));
  }
  request.output_tokens = produced - request.thinking_tokens;
}

FieldResult<SizeTables> parse_size_tables(std::string_view json) {
  SizeTables tables;
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  JsonValue root;
  const std::size_t readable = json.size() + simdjson::SIMDJSON_PADDING;
  if (const auto problem = parser.iterate(json.data(), json.size(), readable).get(document)) {
    return not_json(problem);
  }
  if (const auto problem = document.get_value().get(root)) return not_json(problem);
  FieldResult<void> read =
      members_of(root, [&](std::string_view key, JsonValue value) -> FieldResult<void> {
        const Place place = place_of(key, tables);
        if (place.table == nullptr) return {};
        const auto text = scalar_text(value);
        if (!text) return tl::unexpected(text.error());
        FieldResult<SizeTable> table = SizeTable::parse(text->value_or("{}"), place.most);
        if (!table) return tl::unexpected(std::move(table).error());
        *place.table = *std::move(table);
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return tables;
}

Result<SizeFile> SizeFile::open(const std::string& path) {
  SizeFile file;
  file.path_ = path;
  SLUICE_TRY(const FilePart part, read_part(path, 0, kMaxDocumentBytes + 1));
  const std::string_view text = part.text();
  if (text.size() > kMaxDocumentBytes) {
    return invalid(path, fmt::format("is longer than {} bytes", kMaxDocumentBytes));
  }
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  JsonValue root;
  if (parser.iterate(text.data(), text.size(), part.bytes.size()).get(document) !=
          simdjson::SUCCESS ||
      document.get_value().get(root) != simdjson::SUCCESS) {
    return invalid(path, "is not a JSON object");
  }
  FieldResult<void> read =
      members_of(root, [&](std::string_view key, JsonValue value) -> FieldResult<void> {
        const auto start = whole_number({.name = "a window's start", .text = key},
                                        {.least = 0, .most = ns(kMaxTraceTime) / 1'000'000'000});
        if (!start) return tl::unexpected(start.error());
        JsonObject window;
        std::string_view json;
        if (const auto problem = value.get_object().get(window)) return not_json(problem);
        if (const auto problem = window.raw_json().get(json)) return not_json(problem);
        const Part window_part{.start = *start,
                               .offset = static_cast<std::size_t>(json.data() - text.data()),
                               .size = json.size()};
        // A window without requests has empty tables.
        if (json.find("\"{}\"") == json.npos) file.parts_.push_back(window_part);
        return {};
      });
  if (!read) return invalid(path, read.error());
  if (file.parts_.empty()) return invalid(path, "no window in it has sizes");
  std::sort(file.parts_.begin(), file.parts_.end(),
            [](const Part& a, const Part& b) { return a.start < b.start; });
  return file;
}

std::size_t SizeFile::window_at(std::int64_t second) const noexcept {
  const auto after =
      std::upper_bound(parts_.begin(), parts_.end(), second,
                       [](std::int64_t at, const Part& part) { return at < part.start; });
  return after == parts_.begin() ? 0 : static_cast<std::size_t>(after - parts_.begin()) - 1;
}

Result<SizeTables> SizeFile::load(std::size_t window) const {
  const Part& part = parts_[window];
  SLUICE_TRY(const FilePart json, read_part(path_, part.offset, part.size));
  FieldResult<SizeTables> tables = parse_size_tables(json.text());
  if (!tables) return invalid(path_, tables.error());
  if (tables->input.empty() || tables->output.empty()) {
    return invalid(
        path_, fmt::format("the window at {} s has no sizes of prompts or of answers", part.start));
  }
  return *std::move(tables);
}

}  // namespace sluice::ingest
