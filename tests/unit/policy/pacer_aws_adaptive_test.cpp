#include "policy/pacer_aws_adaptive.hpp"

#include <algorithm>

#include "policy/token_bucket.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

Outcome answer(ErrorKind error = ErrorKind::kNone) {
  Outcome outcome;
  outcome.error = error;
  return outcome;
}

void end(AwsAdaptive& pacer, TimePoint now, ErrorKind error = ErrorKind::kNone) {
  pacer.ended(now, {}, now, answer(error));
}

// Ten answers a second from 0.1 s to 10 s, then a throttle at 10.05 s.
AwsAdaptive throttled_at_ten() {
  AwsAdaptive pacer;
  for (int i = 1; i <= 100; ++i) end(pacer, kRunStart + milliseconds(100 * i));
  end(pacer, kRunStart + milliseconds(10'050), ErrorKind::kRateLimit);
  return pacer;
}

TEST_CASE("it is off until the first throttle") {
  AwsAdaptive pacer;
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE(pacer.ready_at(kRunStart, {}) == kRunStart);
    REQUIRE(pacer.send(kRunStart, {}, 0));
  }
  end(pacer, kRunStart + seconds(1), ErrorKind::kApi);
  end(pacer, kRunStart + seconds(1), ErrorKind::kConnection);
  CHECK_FALSE(pacer.is_enabled());
  CHECK(pacer.ready_at(kRunStart + seconds(1), {}) == kRunStart + seconds(1));
  end(pacer, kRunStart + seconds(1), ErrorKind::kOverloaded);
  CHECK(pacer.is_enabled());
}

TEST_CASE("the measured rate is an average of weight 0.8 over bins of half a second") {
  AwsAdaptive pacer;
  for (int i = 1; i <= 4; ++i) end(pacer, kRunStart + milliseconds(100 * i));
  CHECK(pacer.measured() == Approx(0).margin(1e-12));
  end(pacer, kRunStart + milliseconds(500));
  CHECK(pacer.measured() == Approx(8));  // 0.8 x 5 / 0.5 s
  for (int i = 6; i <= 10; ++i) end(pacer, kRunStart + milliseconds(100 * i));
  CHECK(pacer.measured() == Approx(9.6));  // 0.8 x 10 + 0.2 x 8
  end(pacer, kRunStart + milliseconds(3'400));
  CHECK(pacer.measured() == Approx(0.8 * 0.5 + 0.2 * 9.6));  // one in the two seconds from 1.0
}

// Computed in Python from the lines of botocore's CubicCalculator and RateClocker.
TEST_CASE("a throttle sets the rate to 0.7 w_max, from where it recovers along the cubic") {
  AwsAdaptive pacer = throttled_at_ten();
  CHECK(pacer.rate() == Approx(6.999999999999925).epsilon(1e-12));
  struct Row {
    int answers;  // after the throttle, one every 100 ms
    double rate;
  };
  const Row rows[] = {{1, 7.43669645358904},
                      {10, 9.648936009659902},
                      {20, 10.000030849917257},
                      {30, 10.453284520771994},
                      {40, 13.408697022224112}};
  int sent = 0;
  for (const Row& row : rows) {
    while (sent < row.answers) {
      ++sent;
      end(pacer, kRunStart + milliseconds(10'050 + 100 * sent));
    }
    CAPTURE(row.answers);
    CHECK(pacer.rate() == Approx(row.rate).epsilon(1e-12));
  }
  // Never above twice what is measured.
  for (int i = 41; i <= 60; ++i) end(pacer, kRunStart + milliseconds(10'050 + 100 * i));
  CHECK(pacer.rate() == Approx(20.000000065536).epsilon(1e-12));
  // w_max is what is measured, or the rate where that is less.
  end(pacer, kRunStart + milliseconds(16'100), ErrorKind::kRateLimit);
  CHECK(pacer.rate() == Approx(7.000000022937599).epsilon(1e-12));
  end(pacer, kRunStart + milliseconds(16'100), ErrorKind::kRateLimit);
  CHECK(pacer.rate() == Approx(0.7 * 7.000000022937599).epsilon(1e-12));
}

TEST_CASE("sends wait for their bucket, which holds one second's worth and never stops") {
  AwsAdaptive pacer = throttled_at_ten();
  TimePoint now = kRunStart + milliseconds(10'050);
  int at_once = 0;
  while (pacer.ready_at(now, {}) == now) {
    REQUIRE(pacer.send(now, {}, 0));
    ++at_once;
  }
  // The rate is 7 less some 1e-13: the seventh comes a nanosecond later.
  CHECK(at_once == 6);
  now += nanoseconds(1);
  REQUIRE(pacer.ready_at(now, {}) == now);
  REQUIRE(pacer.send(now, {}, 0));
  const TimePoint next = pacer.ready_at(now, {});
  CHECK(ns(next - now) == Approx(1e9 / 7).epsilon(1e-6));
  CHECK(pacer.ready_at(next, {}) == next);
  for (int i = 0; i < 50; ++i) end(pacer, now, ErrorKind::kRateLimit);
  CHECK(pacer.rate() == 0.5);
  CHECK(pacer.ready_at(now + seconds(2), {}) == now + seconds(2));
}

// The server's bucket of 600 a minute, an endless supply and answers after 100 ms.
TEST_CASE("against a limit of ten a second it settles near the limit with few refusals") {
  AwsAdaptive pacer;
  TokenBucket bucket({.limit = 600, .burst = seconds(1)}, kRunStart);
  std::int64_t sent = 0;
  std::int64_t refused = 0;
  for (TimePoint now = kRunStart; now < kRunStart + minutes(5);
       now = std::max(now + milliseconds(20), pacer.ready_at(now, {}))) {
    REQUIRE(pacer.send(now, {}, 0));
    const bool fits = bucket.holds(now, 1);
    if (fits) bucket.debit(now, 1);
    end(pacer, now, fits ? ErrorKind::kNone : ErrorKind::kRateLimit);
    if (now < kRunStart + minutes(1)) continue;
    ++sent;
    refused += fits ? 0 : 1;
  }
  const double rate = static_cast<double>(sent - refused) / 240;
  CHECK(rate > 8);
  CHECK(rate <= 10.1);
  CHECK(refused * 10 < sent);
}

}  // namespace
}  // namespace sluice
