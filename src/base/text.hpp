// Small text for people: suggestions for misspelt words, thousands separators, durations. Durations
// have an exact form that parses back ("1m30s") and a short one for tables ("90.0 s").
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace sluice {

// The text between double quotes, for messages; long texts are cut, control characters shown as
// \xNN.
std::string in_quotes(std::string_view text);

// The candidate that the word is most likely a misspelling of, if one is near enough.
std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string> candidates);

// "; did you mean "poisson"?", or nothing.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

std::string join(std::span<const std::string> parts, std::string_view separator = ", ");

// 1234567 -> "1,234,567".
std::string with_thousands(std::int64_t number);
// "1 call", "2,300 calls"; where a plural is not the word and an s, it is given.
std::string counted(std::int64_t count, std::string_view one, std::string_view many = {});
inline std::string counted(std::size_t count, std::string_view one, std::string_view many = {}) {
  return counted(static_cast<std::int64_t>(count), one, many);
}
// The same for the digits of a decimal number before the point: "-1234.5" -> "-1,234.5".
std::string with_thousands(std::string_view decimal);

// "1m30s", "250ms", "2d", "1h0.5s" is written "1h500ms": every nanosecond, parse_duration reads it
// back.
std::string exact_text(Duration duration);

// Four significant digits and one unit, rounded half up: "1.530 s", "250.0 ms", "1.500 min", "0 s".
std::string short_text(Duration duration);

// "30s", "1m30s", "1.5h", "250ms", "2d"; units d h m s ms us ns in falling order; at most 292
// years.
Result<Duration> parse_duration(std::string_view text);

}  // namespace sluice
