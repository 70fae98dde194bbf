#include "policy/circuit_breaker.hpp"

#include <deque>

#include "base/draw.hpp"
#include "support/catch.hpp"
#include "support/outcomes.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

using testing::ended_with;
using testing::TestDraws;
using State = CircuitBreaker::State;
constexpr std::uint64_t kBreakerSeed = 20261124;

const Outcome kGood = ended_with(ErrorKind::kNone);
const Outcome kBad = ended_with(ErrorKind::kOverloaded);

TEST_CASE("a breaker that is off lets everything through") {
  CircuitBreaker breaker(BreakerSpec{});
  for (int i = 0; i < 1000; ++i) {
    CHECK(breaker.allows(kRunStart));
    breaker.ended(kRunStart, kBad);
  }
}

TEST_CASE("the default breaker opens at the hundredth call if half of them failed") {
  CircuitBreaker breaker({.is_on = true});
  for (int i = 0; i < 99; ++i) breaker.ended(kRunStart, i % 2 == 0 ? kBad : kGood);
  CHECK(breaker.state() == State::kClosed);
  CHECK(breaker.allows(kRunStart));
  SECTION("exactly half is enough") {
    breaker.ended(kRunStart, kGood);
    CHECK(breaker.state() == State::kOpen);
    CHECK_FALSE(breaker.allows(kRunStart));
    CHECK(breaker.open_until() == kRunStart + seconds(60));
  }
  SECTION("one less is not") {
    CircuitBreaker other({.is_on = true});
    for (int i = 0; i < 49; ++i) other.ended(kRunStart, kBad);
    for (int i = 0; i < 1000; ++i) other.ended(kRunStart, kGood);
    CHECK(other.state() == State::kClosed);
  }
}

TEST_CASE("only the last calls count") {
  CircuitBreaker breaker({.is_on = true, .calls = 4});
  breaker.ended(kRunStart, kBad);
  for (int i = 0; i < 3; ++i) breaker.ended(kRunStart, kGood);
  breaker.ended(kRunStart, kBad);  // the first has left the window
  CHECK(breaker.state() == State::kClosed);
  breaker.ended(kRunStart, kBad);
  CHECK(breaker.state() == State::kOpen);
}

CircuitBreaker opened(const BreakerSpec& spec) {
  CircuitBreaker breaker(spec);
  for (std::int64_t i = 0; i < spec.calls; ++i) breaker.ended(kRunStart, kBad);
  REQUIRE(breaker.state() == State::kOpen);
  return breaker;
}

TEST_CASE("an open breaker lets ten trial calls through after a minute, and they decide") {
  CircuitBreaker breaker = opened({.is_on = true});
  CHECK_FALSE(breaker.allows(kRunStart + seconds(60) - nanoseconds(1)));
  const TimePoint later = kRunStart + seconds(60);
  for (int i = 0; i < 10; ++i) CHECK(breaker.allows(later));
  CHECK_FALSE(breaker.allows(later));
  CHECK(breaker.state() == State::kHalfOpen);
  SECTION("half of them failed: open for another minute") {
    for (int i = 0; i < 10; ++i) breaker.ended(later + seconds(1), i < 5 ? kBad : kGood);
    CHECK(breaker.state() == State::kOpen);
    CHECK(breaker.open_until() == later + seconds(61));
  }
  SECTION("fewer failed: closed, with an empty window") {
    for (int i = 0; i < 10; ++i) breaker.ended(later, i < 4 ? kBad : kGood);
    CHECK(breaker.state() == State::kClosed);
    for (int i = 0; i < 99; ++i) breaker.ended(later, kBad);
    CHECK(breaker.state() == State::kClosed);
    breaker.ended(later, kBad);
    CHECK(breaker.state() == State::kOpen);
  }
}

TEST_CASE("what ends while the breaker is open changes nothing") {
  CircuitBreaker breaker = opened({.is_on = true, .calls = 10});
  for (int i = 0; i < 100; ++i) breaker.ended(kRunStart + seconds(30), kBad);
  CHECK(breaker.open_until() == kRunStart + seconds(60));
  CHECK(breaker.allows(kRunStart + seconds(60)));
}

TEST_CASE("a breaker opens for failures of the service, and for 429 where it counts them") {
  for (std::size_t i = 0; i < kErrorKindCount; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    const bool is_failure = http_status(kind) >= 500 || kind == ErrorKind::kConnection ||
                            kind == ErrorKind::kAttemptTimeout || kind == ErrorKind::kDeadline;
    for (const bool counts : {false, true}) {
      CircuitBreaker breaker({.is_on = true, .calls = 1, .counts_rate_limit = counts});
      breaker.ended(kRunStart, ended_with(kind));
      INFO(name(kind) << (counts ? ", counting 429" : ""));
      CHECK((breaker.state() == State::kOpen) ==
            (is_failure || (counts && kind == ErrorKind::kRateLimit)));
    }
  }
}

TEST_CASE("a breaker that is open for ever stays open") {
  CircuitBreaker breaker = opened({.is_on = true, .calls = 1, .open_for = kNever - kRunStart});
  CHECK_FALSE(breaker.allows(kRunStart + hours(24 * 365)));
}

// The state machine of resilience4j's documentation, with the window as a list.
struct ObviousBreaker {
  BreakerSpec spec;
  State state = State::kClosed;
  TimePoint until{};
  std::deque<bool> window{};
  std::int64_t permits = 0;

  std::int64_t failures() const {
    std::int64_t count = 0;
    for (const bool failed : window) count += failed ? 1 : 0;
    return count;
  }
  bool allows(TimePoint now) {
    if (state == State::kOpen && now >= until) {
      state = State::kHalfOpen;
      window.clear();
      permits = spec.trial_calls;
    }
    if (state == State::kHalfOpen) return permits-- > 0;
    return state == State::kClosed;
  }
  void ended(TimePoint now, bool failed) {
    if (state == State::kOpen) return;
    const std::int64_t size = state == State::kClosed ? spec.calls : spec.trial_calls;
    window.push_back(failed);
    if (std::ssize(window) > size) window.pop_front();
    if (std::ssize(window) < size) return;
    const bool opens = static_cast<double>(failures()) / static_cast<double>(size) >=
                       static_cast<double>(spec.failure_permille) / 1000;
    if (opens) {
      state = State::kOpen;
      until = now + spec.open_for;
    } else if (state == State::kHalfOpen) {
      state = State::kClosed;
      window.clear();
    }
  }
};

TEST_CASE("a breaker behaves as the obvious state machine does on random streams") {
  const BreakerSpec base{.is_on = true, .open_for = seconds(5)};
  for (std::uint64_t stream = 0; stream < 60; ++stream) {
    DrawStream draws = TestDraws{kBreakerSeed, stream}.stream();
    BreakerSpec spec = base;
    spec.calls = 1 + static_cast<std::int64_t>(uniform_below(draws.next(), 12));
    spec.trial_calls = 1 + static_cast<std::int64_t>(uniform_below(draws.next(), 5));
    spec.failure_permille = 125 * (1 + static_cast<std::int64_t>(uniform_below(draws.next(), 8)));
    CircuitBreaker breaker(spec);
    ObviousBreaker model{spec};
    TimePoint now = kRunStart;
    std::int64_t in_flight = 0;
    for (int step = 0; step < 1000; ++step) {
      now += milliseconds(static_cast<std::int64_t>(uniform_below(draws.next(), 1000)));
      INFO("stream " << stream << ", step " << step << ", seed " << kBreakerSeed);
      if (in_flight == 0 || uniform_below(draws.next(), 2) == 0) {
        const bool allowed = model.allows(now);
        REQUIRE(breaker.allows(now) == allowed);
        if (allowed) ++in_flight;
      } else {
        const bool bad = uniform_below(draws.next(), 2) == 0;
        breaker.ended(now, bad ? kBad : kGood);
        model.ended(now, bad);
        --in_flight;
      }
      REQUIRE(breaker.state() == model.state);
      if (model.state == State::kOpen) REQUIRE(breaker.open_until() == model.until);
    }
  }
}

}  // namespace
}  // namespace sluice
