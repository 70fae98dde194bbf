// The columns that a trace may have and their names in each format; the one place where a field's
// text becomes a member of TraceRequest, for CSV cells and JSON values alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/fields.hpp"
#include "ingest/trace_reader.hpp"

namespace sluice::ingest {

enum class Column {
  kAt,
  kAtMs,
  kInputTokens,
  kOutputTokens,
  kThinkingTokens,
  kMaxTokens,
  kSession,
  kModel,
  kCachedPrefixId,
  kCachedPrefixTokens,
  kBlockIds,
  kCacheRead,  // these three of imports alone (column_names.hpp): no trace has them
  kCacheWritten,
  kCacheWritten1h,
  kIgnored,
};

// More block ids than this in a row are malformed: kMaxTokensPerRow in blocks of 512 tokens.
inline constexpr std::size_t kMaxBlocksPerRow = 20'000;

// Formats of others may carry more than sluice reads (kIgnored); in ours an unknown name is a
// mistake, unless it begins with x_.
FieldResult<Column> column_named(TraceFormat format, std::string_view name);
std::string_view column_name(TraceFormat format, Column column);

// The columns seen in one header or row.
class ColumnSet {
 public:
  bool add(Column column) noexcept {  // false: it was there already
    const std::uint32_t bit = column == Column::kIgnored ? 0 : 1U << static_cast<unsigned>(column);
    const bool fresh = (bits_ & bit) == 0;
    bits_ |= bit;
    return fresh;
  }
  void add_all(ColumnSet other) noexcept { bits_ |= other.bits_; }
  bool has(Column column) const noexcept {
    return (bits_ & (1U << static_cast<unsigned>(column))) != 0;
  }

 private:
  std::uint32_t bits_ = 0;
};

// A time, input_tokens and output_tokens must be there, and not two times.
FieldResult<void> check_complete(TraceFormat format, ColumnSet seen);

// Forgets the row before, keeping capacity.
void clear_row(TraceRequest& request) noexcept;
FieldResult<void> set_field(TraceFormat format, Column column, std::string_view text,
                            TraceRequest& request);
// What can only be judged with the whole row at hand.
FieldResult<void> check_row(const TraceRequest& request);

}  // namespace sluice::ingest
