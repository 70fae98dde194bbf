#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "base/decimal.hpp"
#include "base/integer.hpp"

namespace sluice {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array kUnits{
    Unit{"d", 86'400'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"ms", 1'000'000},
    Unit{"us", 1'000},
    Unit{"ns", 1},
};

constexpr std::size_t kQuotedMax = 60;

bool is_number_character(char c) { return (c >= '0' && c <= '9') || c == '.'; }

tl::unexpected<Error> not_a_duration(std::string_view text) {
  const bool bare = !text.empty() && std::all_of(text.begin(), text.end(), is_number_character);
  if (bare) {
    const std::string number{text};
    return invalid(
        "", in_quotes(text) + " has no unit: write \"" + number + "s\" or \"" + number + "ms\"");
  }
  return invalid("",
                 in_quotes(text) +
                     " is not a duration: write \"30s\", \"1m30s\", \"250ms\", \"1h\" or \"2d\"");
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// One "1.5h" of a duration in nanoseconds.
Result<int128> part_of(std::string_view text, std::string_view number, const Unit& unit) {
  const auto too_long = [&] { return invalid("", in_quotes(text) + " is longer than 292 years"); };
  const auto too_fine = [&] {
    return invalid("", in_quotes(text) + " is finer than a nanosecond");
  };
  const auto scaled = parse_decimal(number, 9);
  if (!scaled) {
    switch (scaled.error()) {
      case DecimalError::kMalformed:
        return not_a_duration(text);
      case DecimalError::kTooPrecise:
        return too_fine();
      case DecimalError::kTooLarge:
        break;
    }
    return too_long();
  }
  constexpr int128 kBillion = 1'000'000'000;
  const int128 limit = kBillion * std::numeric_limits<std::int64_t>::max();
  if (*scaled > limit / unit.nanoseconds) return too_long();
  const int128 product = *scaled * unit.nanoseconds;
  if (product % kBillion != 0) return too_fine();
  return product / kBillion;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text.substr(0, kQuotedMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      out += c;
    }
  }
  if (text.size() > kQuotedMax) {
    // A cut inside a UTF-8 sequence would leave half a character behind.
    while ((static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) out.pop_back();
    if ((static_cast<unsigned char>(out.back()) & 0x80U) != 0) out.pop_back();
    out += "...";
  }
  return out + "\"";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cells((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return cells[i * width + j];
  };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return at(a.size(), b.size());
}

std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string> candidates) {
  // A third of the letters may be wrong; a word of more than 64 letters is no misspelling of a
  // name.
  if (word.empty() || word.size() > 64) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(lower(word), lower(candidate));
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  const std::optional<std::string> near = did_you_mean(word, candidates);
  return near ? "; did you mean \"" + *near + "\"?" : "";
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != parts.data()) out += separator;
    out += part;
  }
  return out;
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  const std::string word =
      count == 1 || !many.empty() ? std::string(count == 1 ? one : many) : std::string(one) + "s";
  return with_thousands(count) + " " + word;
}

std::string with_thousands(std::int64_t number) {
  return with_thousands(std::string_view{std::to_string(number)});
}

std::string with_thousands(std::string_view decimal) {
  std::string out{decimal};
  const std::size_t first = out.starts_with('-') ? 1 : 0;
  std::size_t position = std::min(out.find('.'), out.size());
  while (position > first + 3) {
    position -= 3;
    out.insert(position, 1, ',');
  }
  return out;
}

std::string exact_text(Duration duration) {
  std::int64_t rest = ns(duration);
  if (rest == 0) return "0s";
  std::string out = rest < 0 ? "-" : "";
  for (const Unit& unit : kUnits) {
    const std::int64_t count = rest / unit.nanoseconds;
    rest %= unit.nanoseconds;
    if (count == 0) continue;
    out += std::to_string(count < 0 ? -count : count);
    out += unit.name;
  }
  return out;
}

std::string short_text(Duration duration) {
  const int128 magnitude = ns(duration) < 0 ? -int128{ns(duration)} : int128{ns(duration)};
  if (magnitude == 0) return "0 s";
  // The largest unit of which at least one remains after rounding.
  const auto fits = [&](const Unit& unit) {
    return magnitude >= unit.nanoseconds - unit.nanoseconds / 20'000;
  };
  const Unit& unit = *std::find_if(kUnits.begin(), kUnits.end(), fits);
  int digits = unit.nanoseconds == 1 ? 0 : 3;
  int128 scaled = divide_rounded(magnitude * power_of_ten(digits), unit.nanoseconds);
  while (scaled >= 10'000 && digits > 0) {
    --digits;
    scaled = divide_rounded(magnitude * power_of_ten(digits), unit.nanoseconds);
  }
  const std::string sign = ns(duration) < 0 ? "-" : "";
  const std::string name{unit.name == "m" ? "min" : unit.name};
  return sign + rounded_text(scaled, digits, digits) + " " + name;
}

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  if (rest.empty()) return not_a_duration(text);
  int128 total = 0;
  const auto* next_unit = kUnits.begin();
  while (!rest.empty()) {
    const auto number_end = std::find_if_not(rest.begin(), rest.end(), is_number_character);
    const auto unit_end = std::find_if(number_end, rest.end(), is_number_character);
    const std::string_view number{rest.begin(), number_end};
    const std::string_view name{number_end, unit_end};
    const auto named = [&](const Unit& unit) { return unit.name == name; };
    const auto* unit = std::find_if(next_unit, kUnits.end(), named);
    if (unit == kUnits.end()) return not_a_duration(text);
    SLUICE_TRY(const int128 part, part_of(text, number, *unit));
    total += part;
    next_unit = unit + 1;
    rest = std::string_view{unit_end, rest.end()};
  }
  if (total > std::numeric_limits<std::int64_t>::max()) {
    return invalid("", in_quotes(text) + " is longer than 292 years");
  }
  return Duration{static_cast<std::int64_t>(total)};
}

}  // namespace sluice
