#include "ingest/named_columns.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/printable.hpp"
#include "ingest/billed_tokens.hpp"
#include "ingest/csv_cells.hpp"
#include "ingest/foreign_fields.hpp"
#include "ingest/json_fields.hpp"
#include "ingest/model_name.hpp"

namespace sluice::ingest {
namespace {

bool is_needed(Column column) noexcept {
  return column == Column::kAt || column == Column::kAtMs || column == Column::kInputTokens ||
         column == Column::kOutputTokens;
}

tl::unexpected<std::string> ambiguous(Column column) {
  const std::string_view ours = import_name(column);
  return tl::unexpected(
      fmt::format("two columns could be {}; say which is ({}=ITS NAME)", ours, ours));
}

// What a row says of caches; nothing where it says nothing.
struct CacheTokens {
  std::optional<std::int64_t> read;
  std::optional<std::int64_t> written;
  std::optional<std::int64_t> written_1h;

  std::optional<std::int64_t>* of(Column column) noexcept {
    if (column == Column::kCacheRead) return &read;
    if (column == Column::kCacheWritten) return &written;
    return column == Column::kCacheWritten1h ? &written_1h : nullptr;
  }
};

// Errors name our column, and theirs where that is another.
FieldResult<void> of_column(FieldResult<void> set, Column column, std::string_view theirs) {
  if (set || theirs == import_name(column)) return set;
  return tl::unexpected(fmt::format("{} (column {})", set.error(), printable(theirs)));
}

FieldResult<void> set_cell(Column column, std::string_view text, CacheTokens& cache,
                           TraceRequest& request) {
  std::optional<std::int64_t>* const tokens = cache.of(column);
  if (tokens == nullptr) return set_named_field(column, text, request);
  const FieldResult<std::int64_t> count = token_count({.name = import_name(column), .text = text});
  if (!count) return tl::unexpected(count.error());
  *tokens = *count;
  return {};
}

// A row that knows of caches knows what was billed.
FieldResult<void> finish_row(const CacheTokens& cache, ImportedCall& call) {
  TraceRequest& request = call.request;
  if (cache.read || cache.written || cache.written_1h) {
    const std::int64_t answer = request.output_tokens;
    const BilledTokens tokens{.prompt = request.input_tokens,
                              .output = answer + request.thinking_tokens,
                              .cache_read = cache.read,
                              .cache_written = cache.written,
                              .cache_written_1h = cache.written_1h};
    if (FieldResult<void> set = set_billed(tokens, call); !set) return set;
    request.output_tokens = answer;
  }
  return check_row(request);
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
  FieldResult<void> check_complete(const NamedColumns& names) const {
    ColumnSet seen;
    for (const NamedColumn& best : best_) {
      if (best.rank > 0) static_cast<void>(seen.add(best.column));
    }
    const FieldResult<void> complete = ingest::check_complete(TraceFormat::kCsv, seen);
    if (complete) return {};
    for (const Column column :
         {Column::kAt, Column::kAtMs, Column::kInputTokens, Column::kOutputTokens}) {
      if (best_[static_cast<std::size_t>(thing(column))].rank > 0) continue;
      if (const std::string* const theirs = names.theirs(column)) {
        return tl::unexpected(fmt::format("{} is missing, which was said for {}",
                                          printable(*theirs), import_name(column)));
      }
    }
    return tl::unexpected(complete.error() + "; say which column it is (OURS=ITS NAME)");
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
    std::vector<std::string>& seen = parser->header_;
    CellCursor cells(header, parser->scratch_);
    while (cells.more()) {
      const FieldResult<std::string_view> cell = cells.next();
      if (!cell) return tl::unexpected("the header is malformed: " + cell.error());
      seen.emplace_back(*cell);
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
      if (auto* const tokens = parser->nothing_cached_.of(columns.back())) *tokens = 0;
    }
    if (FieldResult<void> said = names.check_said(seen); !said) return tl::unexpected(said.error());
    if (FieldResult<void> complete = ranking.check_complete(names); !complete) {
      return tl::unexpected("the header is malformed: " + complete.error());
    }
    return parser;
  }

  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    ImportedCall& call = batch.add();
    CacheTokens cache = nothing_cached_;
    CellCursor cells(row, scratch_);
    std::size_t count = 0;
    for (; cells.more(); ++count) {
      const FieldResult<std::string_view> cell = cells.next();
      if (!cell) return tl::unexpected(cell.error());
      const Column column = count < columns_.size() ? columns_[count] : Column::kIgnored;
      if (column == Column::kIgnored || (cell->empty() && !is_needed(column))) continue;
      FieldResult<void> set = set_cell(column, *cell, cache, call.request);
      if (!set) return of_column(std::move(set), column, header_[count]);
    }
    if (count != columns_.size()) {
      return tl::unexpected(
          fmt::format("the row has {} cells; expected {}, as the header", count, columns_.size()));
    }
    return finish_row(cache, call);
  }

 private:
  std::vector<std::string> header_;
  std::vector<Column> columns_;
  CacheTokens nothing_cached_;  // 0 in each column of these that the header has
  std::string scratch_;
};

class NamedJsonParser final : public CallParser {
 public:
  explicit NamedJsonParser(NamedColumns names) : names_(std::move(names)) {}

  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    Row read{.ranking = {}, .cache = {}, .call = batch.add(), .batch = batch};
    simdjson::ondemand::document document;
    JsonObject object;
    const std::size_t readable = row.size() + simdjson::SIMDJSON_PADDING;
    if (const auto problem = parser_.iterate(row.data(), row.size(), readable).get(document)) {
      return not_json(problem);
    }
    if (const auto problem = document.get_object().get(object)) return not_json(problem);
    if (FieldResult<void> all = read_members(object, {}, read); !all) return all;
    if (FieldResult<void> complete = read.ranking.check_complete(names_); !complete) {
      return complete;
    }
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return tl::unexpected(
          std::string("text follows the row's object; expected one object a line"));
    }
    return finish_row(read.cache, read.call);
  }

 private:
  struct Row {
    Ranking ranking;
    CacheTokens cache;
    ImportedCall& call;
    CallBatch& batch;
  };

  // Members of objects inside are called "outer.inner", and only where that was said.
  FieldResult<void> read_members(JsonObject object, const std::string& outer, Row& row) const {
    return each_member(object, [&](std::string_view key, JsonValue value) -> FieldResult<void> {
      if (outer.empty() && !names_.has_inner()) return set(key, names_.find(key), value, row);
      const std::string path = outer.empty() ? std::string(key) : fmt::format("{}.{}", outer, key);
      const NamedColumn named = outer.empty() ? names_.find(path) : names_.said(path);
      if (named.rank > 0 || !names_.is_around_said(path)) return set(path, named, value, row);
      const FieldResult<JsonType> type = type_of(value);
      if (!type) return tl::unexpected(type.error());
      if (*type != JsonType::object) return {};
      JsonObject inner;
      if (const auto problem = value.get_object().get(inner)) return not_json(problem);
      return read_members(inner, path, row);
    });
  }

  static FieldResult<void> set(std::string_view theirs, NamedColumn named, JsonValue value,
                               Row& row) {
    if (named.rank == 0) return {};
    if (named.was_said()) row.batch.add_said(named.column);
    const FieldResult<JsonType> type = type_of(value);
    if (!type) return tl::unexpected(type.error());
    if (*type == JsonType::null) return {};
    const FieldResult<bool> counts = row.ranking.add(named);
    if (!counts) return tl::unexpected(counts.error());
    if (!*counts) return {};
    return of_column(set_value(named.column, value, row), named.column, theirs);
  }

  static FieldResult<void> set_value(Column column, JsonValue value, Row& row) {
    if (column == Column::kBlockIds) return set_blocks(value, row.call.request);
    const auto text = scalar_text(value);
    if (!text) return tl::unexpected(text.error());
    if (*text) return set_cell(column, **text, row.cache, row.call.request);
    return tl::unexpected(fmt::format("{} is neither a text nor a number", import_name(column)));
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
    case Column::kCacheRead:
    case Column::kCacheWritten:
    case Column::kCacheWritten1h:
    case Column::kIgnored:
      return set_field(TraceFormat::kCsv, column, text, request);
  }
  return {};
}

bool takes_names(LogFormat format) noexcept {
  return format == LogFormat::kCsv || format == LogFormat::kJsonl;
}

Result<NamedColumns> said_columns(const ImportOptions& options) {
  FieldResult<NamedColumns> names = NamedColumns::from(options.columns);
  if (names) return *std::move(names);
  return tl::unexpected(
      Error{.code = ErrorCode::kUsage, .where = "columns", .message = std::move(names).error()});
}

Result<CallFormat> named_columns_format(LogFormat format, const ImportOptions& options) {
  SLUICE_TRY(NamedColumns names, said_columns(options));
  if (format == LogFormat::kCsv) {
    return CallFormat{.format = format,
                      .endings = {".csv"},
                      .has_header = true,
                      .parser = [names = std::move(names)](std::string_view header) {
                        return NamedCsvParser::from_header(names, header);
                      }};
  }
  return CallFormat{
      .format = format,
      .endings = {".jsonl", ".ndjson", ".json"},
      .said = names,
      .parser = [names](std::string_view) -> FieldResult<std::unique_ptr<CallParser>> {
        return std::make_unique<NamedJsonParser>(names);
      }};
}

}  // namespace sluice::ingest
