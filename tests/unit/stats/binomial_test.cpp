#include "stats/binomial.hpp"

#include "support/catch.hpp"

namespace sluice::stats {
namespace {

TEST_CASE("exact binomial intervals are those of Clopper and Pearson's tables") {
  const Interval some = binomial_interval(10, 100);
  CHECK(some.value == 0.1);
  CHECK(some.low == Approx(0.0490).margin(5e-5));
  CHECK(some.high == Approx(0.1762).margin(5e-5));
  const Interval one = binomial_interval(1, 20);
  CHECK(one.low == Approx(0.0013).margin(5e-5));
  CHECK(one.high == Approx(0.2487).margin(5e-5));
}

TEST_CASE("no hits have an upper bound, nothing but hits a lower one") {
  CHECK(binomial_interval(0, 30).low == 0);
  CHECK(binomial_interval(0, 30).high == Approx(0.1157).margin(5e-5));
  CHECK(binomial_interval(30, 30).low == Approx(1 - 0.1157).margin(5e-5));
  CHECK(binomial_interval(30, 30).high == 1);
}

}  // namespace
}  // namespace sluice::stats
