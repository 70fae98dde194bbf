#include "ingest/columns.hpp"

#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::ingest {
namespace {

struct OwnColumn {
  TraceFormat format;
  std::string_view name;
  Column column;
};

// kDetect stands for both formats of our own.
constexpr TraceFormat kOurs = TraceFormat::kDetect;
constexpr std::array kColumns = {
    OwnColumn{kOurs, "at", Column::kAt},
    OwnColumn{kOurs, "at_ms", Column::kAtMs},
    OwnColumn{kOurs, "input_tokens", Column::kInputTokens},
    OwnColumn{kOurs, "output_tokens", Column::kOutputTokens},
    OwnColumn{kOurs, "thinking_tokens", Column::kThinkingTokens},
    OwnColumn{kOurs, "max_tokens", Column::kMaxTokens},
    OwnColumn{kOurs, "session", Column::kSession},
    OwnColumn{kOurs, "model", Column::kModel},
    OwnColumn{kOurs, "cached_prefix_id", Column::kCachedPrefixId},
    OwnColumn{kOurs, "cached_prefix_tokens", Column::kCachedPrefixTokens},
    OwnColumn{kOurs, "block_ids", Column::kBlockIds},
    OwnColumn{TraceFormat::kAzure, "TIMESTAMP", Column::kAt},
    OwnColumn{TraceFormat::kAzure, "ContextTokens", Column::kInputTokens},
    OwnColumn{TraceFormat::kAzure, "GeneratedTokens", Column::kOutputTokens},
    OwnColumn{TraceFormat::kMooncake, "timestamp", Column::kAtMs},
    OwnColumn{TraceFormat::kMooncake, "input_length", Column::kInputTokens},
    OwnColumn{TraceFormat::kMooncake, "output_length", Column::kOutputTokens},
    OwnColumn{TraceFormat::kMooncake, "hash_ids", Column::kBlockIds},
};

bool is_ours(TraceFormat format) noexcept {
  return format != TraceFormat::kAzure && format != TraceFormat::kMooncake;
}

bool is_in(const OwnColumn& row, TraceFormat format) noexcept {
  return row.format == (is_ours(format) ? kOurs : format);
}

template <class Value, class Member>
FieldResult<void> store(FieldResult<Value> value, Member& member) {
  if (!value) return tl::unexpected(std::move(value).error());
  member = static_cast<Member>(*value);
  return {};
}

template <class Value, class Member>
FieldResult<void> store(FieldResult<Value> value, std::optional<Member>& member) {
  if (!value) return tl::unexpected(std::move(value).error());
  member = static_cast<Member>(*value);
  return {};
}

FieldResult<void> set_model(FieldText field, std::string& model) {
  constexpr std::size_t kMost = 256;
  if (field.text.size() > kMost) {
    return tl::unexpected(fmt::format("{} is {}; expected a name of at most {} bytes", field.name,
                                      in_quotes(field.text), kMost));
  }
  model.assign(field.text);
  return {};
}

}  // namespace

FieldResult<Column> column_named(TraceFormat format, std::string_view name) {
  for (const OwnColumn& row : kColumns) {
    if (is_in(row, format) && row.name == name) return row.column;
  }
  if (!is_ours(format) || name.substr(0, 2) == "x_") return Column::kIgnored;
  std::string known;
  for (const OwnColumn& row : kColumns) {
    if (is_in(row, format)) known += fmt::format("{}{}", known.empty() ? "" : ", ", row.name);
  }
  return tl::unexpected(
      fmt::format("{} is not one of {}, nor does it begin with x_, for columns to ignore",
                  in_quotes(name), known));
}

std::string_view column_name(TraceFormat format, Column column) {
  for (const OwnColumn& row : kColumns) {
    if (is_in(row, format) && row.column == column) return row.name;
  }
  return "x_";
}

FieldResult<void> check_complete(TraceFormat format, ColumnSet seen) {
  if (seen.has(Column::kAt) && seen.has(Column::kAtMs)) {
    return tl::unexpected(std::string("both at and at_ms are given; expected one of them"));
  }
  if (!seen.has(Column::kAt) && !seen.has(Column::kAtMs)) {
    const std::string_view expected =
        is_ours(format)
            ? "at or at_ms"
            : column_name(format, format == TraceFormat::kAzure ? Column::kAt : Column::kAtMs);
    return tl::unexpected(fmt::format("the time is missing; expected {}", expected));
  }
  for (const Column column : {Column::kInputTokens, Column::kOutputTokens}) {
    if (!seen.has(column)) {
      return tl::unexpected(fmt::format("{} is missing", column_name(format, column)));
    }
  }
  return {};
}

void clear_row(TraceRequest& request) noexcept {
  request.at = Duration{};
  request.input_tokens = request.output_tokens = request.thinking_tokens = 0;
  request.max_tokens.reset();
  request.session.reset();
  request.cached_prefix_id.reset();
  request.cached_prefix_tokens = 0;
  request.block_ids.clear();
  request.model.clear();
}

FieldResult<void> set_field(TraceFormat format, Column column, std::string_view text,
                            TraceRequest& request) {
  constexpr WholeRange kTokens = {.least = 0, .most = kMaxTokensPerRow};
  const FieldText field{.name = column_name(format, column), .text = text};
  switch (column) {
    case Column::kAt: {
      const bool date = format == TraceFormat::kAzure || looks_like_timestamp(text);
      return store(date ? timestamp(field) : decimal_time(field, TimeUnit::kSeconds), request.at);
    }
    case Column::kAtMs:
      return store(decimal_time(field, TimeUnit::kMilliseconds), request.at);
    case Column::kInputTokens:
      return store(whole_number(field, kTokens), request.input_tokens);
    case Column::kOutputTokens:
      return store(whole_number(field, kTokens), request.output_tokens);
    case Column::kThinkingTokens:
      return store(whole_number(field, kTokens), request.thinking_tokens);
    case Column::kMaxTokens:
      return store(whole_number(field, {.least = 1, .most = kMaxTokensPerRow}), request.max_tokens);
    case Column::kSession:
      return store(identity(field), request.session);
    case Column::kModel:
      return set_model(field, request.model);
    case Column::kCachedPrefixId:
      return store(identity(field), request.cached_prefix_id);
    case Column::kCachedPrefixTokens:
      return store(whole_number(field, kTokens), request.cached_prefix_tokens);
    case Column::kBlockIds:
      return identity_list(field, request.block_ids);
    case Column::kCacheRead:
    case Column::kCacheWritten:
    case Column::kCacheWritten1h:
    case Column::kIgnored:
      return {};
  }
  return {};
}

FieldResult<void> check_row(const TraceRequest& request) {
  if (request.cached_prefix_tokens > 0 && !request.cached_prefix_id) {
    return tl::unexpected(std::string("cached_prefix_tokens has no cached_prefix_id beside it"));
  }
  if (request.cached_prefix_tokens > request.input_tokens) {
    return tl::unexpected(
        fmt::format("cached_prefix_tokens is {}; expected at most the row's input_tokens, {}",
                    request.cached_prefix_tokens, request.input_tokens));
  }
  const std::int64_t produced = request.output_tokens + request.thinking_tokens;
  if (request.max_tokens && *request.max_tokens < produced) {
    return tl::unexpected(fmt::format(
        "max_tokens is {}; expected at least the row's output_tokens and thinking_tokens, {}",
        *request.max_tokens, produced));
  }
  if (request.block_ids.size() > kMaxBlocksPerRow) {
    return tl::unexpected(fmt::format("the row has {} block ids; expected at most {}",
                                      request.block_ids.size(), kMaxBlocksPerRow));
  }
  return {};
}

}  // namespace sluice::ingest
