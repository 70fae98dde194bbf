#include "ingest/column_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/text.hpp"

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
    WellKnown{"cache_read_tokens", Column::kCacheRead},
    WellKnown{"cached_tokens", Column::kCacheRead},
    WellKnown{"cached_input_tokens", Column::kCacheRead},
    WellKnown{"cache_write_tokens", Column::kCacheWritten},
    WellKnown{"cache_creation_tokens", Column::kCacheWritten},
    WellKnown{"ephemeral_1h_input_tokens", Column::kCacheWritten1h},
};
// What only an import has: the API's own names, and one for the part of the writes that lasts.
constexpr std::array kOfImports = {
    WellKnown{"cache_read_input_tokens", Column::kCacheRead},
    WellKnown{"cache_creation_input_tokens", Column::kCacheWritten},
    WellKnown{"cache_creation_1h_input_tokens", Column::kCacheWritten1h},
};
constexpr int kSaid = 3;
constexpr int kOwn = 2;
constexpr int kKnown = 1;

char plain(char c) noexcept { return c == ' ' || c == '-' ? '_' : ascii::lower(c); }

bool same_plainly(std::string_view theirs, std::string_view known) noexcept {
  return theirs.size() == known.size() && std::equal(theirs.begin(), theirs.end(), known.begin(),
                                                     [](char a, char b) { return plain(a) == b; });
}

std::optional<Column> column_of_ours(std::string_view name) noexcept {
  for (int index = 0; index < static_cast<int>(Column::kIgnored); ++index) {
    const Column own = static_cast<Column>(index);
    if (import_name(own) == name) return own;
  }
  return std::nullopt;
}

tl::unexpected<std::string> not_ours(std::string_view name) {
  std::vector<std::string> ours;
  for (int index = 0; index < static_cast<int>(Column::kIgnored); ++index) {
    ours.emplace_back(import_name(static_cast<Column>(index)));
  }
  return tl::unexpected(fmt::format("{} is not one of {}", in_quotes(name), join(ours)));
}

}  // namespace

std::string_view import_name(Column column) noexcept {
  for (const WellKnown& own : kOfImports) {
    if (own.column == column) return own.name;
  }
  return column_name(TraceFormat::kCsv, column);
}

FieldResult<NamedColumns> NamedColumns::from(const Pairs& pairs) {
  NamedColumns names;
  for (const auto& [ours, theirs] : pairs) {
    const std::optional<Column> column = column_of_ours(ours);
    if (!column) return not_ours(ours);
    for (const auto& [known, name] : names.said_) {
      if (known == *column || name == theirs) {
        return tl::unexpected(fmt::format("{}={} stands for what was said before", ours, theirs));
      }
    }
    names.said_.emplace_back(*column, theirs);
    names.has_inner_ = names.has_inner_ || theirs.find('.') != std::string::npos;
  }
  return names;
}

NamedColumn NamedColumns::said(std::string_view theirs) const {
  for (const auto& [column, name] : said_) {
    if (name == theirs) return {.column = column, .rank = kSaid};
  }
  return {};
}

const std::string* NamedColumns::theirs(Column column) const noexcept {
  const auto found = std::find_if(said_.begin(), said_.end(),
                                  [column](const auto& one) { return one.first == column; });
  return found == said_.end() ? nullptr : &found->second;
}

bool NamedColumns::is_around_said(std::string_view path) const {
  return std::any_of(said_.begin(), said_.end(), [path](const auto& one) {
    const std::string_view name = one.second;
    return name.size() > path.size() && name.starts_with(path) && name[path.size()] == '.';
  });
}

FieldResult<void> NamedColumns::check_said(const std::vector<std::string>& header) const {
  for (const auto& [column, name] : said_) {
    if (std::find(header.begin(), header.end(), name) != header.end()) continue;
    return tl::unexpected(fmt::format("the header has no column of the name that was said for {}",
                                      import_name(column)));
  }
  return {};
}

FieldResult<void> NamedColumns::check_said(ColumnSet seen) const {
  for (const auto& [column, name] : said_) {
    if (seen.has(column)) continue;
    return tl::unexpected(
        fmt::format("no row has {}, which was said for {}", in_quotes(name), import_name(column)));
  }
  return {};
}

NamedColumn NamedColumns::find(std::string_view theirs) const {
  if (const NamedColumn named = said(theirs); named.rank > 0) return named;
  if (const auto own = column_of_ours(theirs)) return {.column = *own, .rank = kOwn};
  for (const WellKnown& known : kWellKnown) {
    if (same_plainly(theirs, known.name)) return {.column = known.column, .rank = kKnown};
  }
  return {};
}

}  // namespace sluice::ingest
