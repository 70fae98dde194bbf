#include "wire/answer_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "wire/key_table.hpp"

namespace sluice::wire {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kSecondsMax = 1'000'000'000;  // of a wait; a date in seconds is more
constexpr std::int64_t kUnixSecondsMax = 9'000'000'000;

using Limit = std::optional<LimitState> RateLimitHeaders::*;
constexpr std::array<Limit, 6> kLimits = {
    &RateLimitHeaders::requests,          &RateLimitHeaders::tokens,
    &RateLimitHeaders::input_tokens,      &RateLimitHeaders::output_tokens,
    &RateLimitHeaders::fast_input_tokens, &RateLimitHeaders::fast_output_tokens,
};

enum LimitPart : std::uint32_t { kLimit = 1, kRemaining = 2, kReset = 4, kRelativeReset = 8 };
constexpr std::uint32_t kPartBits = 4;

struct PartOfLimit {
  std::uint8_t limit = 0;  // of kLimits
  LimitPart part = kLimit;
};

// Behind "anthropic-ratelimit-".
constexpr KeyTable kAnthropicLimits(std::array{
    Key{"requests-limit", PartOfLimit{0, kLimit}},
    Key{"requests-remaining", PartOfLimit{0, kRemaining}},
    Key{"requests-reset", PartOfLimit{0, kReset}},
    Key{"tokens-limit", PartOfLimit{1, kLimit}},
    Key{"tokens-remaining", PartOfLimit{1, kRemaining}},
    Key{"tokens-reset", PartOfLimit{1, kReset}},
    Key{"input-tokens-limit", PartOfLimit{2, kLimit}},
    Key{"input-tokens-remaining", PartOfLimit{2, kRemaining}},
    Key{"input-tokens-reset", PartOfLimit{2, kReset}},
    Key{"output-tokens-limit", PartOfLimit{3, kLimit}},
    Key{"output-tokens-remaining", PartOfLimit{3, kRemaining}},
    Key{"output-tokens-reset", PartOfLimit{3, kReset}},
});
// Behind "anthropic-fast-".
constexpr KeyTable kFastLimits(std::array{
    Key{"input-tokens-limit", PartOfLimit{4, kLimit}},
    Key{"input-tokens-remaining", PartOfLimit{4, kRemaining}},
    Key{"input-tokens-reset", PartOfLimit{4, kReset}},
    Key{"output-tokens-limit", PartOfLimit{5, kLimit}},
    Key{"output-tokens-remaining", PartOfLimit{5, kRemaining}},
    Key{"output-tokens-reset", PartOfLimit{5, kReset}},
});
// Behind "x-ratelimit-".
constexpr KeyTable kChatLimits(std::array{
    Key{"limit-requests", PartOfLimit{0, kLimit}},
    Key{"remaining-requests", PartOfLimit{0, kRemaining}},
    Key{"reset-requests", PartOfLimit{0, kReset}},
    Key{"limit-tokens", PartOfLimit{1, kLimit}},
    Key{"remaining-tokens", PartOfLimit{1, kRemaining}},
    Key{"reset-tokens", PartOfLimit{1, kReset}},
});

enum class Field : std::uint8_t {
  kRequestId,
  kOtherRequestId,
  kOrganization,
  kRetryAfter,
  kRetryAfterMilliseconds,
  kShouldRetry,
  kDate,
  kContentType,
};
constexpr KeyTable kHeaderFields(std::array{
    Key{"request-id", Field::kRequestId},
    Key{"x-request-id", Field::kOtherRequestId},
    Key{"anthropic-organization-id", Field::kOrganization},
    Key{"openai-organization", Field::kOrganization},
    Key{"retry-after", Field::kRetryAfter},
    Key{"retry-after-ms", Field::kRetryAfterMilliseconds},
    Key{"x-should-retry", Field::kShouldRetry},
    Key{"date", Field::kDate},
    Key{"content-type", Field::kContentType},
});

bool starts_with_word(std::string_view text, std::string_view lower_case) noexcept {
  return ascii::is_same(text.substr(0, lower_case.size()), lower_case);
}

// Digits and nothing else.
std::optional<std::int64_t> integer(std::string_view text) noexcept {
  std::int64_t number = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return number;
}

// "30", "0.25": a number of `unit`, which is a power of ten of nanoseconds; what is finer than a
// nanosecond is cut off.
std::optional<Duration> decimal(std::string_view text, std::int64_t unit) noexcept {
  const std::size_t point = text.find('.');
  const auto whole = integer(text.substr(0, point));
  if (!whole || *whole > kSecondsMax * (kNanoseconds / unit)) return std::nullopt;
  std::int64_t total = *whole * unit;
  if (point == std::string_view::npos) return Duration{total};
  for (const char digit : text.substr(point + 1)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    unit /= 10;
    total += (digit - '0') * unit;
  }
  return Duration{total};
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that servers may write today (RFC 9110, 5.6.7).
std::optional<UnixTime> http_date(std::string_view text) noexcept {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(text.substr(8, 3));
  const auto day = integer(text.substr(5, 2));
  const auto year = integer(text.substr(12, 4));
  const auto hour = integer(text.substr(17, 2));
  const auto minute = integer(text.substr(20, 2));
  const auto second = integer(text.substr(23, 2));
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute ||
      !second) {
    return std::nullopt;
  }
  const bool is_time = *hour <= 23 && *minute <= 59 && *second <= 60;
  if (*day < 1 || *day > 31 || *year < 1970 || *year > 2200 || !is_time) return std::nullopt;
  const CivilDate date = {.year = static_cast<std::int32_t>(*year),
                          .month = static_cast<std::int32_t>(month / 3 + 1),
                          .day = static_cast<std::int32_t>(*day)};
  return UnixTime::midnight(date) + seconds(*hour * 3600 + *minute * 60 + *second);
}

void set_retry_after(AnswerFields& fields, std::string_view value) {
  if (fields.unfinished.has_milliseconds) return;
  if (const auto wait = decimal(value, kNanoseconds)) {
    fields.retry_after = wait;
  } else if (const auto date = http_date(value)) {
    fields.unfinished.retry_at = date;
  }
}

// An instant (RFC 3339, or seconds since 1970), or how long from now: "6m0s", "17ms", "1.5".
std::uint32_t set_reset(LimitState& state, std::string_view value) {
  constexpr std::int64_t kDateSize = 10;  // "2026-07-01", which begins what a duration cannot be
  if (value.size() >= kDateSize && value[4] == '-') {
    const auto time = UnixTime::parse(value);
    if (time) state.full_at = *time;
    return time ? kReset : 0U;
  }
  if (const auto number = integer(value); number && *number > kSecondsMax) {
    if (*number > kUnixSecondsMax) return 0;
    state.full_at = UnixTime{*number * kNanoseconds};
    return kReset;
  }
  std::optional<Duration> wait = decimal(value, kNanoseconds);
  if (!wait) {
    const auto duration = parse_duration(value);
    if (!duration || *duration > seconds(kSecondsMax)) return 0;
    wait = *duration;
  }
  state.full_at = UnixTime{ns(*wait)};
  return kReset | kRelativeReset;
}

void set_limit(AnswerFields& fields, PartOfLimit which, std::string_view value) {
  std::optional<LimitState>& limit = fields.limits.*kLimits[which.limit];
  if (!limit) limit.emplace();
  std::uint32_t& parts = fields.unfinished.limit_parts;
  const std::uint32_t shift = which.limit * kPartBits;
  if (which.part == kReset) {
    const std::uint32_t came = set_reset(*limit, value);
    if (came != 0) parts &= ~((kReset | kRelativeReset) << shift);
    parts |= came << shift;
  } else if (const auto number = integer(value)) {
    (which.part == kLimit ? limit->limit : limit->remaining) = *number;
    parts |= which.part << shift;
  }
}

void set_field(AnswerFields& fields, Field field, std::string_view value) {
  switch (field) {
    case Field::kRequestId:
      fields.request_id.assign(value);
      return;
    case Field::kOtherRequestId:
      if (fields.request_id.empty()) fields.request_id.assign(value);
      return;
    case Field::kOrganization:
      fields.organization_id.assign(value);
      return;
    case Field::kRetryAfter:
      return set_retry_after(fields, value);
    case Field::kRetryAfterMilliseconds:
      if (const auto wait = decimal(value, kNanoseconds / 1000)) {
        fields.retry_after = wait;
        fields.unfinished.has_milliseconds = true;
      }
      return;
    case Field::kShouldRetry:
      if (ascii::is_same(value, "true")) fields.should_retry = true;
      if (ascii::is_same(value, "false")) fields.should_retry = false;
      return;
    case Field::kDate:
      if (const auto date = http_date(value)) fields.date = date;
      return;
    case Field::kContentType:
      fields.is_event_stream = starts_with_word(value, "text/event-stream");
      return;
  }
}

std::optional<PartOfLimit> part_of_limit(std::string_view name) noexcept {
  constexpr std::string_view kAnthropic = "anthropic-ratelimit-";
  constexpr std::string_view kFast = "anthropic-fast-";
  constexpr std::string_view kChat = "x-ratelimit-";
  if (name.starts_with(kAnthropic)) return kAnthropicLimits.find(name.substr(kAnthropic.size()));
  if (name.starts_with(kFast)) return kFastLimits.find(name.substr(kFast.size()));
  if (name.starts_with(kChat)) return kChatLimits.find(name.substr(kChat.size()));
  return std::nullopt;
}

}  // namespace

bool AnswerFields::has_limits() const noexcept {
  for (const Limit limit : kLimits) {
    if (limits.*limit) return true;
  }
  return false;
}

void clear(AnswerFields& fields) noexcept {
  fields.limits = {};
  fields.retry_after.reset();
  fields.should_retry.reset();
  fields.date.reset();
  fields.request_id.clear();
  fields.organization_id.clear();
  fields.is_event_stream = false;
  fields.unfinished = {};
}

void read_field(AnswerFields& fields, std::string_view name, std::string_view value) {
  constexpr std::size_t kLongestName = 48;
  constexpr std::string_view kFirstLetters = "acdorx";
  if (name.empty() || name.size() > kLongestName) return;
  // Most fields are none of ours, and their first letter tells of many.
  if (kFirstLetters.find(ascii::lower(name.front())) == std::string_view::npos) return;
  std::array<char, kLongestName> letters;
  for (std::size_t i = 0; i < name.size(); ++i) letters[i] = ascii::lower(name[i]);
  const std::string_view lower_name(letters.data(), name.size());
  value = ascii::trimmed(value);
  if (const auto part = part_of_limit(lower_name)) {
    set_limit(fields, *part, value);
  } else if (const auto field = kHeaderFields.find(lower_name)) {
    set_field(fields, *field, value);
  }
}

void finish_fields(AnswerFields& fields) {
  UnfinishedFields& unfinished = fields.unfinished;
  for (std::size_t i = 0; i < kLimits.size(); ++i) {
    std::optional<LimitState>& limit = fields.limits.*kLimits[i];
    const std::uint32_t parts = unfinished.limit_parts >> (i * kPartBits);
    if ((parts & kLimit) == 0 || (parts & kRemaining) == 0) {
      limit.reset();
    } else if ((parts & kRelativeReset) != 0) {
      const Duration wait{limit->full_at.nanoseconds};
      limit->full_at = fields.date ? *fields.date + wait : UnixTime{};
    }
  }
  if (!fields.retry_after && unfinished.retry_at && fields.date) {
    fields.retry_after = std::max(Duration{0}, *unfinished.retry_at - *fields.date);
  }
  unfinished = {};
}

}  // namespace sluice::wire
