#include <algorithm>
#include <vector>

#include "base/draw.hpp"
#include "policy/pacer.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

PacerSpec buckets() {
  PacerSpec spec = pacer_preset(Pacing::kTokenBucket);
  spec.requests_per_minute = 60;
  spec.input_tokens_per_minute = 60'000;
  spec.output_tokens_per_minute = 6'000;
  return spec;
}

Outcome used(std::int64_t input, std::int64_t output) {
  Outcome outcome;
  outcome.usage = {.input_tokens = input, .output_tokens = output};
  return outcome;
}

TEST_CASE("client buckets are full with their burst at first and refill at their rates") {
  Pacer pacer(buckets());
  // Ten seconds' worth: 10 requests, 10,000 input and 1,000 output tokens.
  const PacedAttempt attempt{.input_tokens = 100, .output_tokens = 10};
  for (int i = 0; i < 10; ++i) {
    REQUIRE(pacer.ready_at(kRunStart, attempt) == kRunStart);
    REQUIRE(pacer.send(kRunStart, attempt, 0));
  }
  CHECK(pacer.ready_at(kRunStart, attempt) == kRunStart + seconds(1));
  // 9,000 input tokens are left, 900 output tokens: 1,000 and 100 come back in a second.
  CHECK(pacer.ready_at(kRunStart, {.input_tokens = 9'500}) == kRunStart + seconds(1));
  CHECK(pacer.ready_at(kRunStart, {.output_tokens = 1'000}) == kRunStart + seconds(1));
  CHECK(pacer.ready_at(kRunStart + seconds(1), {.input_tokens = 10'000}) == kRunStart + seconds(1));
}

TEST_CASE("what an attempt really used is settled at its end") {
  Pacer pacer(buckets());
  const PacedAttempt attempt{.input_tokens = 10'000, .output_tokens = 1'000};
  REQUIRE(pacer.send(kRunStart, attempt, 0));
  CHECK(pacer.ready_at(kRunStart, {.output_tokens = 1'000}) == kRunStart + seconds(10));
  Pacer more = pacer;
  Pacer refused = pacer;
  pacer.ended(kRunStart, attempt, kRunStart, used(4'000, 400));
  CHECK(pacer.ready_at(kRunStart, {.input_tokens = 6'000, .output_tokens = 600}) == kRunStart);
  CHECK(pacer.ready_at(kRunStart, {.output_tokens = 700}) == kRunStart + seconds(1));
  CHECK(pacer.ready_at(kRunStart, {.input_tokens = 7'000}) == kRunStart + seconds(1));
  more.ended(kRunStart, attempt, kRunStart, used(12'000, 1'000));
  CHECK(more.ready_at(kRunStart, {.input_tokens = 1'000}) == kRunStart + seconds(3));
  Outcome refusal;
  refusal.error = ErrorKind::kRateLimit;
  refused.ended(kRunStart, attempt, kRunStart, refusal);
  CHECK(refused.ready_at(kRunStart, attempt) == kRunStart);
}

TEST_CASE("input that is read from the cache is not limited and comes back") {
  Pacer pacer(buckets());
  const PacedAttempt attempt{.input_tokens = 10'000};
  REQUIRE(pacer.send(kRunStart, attempt, 0));
  Outcome outcome;
  outcome.usage = {.input_tokens = 1'000, .cache_read_input_tokens = 9'000};
  pacer.ended(kRunStart, attempt, kRunStart, outcome);
  CHECK(pacer.ready_at(kRunStart, {.input_tokens = 9'000}) == kRunStart);
  CHECK(pacer.ready_at(kRunStart, {.input_tokens = 10'000}) == kRunStart + seconds(1));
}

TEST_CASE("an attempt above what a bucket holds goes when it is full and leaves it in debt") {
  Pacer pacer(buckets());
  const PacedAttempt huge{.input_tokens = 20'000};
  REQUIRE(pacer.send(kRunStart, {.input_tokens = 1'000}, 0));
  const TimePoint full = kRunStart + seconds(1);
  CHECK(pacer.ready_at(kRunStart, huge) == full);
  REQUIRE(pacer.send(full, huge, 0));
  CHECK(pacer.ready_at(full, {.input_tokens = 1'000}) == full + seconds(11));
}

TEST_CASE("a rate too slow for its burst still lets requests through, one by one") {
  PacerSpec spec = pacer_preset(Pacing::kTokenBucket);
  spec.requests_per_minute = 2;
  Pacer pacer(spec);
  REQUIRE(pacer.ready_at(kRunStart, {}) == kRunStart);
  REQUIRE(pacer.send(kRunStart, {}, 0));
  CHECK(pacer.ready_at(kRunStart, {}) == kRunStart + seconds(30));
  CHECK(pacer.ready_at(kRunStart, {.output_tokens = 1'000'000}) == kRunStart + seconds(30));
}

// The obvious model: every send is remembered, every window that ends with one is summed up.
TEST_CASE("in no window is more sent than rate x time + burst, and nothing waits without need") {
  DrawStream draws = RandomSource(11, 0).stream(Purpose::kTest, {});
  const PacerSpec spec = buckets();
  struct Sent {
    TimePoint at;
    PacedAttempt attempt;
  };
  std::vector<Sent> all;
  Pacer pacer(spec);
  TimePoint now = kRunStart;
  const auto within = [&](std::int64_t used, std::int64_t rate, Duration span) {
    return int128{used} * ns(minutes(1)) <= int128{rate} * ns(span + spec.burst);
  };
  const auto fits = [&](TimePoint at) {
    std::int64_t input = 0;
    std::int64_t output = 0;
    for (std::size_t i = all.size(); i-- > 0;) {
      input += all[i].attempt.input_tokens;
      output += all[i].attempt.output_tokens;
      const Duration span = at - all[i].at;
      const auto requests = static_cast<std::int64_t>(all.size() - i);
      if (!within(requests, 60, span) || !within(input, 60'000, span) ||
          !within(output, 6'000, span)) {
        return false;
      }
    }
    return true;
  };
  for (int i = 0; i < 600; ++i) {
    const PacedAttempt attempt{
        .input_tokens = static_cast<std::int64_t>(uniform_below(draws.next(), 2'000)),
        .output_tokens = static_cast<std::int64_t>(uniform_below(draws.next(), 200))};
    if (uniform_below(draws.next(), 20) == 0) {
      now += milliseconds(static_cast<std::int64_t>(uniform_below(draws.next(), 30'000)));
    }
    const TimePoint ready = pacer.ready_at(now, attempt);
    REQUIRE(ready >= now);
    all.push_back({ready, attempt});
    REQUIRE(fits(ready));
    if (ready > now) {
      // A nanosecond sooner would have been too soon.
      all.back().at = ready - nanoseconds(1);
      REQUIRE_FALSE(fits(ready - nanoseconds(1)));
      all.back().at = ready;
    }
    now = ready;
    REQUIRE(pacer.send(now, attempt, 0));
  }
}

TEST_CASE("the cookbook's buckets settle nothing and pause for 15 s after a 429") {
  PacerSpec spec = pacer_preset(Pacing::kCookbook);
  spec.requests_per_minute = 60;
  spec.output_tokens_per_minute = 6'000;
  Pacer pacer(spec);
  const PacedAttempt attempt{.input_tokens = 1'000, .output_tokens = 6'000};
  REQUIRE(pacer.ready_at(kRunStart, attempt) == kRunStart);
  REQUIRE(pacer.send(kRunStart, attempt, 0));
  pacer.ended(kRunStart, attempt, kRunStart, used(1'000, 100));
  CHECK(pacer.ready_at(kRunStart, {.output_tokens = 1'000}) == kRunStart + seconds(10));
  const TimePoint then = kRunStart + minutes(2);
  REQUIRE(pacer.ready_at(then, {}) == then);
  Outcome refusal;
  refusal.error = ErrorKind::kOverloaded;
  pacer.ended(then, {}, then, refusal);
  CHECK(pacer.ready_at(then, {}) == then);
  refusal.error = ErrorKind::kRateLimit;
  pacer.ended(then, {}, then, refusal);
  CHECK(pacer.ready_at(then, {}) == then + seconds(15));
  CHECK(pacer.ready_at(then + seconds(15), {}) == then + seconds(15));
}

}  // namespace
}  // namespace sluice
