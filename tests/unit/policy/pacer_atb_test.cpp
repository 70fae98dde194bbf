#include "policy/pacer_atb.hpp"

#include <algorithm>

#include "policy/token_bucket.hpp"
#include "support/catch.hpp"
#include "support/outcomes.hpp"

namespace sluice {
namespace {

using testing::ended_with;

PacerSpec beginning(std::int64_t requests_per_minute) {
  PacerSpec spec = pacer_preset(Pacing::kAdaptiveTokenBucket);
  spec.requests_per_minute = requests_per_minute;
  return spec;
}

TEST_CASE("it begins with one request at the given rate, else at four a minute") {
  AdaptiveTokenBucket pacer(pacer_preset(Pacing::kAdaptiveTokenBucket));
  REQUIRE(pacer.ready_at(kRunStart, {}) == kRunStart);
  REQUIRE(pacer.send(kRunStart, {}, 0));
  CHECK(ns(pacer.ready_at(kRunStart, {}) - kRunStart) == Approx(15e9).epsilon(1e-8));
  CHECK(AdaptiveTokenBucket(beginning(120)).rate() == Approx(2));
}

TEST_CASE("a success multiplies the rate by 1.2, a refusal halves it and empties the bucket") {
  AdaptiveTokenBucket pacer(beginning(120));
  TimePoint now = kRunStart + seconds(10);
  pacer.ended(now, {}, now, ended_with(ErrorKind::kNone));
  CHECK(pacer.rate() == Approx(2.4));
  now += seconds(10);
  CHECK(pacer.ready_at(now, {}) == now);
  for (const ErrorKind error : {ErrorKind::kRateLimit, ErrorKind::kOverloaded, ErrorKind::kApi}) {
    AdaptiveTokenBucket refused = pacer;
    refused.ended(now, {}, now, ended_with(error));
    CHECK(refused.rate() == Approx(1.2));
    CHECK(ns(refused.ready_at(now, {}) - now) == Approx(1e9 / 1.2).epsilon(1e-8));
  }
  pacer.ended(now, {}, now, ended_with(ErrorKind::kInvalidRequest));
  CHECK(pacer.rate() == Approx(2.4));
}

TEST_CASE("the steps and the rate have a least") {
  AdaptiveTokenBucket pacer(beginning(1));
  TimePoint now = kRunStart;
  for (int i = 0; i < 5; ++i) {
    now += seconds(1);
    pacer.ended(now, {}, now, ended_with(ErrorKind::kRateLimit));
  }
  CHECK(pacer.rate() == 0.01);
  now += seconds(1);
  pacer.ended(now, {}, now, ended_with(ErrorKind::kNone));
  CHECK(pacer.rate() == Approx(0.02));
}

TEST_CASE("the bucket holds four") {
  AdaptiveTokenBucket pacer(beginning(600));
  const TimePoint now = kRunStart + minutes(1);
  int at_once = 0;
  for (; pacer.ready_at(now, {}) == now; ++at_once) REQUIRE(pacer.send(now, {}, 0));
  CHECK(at_once == 4);
}

TEST_CASE("an attempt that was sent before the rate last changed tells nothing of it") {
  AdaptiveTokenBucket pacer(beginning(120));
  const TimePoint sent = kRunStart + seconds(1);
  const TimePoint now = kRunStart + seconds(2);
  for (int i = 0; i < 10; ++i) pacer.ended(now, {}, sent, ended_with(ErrorKind::kRateLimit));
  CHECK(pacer.rate() == Approx(1));
  pacer.ended(now + seconds(1), {}, sent, ended_with(ErrorKind::kNone));
  CHECK(pacer.rate() == Approx(1));
}

// The paper's claim in its direction: fewer refusals than a client that sends at a fixed rate above
// its share, at nearly the same service.
TEST_CASE("against a limit it finds a rate near it, with far fewer refusals than without") {
  const auto refused_of = [](auto pacer, std::int64_t& served) {
    TokenBucket bucket({.limit = 60, .burst = seconds(4)}, kRunStart);
    std::int64_t refused = 0;
    for (TimePoint now = kRunStart; now < kRunStart + minutes(30);
         now = std::max(now + milliseconds(100), pacer.ready_at(now, {}))) {
      REQUIRE(pacer.send(now, {}, 0));
      const bool fits = bucket.holds(now, 1);
      if (fits) bucket.debit(now, 1);
      pacer.ended(now, {}, now, ended_with(fits ? ErrorKind::kNone : ErrorKind::kRateLimit));
      ++(fits ? served : refused);
    }
    return refused;
  };
  struct Unpaced {
    TimePoint ready_at(TimePoint now, const PacedAttempt&) { return now; }
    bool send(TimePoint, const PacedAttempt&, std::uint64_t) { return true; }
    void ended(TimePoint, const PacedAttempt&, TimePoint, const Outcome&) {}
  };
  std::int64_t served = 0;
  std::int64_t served_unpaced = 0;
  const std::int64_t refused = refused_of(AdaptiveTokenBucket(beginning(4)), served);
  const std::int64_t refused_unpaced = refused_of(Unpaced{}, served_unpaced);
  CHECK(served * 10 > served_unpaced * 8);
  CHECK(refused * 10 < refused_unpaced);
}

}  // namespace
}  // namespace sluice
