#include "policy/pacer_sre_throttle.hpp"

#include <cmath>

#include "base/draw.hpp"
#include "policy/token_bucket.hpp"
#include "support/catch.hpp"
#include "support/outcomes.hpp"

namespace sluice {
namespace {

using testing::ended_with;

SreThrottle throttle(std::int64_t multiplier_permille = 2000) {
  PacerSpec spec = pacer_preset(Pacing::kSreThrottle);
  spec.accept_multiplier_permille = multiplier_permille;
  return SreThrottle(spec);
}

// The bits that stand for `part` of [0, 1).
std::uint64_t bits_of(double part) { return static_cast<std::uint64_t>(part * 0x1.0p64); }

TEST_CASE("nothing is shed while at least 1/K is accepted") {
  SreThrottle pacer = throttle();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(pacer.send(kRunStart, {}, 0));
    pacer.ended(kRunStart, {}, kRunStart,
                ended_with(i % 2 == 0 ? ErrorKind::kNone : ErrorKind::kRateLimit));
  }
  CHECK(pacer.counts(kRunStart) == SreThrottle::Counts{.requests = 100, .accepts = 50});
  CHECK(pacer.send(kRunStart, {}, 0));
}

TEST_CASE("it sheds with p = (requests - K accepts) / (requests + 1)") {
  SreThrottle pacer = throttle();
  for (int i = 0; i < 99; ++i) {
    pacer.ended(kRunStart, {}, kRunStart,
                ended_with(i < 10 ? ErrorKind::kNone : ErrorKind::kOverloaded));
  }
  // (99 - 2 x 10) / 100.
  CHECK(pacer.send(kRunStart, {}, bits_of(0.7901)));
  CHECK_FALSE(SreThrottle(pacer).send(kRunStart, {}, bits_of(0.7899)));
  CHECK_FALSE(pacer.send(kRunStart, {}, 0));
  // What is shed is a request too.
  CHECK(pacer.counts(kRunStart) == SreThrottle::Counts{.requests = 100, .accepts = 10});
}

TEST_CASE("attempts in flight, given up or answered with an error count as they should") {
  SreThrottle pacer = throttle();
  for (int i = 0; i < 1'000; ++i) REQUIRE(pacer.send(kRunStart, {}, 0));
  CHECK(pacer.counts(kRunStart).requests == 0);
  pacer.ended(kRunStart, {}, kRunStart, ended_with(ErrorKind::kDeadline));
  pacer.ended(kRunStart, {}, kRunStart, ended_with(ErrorKind::kRefusedByClient));
  CHECK(pacer.counts(kRunStart).requests == 0);
  pacer.ended(kRunStart, {}, kRunStart, ended_with(ErrorKind::kInvalidRequest));
  CHECK(pacer.counts(kRunStart).accepts == 1);
  for (const ErrorKind error : {ErrorKind::kRateLimit, ErrorKind::kOverloaded, ErrorKind::kTimeout,
                                ErrorKind::kAttemptTimeout, ErrorKind::kConnection}) {
    pacer.ended(kRunStart, {}, kRunStart, ended_with(error));
  }
  CHECK(pacer.counts(kRunStart) == SreThrottle::Counts{.requests = 6, .accepts = 1});
}

TEST_CASE("after two minutes nothing is remembered") {
  SreThrottle pacer = throttle();
  const TimePoint then = kRunStart + seconds(1);
  pacer.ended(then, {}, then, ended_with(ErrorKind::kRateLimit));
  CHECK(pacer.counts(then + seconds(118)).requests == 1);
  CHECK(pacer.counts(then + seconds(120)).requests == 0);
  pacer.ended(then + seconds(130), {}, then, ended_with(ErrorKind::kNone));
  CHECK(pacer.counts(then + hours(1)) == SreThrottle::Counts{});
}

// `demand` requests a second come to a server that accepts `capacity`; what it sees a second.
double seen_by_server(SreThrottle pacer, std::int64_t demand, std::int64_t capacity) {
  TokenBucket server({.limit = capacity * 60, .burst = seconds(1)}, kRunStart);
  DrawStream draws = RandomSource(5, 0).stream(Purpose::kTest, {});
  std::int64_t seen = 0;
  for (std::int64_t i = 0; i < demand * 900; ++i) {
    const TimePoint now = kRunStart + nanoseconds(i * ns(seconds(1)) / demand);
    if (!pacer.send(now, {}, draws.next())) continue;
    const bool fits = server.holds(now, 1);
    if (fits) server.debit(now, 1);
    pacer.ended(now, {}, now, ended_with(fits ? ErrorKind::kNone : ErrorKind::kRateLimit));
    if (now >= kRunStart + seconds(300)) ++seen;
  }
  return static_cast<double>(seen) / 600;
}

TEST_CASE("a server in overload sees about K times what it accepts") {
  // The count of some 12,000 sends has a standard error below 1.1 %; three of them.
  CHECK(seen_by_server(throttle(), 100, 10) == Approx(20).epsilon(0.033));
  CHECK(seen_by_server(throttle(), 400, 10) == Approx(20).epsilon(0.033));
  CHECK(seen_by_server(throttle(1100), 100, 10) == Approx(11).epsilon(0.033));
  // No overload: all of it.
  CHECK(seen_by_server(throttle(), 15, 10) == Approx(15).epsilon(1e-9));
}

}  // namespace
}  // namespace sluice
