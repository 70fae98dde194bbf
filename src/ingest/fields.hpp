// Text of one trace field -> exact integers. No floating point: "1.5" ms is 1,500,000 ns. A message
// names the field, what it holds and what would be right; the caller adds file and line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/time.hpp"

namespace sluice::ingest {

template <class T>
using FieldResult = tl::expected<T, std::string>;

struct FieldText {
  std::string_view name;
  std::string_view text;
};

// Digits only, from `least` to `most`.
struct WholeRange {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
FieldResult<std::int64_t> whole_number(FieldText field, WholeRange range);

// The digits after the point that reach down to a nanosecond.
enum class TimeUnit : int { kSeconds = 9, kMilliseconds = 6 };
// A decimal number of units, from 0 to kMaxTraceTime.
FieldResult<Duration> decimal_time(FieldText field, TimeUnit unit);

// "2023-11-16 18:15:46.6805900", also with T, Z or +hh:mm; without an offset it is UTC. Since
// 1970-01-01.
FieldResult<Duration> timestamp(FieldText field);
bool looks_like_timestamp(std::string_view text) noexcept;

// Digits are their own number; other text, up to 256 bytes, a 63-bit hash of it.
FieldResult<std::int64_t> identity(FieldText field);

// Whole numbers separated by spaces, into `ids`, whose capacity is reused.
FieldResult<void> identity_list(FieldText field, std::vector<std::uint64_t>& ids);

std::string seconds_text(Duration duration);  // "12.5 s"

}  // namespace sluice::ingest
