#include "wire/rate_limit_headers.hpp"

#include <charconv>
#include <cstring>
#include <string_view>

#include "api/rate_limit_view.hpp"

namespace sluice::wire {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;

constexpr std::int64_t floor_divided(std::int64_t number, std::int64_t divisor) noexcept {
  const std::int64_t quotient = number / divisor;
  return number % divisor < 0 ? quotient - 1 : quotient;
}

void put_digits(char* end, std::int64_t number, int count) noexcept {
  for (; count > 0; --count, number /= 10) {
    *--end = static_cast<char>('0' + number % 10);
  }
}

// "2025-06-02T15:15:48Z", many times: the resets of one response mostly fall on one day, and often
// on one second, which is worked out once. Years 0 to 9999, which UnixTime cannot leave.
class WholeSeconds {
 public:
  static constexpr std::size_t kSize = 20;

  // Returns the end of what it has written.
  char* put(char* out, UnixTime time) {
    const std::int64_t seconds = -floor_divided(-time.nanoseconds, kSecond);
    if (seconds != seconds_) set(seconds);
    std::memcpy(out, text_, kSize);
    return out + kSize;
  }

 private:
  void set(std::int64_t seconds) noexcept {
    const std::int64_t day = floor_divided(seconds, kDay);
    if (day != day_) {
      set_date(day);
    }
    const std::int64_t of_day = seconds - day * kDay;
    put_digits(text_ + 13, of_day / 3600, 2);
    put_digits(text_ + 16, of_day / 60 % 60, 2);
    put_digits(text_ + 19, of_day % 60, 2);
    seconds_ = seconds;
  }
  void set_date(std::int64_t day) noexcept {
    const CivilDate date = civil_from_days(day);
    put_digits(text_ + 4, date.year, 4);
    put_digits(text_ + 7, date.month, 2);
    put_digits(text_ + 10, date.day, 2);
    day_ = day;
  }

  char text_[kSize + 1] = "1970-01-01T00:00:00Z";
  std::int64_t day_ = 0;
  std::int64_t seconds_ = 0;
};

// The names of one limit's three lines, from the start of the line to its value.
struct LineNames {
  std::string_view limit;
  std::string_view remaining;
  std::string_view reset;
};

constexpr LineNames kRequests = {
    "anthropic-ratelimit-requests-limit: ", "\r\nanthropic-ratelimit-requests-remaining: ",
    "\r\nanthropic-ratelimit-requests-reset: "};
constexpr LineNames kTokens = {
    "anthropic-ratelimit-tokens-limit: ", "\r\nanthropic-ratelimit-tokens-remaining: ",
    "\r\nanthropic-ratelimit-tokens-reset: "};
constexpr LineNames kInputTokens = {
    "anthropic-ratelimit-input-tokens-limit: ", "\r\nanthropic-ratelimit-input-tokens-remaining: ",
    "\r\nanthropic-ratelimit-input-tokens-reset: "};
constexpr LineNames kOutputTokens = {"anthropic-ratelimit-output-tokens-limit: ",
                                     "\r\nanthropic-ratelimit-output-tokens-remaining: ",
                                     "\r\nanthropic-ratelimit-output-tokens-reset: "};
constexpr LineNames kFastInputTokens = {
    "anthropic-fast-input-tokens-limit: ", "\r\nanthropic-fast-input-tokens-remaining: ",
    "\r\nanthropic-fast-input-tokens-reset: "};
constexpr LineNames kFastOutputTokens = {
    "anthropic-fast-output-tokens-limit: ", "\r\nanthropic-fast-output-tokens-remaining: ",
    "\r\nanthropic-fast-output-tokens-reset: "};
constexpr LineNames kChatRequests = {
    "x-ratelimit-limit-requests: ", "\r\nx-ratelimit-remaining-requests: ",
    "\r\nx-ratelimit-reset-requests: "};
constexpr LineNames kChatTokens = {
    "x-ratelimit-limit-tokens: ", "\r\nx-ratelimit-remaining-tokens: ",
    "\r\nx-ratelimit-reset-tokens: "};

constexpr std::size_t kDigitsMax = 20;  // of a number, with its sign
constexpr std::size_t kLinesMax = 256;

consteval bool fits(const LineNames& names) {
  return names.limit.size() + names.remaining.size() + names.reset.size() + 2 * kDigitsMax +
             WholeSeconds::kSize + 2 <=
         kLinesMax;
}
static_assert(fits(kRequests) && fits(kTokens) && fits(kInputTokens) && fits(kOutputTokens) &&
              fits(kFastInputTokens) && fits(kFastOutputTokens) && fits(kChatRequests) &&
              fits(kChatTokens));

char* put(char* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}
char* put(char* out, std::int64_t number) noexcept {
  return std::to_chars(out, out + kDigitsMax, number).ptr;
}

class LimitLines {
 public:
  explicit LimitLines(std::string& fields) : fields_(fields) {}

  void requests(const LineNames& names, const std::optional<LimitState>& state) {
    if (state) {
      append(names, *state, state->remaining);
    }
  }
  void tokens(const LineNames& names, const std::optional<LimitState>& state) {
    if (state) {
      append(names, *state, to_nearest_thousand(state->remaining));
    }
  }

 private:
  // Put together before it is appended: a string checks its room at every piece.
  void append(const LineNames& names, const LimitState& state, std::int64_t remaining) {
    char lines[kLinesMax];
    char* end = put(lines, names.limit);
    end = put(end, state.limit);
    end = put(end, names.remaining);
    end = put(end, remaining);
    end = put(end, names.reset);
    end = seconds_.put(end, state.full_at);
    end = put(end, "\r\n");
    fields_.append(lines, static_cast<std::size_t>(end - lines));
  }

  std::string& fields_;
  WholeSeconds seconds_;
};

}  // namespace

void append_rate_limit_headers(std::string& fields, const RateLimitHeaders& headers) {
  LimitLines lines(fields);
  lines.requests(kRequests, headers.requests);
  lines.tokens(kTokens, headers.tokens);
  lines.tokens(kInputTokens, headers.input_tokens);
  lines.tokens(kOutputTokens, headers.output_tokens);
  lines.tokens(kFastInputTokens, headers.fast_input_tokens);
  lines.tokens(kFastOutputTokens, headers.fast_output_tokens);
}

void append_chat_rate_limit_headers(std::string& fields, const RateLimitHeaders& headers) {
  LimitLines lines(fields);
  lines.requests(kChatRequests, headers.requests);
  lines.tokens(kChatTokens, headers.tokens);
}

void append_whole_seconds(std::string& out, UnixTime time) {
  char text[WholeSeconds::kSize];
  WholeSeconds().put(text, time);
  out.append(text, sizeof text);
}

}  // namespace sluice::wire
