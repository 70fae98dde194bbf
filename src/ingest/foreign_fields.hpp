// Text of a field of somebody else's log -> exact integers: more forgiving than fields.hpp about
// how a time is written, and stricter about what may leave the reader. An identity comes out as a
// hash whatever it is, and a message quotes nothing but numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/fields.hpp"

namespace sluice::ingest {

// Times at or after 2000-01-01 are dates, since 1970; a log that counts from a zero of its own does
// not come that far.
inline constexpr Duration kDatesBegin = seconds(946'684'800);
// The end of 2199.
inline constexpr Duration kDatesEnd = seconds(7'258'118'400);
constexpr bool is_date(Duration at) noexcept { return at >= kDatesBegin; }

// A date and time as timestamp() reads it, or a number of seconds, or one that can only be the
// milliseconds, microseconds or nanoseconds since 1970 (above 10^11, 10^14, 10^17). Digits finer
// than a nanosecond are dropped.
FieldResult<Duration> clock_time(FieldText field);

// A whole number from 0 to kMaxTokensPerRow; also as "12.0".
FieldResult<std::int64_t> token_count(FieldText field);

// A 63-bit hash of any text but an empty one.
FieldResult<std::int64_t> hashed_identity(FieldText field);

// A message about a row, with what it quotes of the row left out unless that is made of digits and
// the signs of numbers and dates.
std::string without_content(std::string_view message);

}  // namespace sluice::ingest
