#include "live/seen_limits.hpp"

#include <string>
#include <string_view>

#include "mock/limit_headers.hpp"
#include "support/catch.hpp"

namespace sluice::live {
namespace {

// The run begins at a whole second of the calendar.
constexpr std::int64_t kCalendarStart = 1'782'864'000'000'000'000;

wire::AnswerFields fields_of(const std::string& lines, UnixTime date) {
  wire::AnswerFields fields;
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(": ");
    const std::size_t end = rest.find("\r\n");
    wire::read_field(fields, rest.substr(0, colon), rest.substr(colon + 2, end - colon - 2));
    rest.remove_prefix(end + 2);
  }
  fields.date = date;
  wire::finish_fields(fields);
  return fields;
}

RateLimiter used_limiter(TimePoint now) {
  RateLimiterSpec spec;
  spec.limiters = {{{}, GroupId{}, LimitType::kRequestsPerMinute, 50},
                   {{}, GroupId{}, LimitType::kInputTokensPerMinuteCacheAware, 100'000},
                   {{}, GroupId{}, LimitType::kOutputTokensPerMinute, 20'000}};
  RateLimiter limiter(spec, kRunStart);
  const RouteId route = limiter.route(WorkspaceId{}, GroupId{}, false);
  REQUIRE_FALSE(limiter.admit(now, route, {.uncached_input = 12'345}));
  return limiter;
}

TEST_CASE("headers read back over HTTP say what the in-process API tells, to the nanosecond") {
  const TimePoint now = kRunStart + seconds(90);
  RateLimiter limiter = used_limiter(now);
  const RouteId route = limiter.route(WorkspaceId{}, GroupId{}, false);
  const UnixTime date{kCalendarStart + ns(seconds(90))};
  std::string lines;
  wire::append_rate_limit_headers(
      lines, mock::LimitSnapshot(limiter, route, now, {.now = date}).headers());
  const RateLimitView told = view_of(read_levels(limiter, route, now), kCalendarStart);
  const RateLimitView seen = seen_limits(fields_of(lines, date), {.now = now});
  CHECK(seen == told);
  REQUIRE(told.input_tokens);
  CHECK(told.input_tokens->remaining == 88'000);
  // 12,345 tokens at 100,000 a minute: 7.407 s, up to a whole second of the calendar.
  CHECK(told.input_tokens->full_at == now + seconds(8));
  REQUIRE(told.requests);
  CHECK(told.requests->remaining == 49);
}

TEST_CASE("of a mock, whose clock is its own, what is left tells when a limit is full") {
  const TimePoint now = kRunStart + seconds(90);
  wire::AnswerFields fields;
  fields.limits.requests =
      wire::LimitState{.limit = 60, .remaining = 45, .full_at = UnixTime{kCalendarStart}};
  fields.date = UnixTime{kCalendarStart};
  const RateLimitView seen = seen_limits(fields, {.now = now, .is_mock = true});
  REQUIRE(seen.requests);
  CHECK(seen.requests->full_at == now + seconds(15));
  // Its buckets hold what the scenario says.
  const RateLimitView small =
      seen_limits(fields, {.now = now, .is_mock = true, .burst = seconds(50)});
  REQUIRE(small.requests);
  CHECK(small.requests->full_at == now + seconds(5));
}

TEST_CASE("of a mock whose buckets differ by type of limit, each is full in its own time") {
  const TimePoint now = kRunStart;
  wire::AnswerFields fields;
  const wire::LimitState empty{.limit = 60, .remaining = 0, .full_at = {}};
  fields.limits.requests = empty;
  fields.limits.input_tokens = empty;
  fields.limits.output_tokens = empty;
  LimitClock clock{.now = now, .is_mock = true, .burst = seconds(50)};
  clock.bursts[static_cast<std::size_t>(LimitType::kRequestsPerMinute)] = seconds(10);
  // Whether cache reads count or not, the header is the same.
  clock.bursts[static_cast<std::size_t>(LimitType::kInputTokensPerMinute)] = seconds(20);
  const RateLimitView seen = seen_limits(fields, clock);
  CHECK(seen.requests->full_at == now + seconds(10));
  CHECK(seen.input_tokens->full_at == now + seconds(20));
  CHECK(seen.output_tokens->full_at == now + seconds(50));
}

TEST_CASE("without a date or a reset a limit is full after its own refill") {
  const TimePoint now = kRunStart;
  wire::AnswerFields fields;
  fields.limits.output_tokens = wire::LimitState{.limit = 1000, .remaining = 0, .full_at = {}};
  const RateLimitView seen = seen_limits(fields, {.now = now});
  REQUIRE(seen.output_tokens);
  CHECK(seen.output_tokens->full_at == now + minutes(1));
  CHECK_FALSE(seen.requests);
}

}  // namespace
}  // namespace sluice::live
