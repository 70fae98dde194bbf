#include "wire/rate_limit_headers.hpp"

#include <string_view>

#include "support/catch.hpp"
#include "support/unix_times.hpp"

namespace sluice::wire {
namespace {

using testing::unix_time;

std::string fields_of(const RateLimitHeaders& headers) {
  std::string fields;
  append_rate_limit_headers(fields, headers);
  return fields;
}

std::string whole_seconds(UnixTime time) {
  std::string out;
  append_whole_seconds(out, time);
  return out;
}

TEST_CASE("a 429 has all four triples (capture of 2025-06-02)", "[rate_limit_headers]") {
  const UnixTime now = unix_time("2025-06-02T15:14:45Z");
  CHECK(fields_of({.requests = LimitState{4000, 4000, now},
                   .tokens = LimitState{280'000, 80'000, now},
                   .input_tokens = LimitState{200'000, 0, unix_time("2025-06-02T15:15:48Z")},
                   .output_tokens = LimitState{80'000, 80'000, now}}) ==
        "anthropic-ratelimit-requests-limit: 4000\r\n"
        "anthropic-ratelimit-requests-remaining: 4000\r\n"
        "anthropic-ratelimit-requests-reset: 2025-06-02T15:14:45Z\r\n"
        "anthropic-ratelimit-tokens-limit: 280000\r\n"
        "anthropic-ratelimit-tokens-remaining: 80000\r\n"
        "anthropic-ratelimit-tokens-reset: 2025-06-02T15:14:45Z\r\n"
        "anthropic-ratelimit-input-tokens-limit: 200000\r\n"
        "anthropic-ratelimit-input-tokens-remaining: 0\r\n"
        "anthropic-ratelimit-input-tokens-reset: 2025-06-02T15:15:48Z\r\n"
        "anthropic-ratelimit-output-tokens-limit: 80000\r\n"
        "anthropic-ratelimit-output-tokens-remaining: 80000\r\n"
        "anthropic-ratelimit-output-tokens-reset: 2025-06-02T15:14:45Z\r\n");
}

TEST_CASE("token kinds are rounded to the nearest thousand (capture of 2025-02-24)",
          "[rate_limit_headers]") {
  // 1,532 input tokens of 80,000 and 4,096 output tokens of 16,000 were taken.
  const UnixTime now = unix_time("2025-02-24T10:00:00Z");
  const std::string fields =
      fields_of({.requests = LimitState{1000, 999, now + milliseconds(60)},
                 .tokens = LimitState{96'000, 90'372, now},
                 .input_tokens = LimitState{80'000, 78'468, now + milliseconds(1149)},
                 .output_tokens = LimitState{16'000, 11'904, now + milliseconds(15'360)}});
  for (const std::string_view line :
       {"requests-remaining: 999\r\n", "requests-reset: 2025-02-24T10:00:01Z\r\n",
        "-tokens-remaining: 90000\r\n", "input-tokens-remaining: 78000\r\n",
        "input-tokens-reset: 2025-02-24T10:00:02Z\r\n", "output-tokens-remaining: 12000\r\n",
        "output-tokens-reset: 2025-02-24T10:00:16Z\r\n"}) {
    INFO(line);
    CHECK(fields.find(line) != std::string::npos);
  }
}

TEST_CASE("limits that a model does not have are left out (capture curator#535)",
          "[rate_limit_headers]") {
  CHECK(
      fields_of({.requests = LimitState{4000, 3999, unix_time("2025-02-24T20:37:51Z")},
                 .output_tokens = LimitState{80'000, 80'000, unix_time("2025-02-24T20:38:03Z")}}) ==
      "anthropic-ratelimit-requests-limit: 4000\r\n"
      "anthropic-ratelimit-requests-remaining: 3999\r\n"
      "anthropic-ratelimit-requests-reset: 2025-02-24T20:37:51Z\r\n"
      "anthropic-ratelimit-output-tokens-limit: 80000\r\n"
      "anthropic-ratelimit-output-tokens-remaining: 80000\r\n"
      "anthropic-ratelimit-output-tokens-reset: 2025-02-24T20:38:03Z\r\n");
  CHECK(fields_of({}).empty());
}

TEST_CASE("one of 50 requests a minute is back after 1.2 s, written as 2 s",
          "[rate_limit_headers]") {
  const std::string fields = fields_of(
      {.requests = LimitState{50, 49, unix_time("2026-04-30T23:59:58Z") + milliseconds(1200)}});
  CHECK(fields ==
        "anthropic-ratelimit-requests-limit: 50\r\n"
        "anthropic-ratelimit-requests-remaining: 49\r\n"
        "anthropic-ratelimit-requests-reset: 2026-05-01T00:00:00Z\r\n");
}

TEST_CASE("fast mode has its own two limits", "[rate_limit_headers]") {
  const UnixTime now = unix_time("2026-10-15T00:00:00Z");
  CHECK(fields_of({.fast_input_tokens = LimitState{1000, 499, now},
                   .fast_output_tokens = LimitState{2000, 1500, now}}) ==
        "anthropic-fast-input-tokens-limit: 1000\r\n"
        "anthropic-fast-input-tokens-remaining: 0\r\n"
        "anthropic-fast-input-tokens-reset: 2026-10-15T00:00:00Z\r\n"
        "anthropic-fast-output-tokens-limit: 2000\r\n"
        "anthropic-fast-output-tokens-remaining: 2000\r\n"
        "anthropic-fast-output-tokens-reset: 2026-10-15T00:00:00Z\r\n");
}

TEST_CASE("the chat endpoint names requests and tokens alone", "[rate_limit_headers]") {
  const UnixTime now = unix_time("2026-10-15T12:30:00Z");
  std::string fields;
  append_chat_rate_limit_headers(fields, {.requests = LimitState{50, 49, now},
                                          .tokens = LimitState{60'000, 59'600, now},
                                          .input_tokens = LimitState{30'000, 1, now}});
  CHECK(fields ==
        "x-ratelimit-limit-requests: 50\r\n"
        "x-ratelimit-remaining-requests: 49\r\n"
        "x-ratelimit-reset-requests: 2026-10-15T12:30:00Z\r\n"
        "x-ratelimit-limit-tokens: 60000\r\n"
        "x-ratelimit-remaining-tokens: 60000\r\n"
        "x-ratelimit-reset-tokens: 2026-10-15T12:30:00Z\r\n");
}

TEST_CASE("whole seconds are rounded up, also before 1970", "[rate_limit_headers]") {
  CHECK(whole_seconds({0}) == "1970-01-01T00:00:00Z");
  CHECK(whole_seconds({1}) == "1970-01-01T00:00:01Z");
  CHECK(whole_seconds({-1}) == "1970-01-01T00:00:00Z");
  CHECK(whole_seconds({-1'000'000'001}) == "1969-12-31T23:59:59Z");
  CHECK(whole_seconds(unix_time("2028-02-29T23:59:59.5Z")) == "2028-03-01T00:00:00Z");
}

TEST_CASE("whole seconds are those of UnixTime::text", "[rate_limit_headers]") {
  for (std::int64_t step = -3000; step < 3000; ++step) {
    const UnixTime time{step * 2'999'999 * 1'000'000'000};
    INFO(time.nanoseconds);
    REQUIRE(whole_seconds(time) == time.text());
  }
}

}  // namespace
}  // namespace sluice::wire
