#include "policy/token_bucket.hpp"

#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice {
namespace {

using testing::nanosecond;

constexpr TokenBucket::Size kFiftyPerMinute{.limit = 50};

TEST_CASE("a new bucket is full, and its capacity is the limit times the burst") {
  TokenBucket bucket(kFiftyPerMinute, kRunStart);
  CHECK(bucket.capacity() == 50);
  CHECK(bucket.level(kRunStart) == 50);
  CHECK(bucket.full_at(kRunStart) == kRunStart);
  CHECK(bucket.size() == kFiftyPerMinute);
  CHECK(TokenBucket({.limit = 50, .burst = seconds(6)}, kRunStart).capacity() == 5);
  CHECK(TokenBucket({.limit = 50, .burst = seconds(1)}, kRunStart).capacity() == 0);
}

TEST_CASE("at fifty a minute one token takes 1.2 seconds to come back") {
  TokenBucket bucket(kFiftyPerMinute, kRunStart);
  bucket.debit(kRunStart, 50);
  CHECK_FALSE(bucket.holds(kRunStart, 1));
  CHECK(bucket.ready_at(kRunStart, 1) == kRunStart + milliseconds(1200));
  CHECK_FALSE(bucket.holds(nanosecond(1'199'999'999), 1));
  CHECK(bucket.holds(nanosecond(1'200'000'000), 1));
}

TEST_CASE("a refill of one unit a nanosecond loses nothing over odd instants") {
  TokenBucket bucket({.limit = 7}, kRunStart);
  bucket.debit(kRunStart, 7);
  std::int64_t now = 0;
  for (std::int64_t step = 1; now < 59'000'000'000; step = step * 3 + 1) {
    now += step;
    (void)bucket.level(nanosecond(now));
  }
  CHECK(bucket.full_at(nanosecond(now)) == std::max(nanosecond(now), nanosecond(60'000'000'000)));
}

TEST_CASE("a debit may go into debt, from which the bucket refills") {
  TokenBucket bucket(kFiftyPerMinute, kRunStart);
  bucket.debit(kRunStart, 60);
  CHECK(bucket.level(kRunStart) == -10);
  CHECK_FALSE(bucket.is_positive(kRunStart));
  CHECK_FALSE(bucket.holds(kRunStart, 0));
  CHECK(bucket.ready_at(kRunStart, 0) == nanosecond(12'000'000'000));
  CHECK(bucket.positive_at(kRunStart) == nanosecond(12'000'000'001));
  CHECK_FALSE(bucket.is_positive(nanosecond(12'000'000'000)));
  CHECK(bucket.is_positive(nanosecond(12'000'000'001)));
  CHECK(bucket.level(nanosecond(12'000'000'001)) == 0);
}

TEST_CASE("levels round towards minus infinity") {
  TokenBucket bucket(kFiftyPerMinute, kRunStart);
  bucket.debit(kRunStart, 51);
  CHECK(bucket.level(nanosecond(1)) == -1);
  CHECK(bucket.level(nanosecond(1'200'000'000)) == 0);
}

TEST_CASE("a credit never lifts the level above the capacity") {
  TokenBucket bucket(kFiftyPerMinute, kRunStart);
  bucket.debit(kRunStart, 10);
  bucket.credit(kRunStart, 30);
  CHECK(bucket.level(kRunStart) == 50);
  CHECK(bucket.taken(kRunStart) == -20);
}

TEST_CASE("a cost above the capacity never fits") {
  TokenBucket bucket(kFiftyPerMinute, kRunStart);
  CHECK(bucket.could_ever_hold(50));
  CHECK_FALSE(bucket.could_ever_hold(51));
  CHECK(bucket.ready_at(kRunStart, 51) == kNever);
}

TEST_CASE("the level is piecewise linear under a drain") {
  TokenBucket bucket({.limit = 600}, kRunStart);
  bucket.add_drain(kRunStart, 1200);
  CHECK(bucket.level(nanosecond(30'000'000'000)) == 300);
  CHECK(bucket.dry_at(nanosecond(30'000'000'000)) == nanosecond(60'000'000'000));
  CHECK(bucket.ready_at(nanosecond(30'000'000'000), 400) == nanosecond(40'000'000'000));
  CHECK(bucket.level(nanosecond(90'000'000'000)) == -300);
  CHECK(bucket.dry_at(nanosecond(90'000'000'000)) == nanosecond(90'000'000'000));
  bucket.remove_drain(nanosecond(90'000'000'000), 1200);
  CHECK(bucket.level(nanosecond(120'000'000'000)) == 0);
  CHECK(bucket.taken(nanosecond(120'000'000'000)) == 1800);
}

TEST_CASE("a drain slower than the refill never runs the bucket dry, and is counted all the same") {
  TokenBucket bucket({.limit = 600}, kRunStart);
  bucket.add_drain(kRunStart, 600);
  CHECK(bucket.dry_at(kRunStart) == kNever);
  CHECK(bucket.level(nanosecond(60'000'000'000)) == 600);
  CHECK(bucket.taken(nanosecond(60'000'000'000)) == 600);
}

TEST_CASE("the overshoot of a response that ends on a whole nanosecond is credited exactly") {
  const std::int64_t speed = 7;  // a minute
  const std::int64_t tokens = 3;
  const Duration streamed{(tokens * 60'000'000'000 + speed - 1) / speed};
  TokenBucket bucket({.limit = 1000}, kRunStart);
  bucket.debit(kRunStart, 900);
  bucket.add_drain(kRunStart, speed);
  const TimePoint end = kRunStart + streamed;
  bucket.remove_drain(end, speed);
  const int128 overshoot = bucket.drained_units(speed, streamed) - bucket.units(tokens);
  CHECK(overshoot >= 0);
  CHECK(overshoot < speed);
  bucket.credit_units(end, overshoot);
  CHECK(bucket.taken(end) == 900 + tokens);
}

TEST_CASE("a bucket per day drains 1440 units a nanosecond for one token a minute") {
  TokenBucket bucket({.limit = 86'400, .period = hours(24), .burst = hours(24)}, kRunStart);
  CHECK(bucket.capacity() == 86'400);
  CHECK(bucket.drained_units(1, minutes(1)) == bucket.units(1));
  bucket.add_drain(kRunStart, 120);
  CHECK(bucket.level(nanosecond(60'000'000'000)) == 86'400 - 60);
  bucket.debit(nanosecond(60'000'000'000), 86'340);
  bucket.remove_drain(nanosecond(60'000'000'000), 120);
  CHECK(bucket.ready_at(nanosecond(60'000'000'000), 2) == nanosecond(62'000'000'000));
}

TEST_CASE("a smaller limit cuts the level to the new capacity, a larger one leaves it") {
  TokenBucket bucket({.limit = 100}, kRunStart);
  bucket.resize(kRunStart, {.limit = 40});
  CHECK(bucket.level(kRunStart) == 40);
  bucket.resize(kRunStart, {.limit = 200});
  CHECK(bucket.level(kRunStart) == 40);
  CHECK(bucket.level(nanosecond(30'000'000'000)) == 140);
  CHECK(bucket.capacity() == 200);
}

TEST_CASE("deficits and drains beyond 64 bits are exact, and their instants saturate") {
  const std::int64_t limit = 1'000'000'000'000;
  TokenBucket bucket({.limit = limit}, kRunStart);
  bucket.debit(kRunStart, 10 * limit);
  CHECK(bucket.level(kRunStart) == -9 * limit);
  CHECK(bucket.positive_at(kRunStart) == nanosecond(9 * 60'000'000'000 + 1));
  CHECK(bucket.full_at(kRunStart) == nanosecond(10 * 60'000'000'000));
  TokenBucket slow({.limit = 1}, kRunStart);
  slow.debit(kRunStart, limit);
  CHECK(slow.positive_at(nanosecond(5)) == kNever);
  CHECK(slow.full_at(nanosecond(5)) == kNever);
  TokenBucket idle({.limit = limit}, kRunStart);
  CHECK(idle.level(nanosecond(9'000'000'000'000'000'000)) == limit);
  idle.add_drain(nanosecond(9'000'000'000'000'000'000), limit + 1);
  CHECK(idle.dry_at(nanosecond(9'000'000'000'000'000'000)) == kNever);
}

}  // namespace
}  // namespace sluice
