#include "stats/selection.hpp"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "stats/intervals.hpp"
#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

using Counts = std::vector<std::int64_t>;

TEST_CASE("OCBA shares follow the published formula") {
  const std::vector<Performance> candidates{{1, 4, 10}, {2, 4, 10}, {3, 16, 10}};
  const std::vector<double> shares = ocba_shares(candidates, 1e-6);
  // (s/d)^2: 4 for the second, 4 for the third; N_b = 2 sqrt(16/4 + 16/16) = 2 sqrt 5.
  CHECK(shares[1] == Approx(shares[2]));
  CHECK(shares[0] / shares[1] == Approx(2 * std::sqrt(5.0) / 4));
  CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == Approx(1));
}

TEST_CASE("a gap below the indifference counts as that") {
  const std::vector<Performance> equal{{1, 1, 10}, {1, 1, 10}, {2, 1, 10}};
  const std::vector<Performance> apart{{1, 1, 10}, {1.5, 1, 10}, {2, 1, 10}};
  CHECK(ocba_shares(equal, 0.5) == ocba_shares(apart, 0.5));
}

TEST_CASE("candidates that do not vary share equally, and alone one gets all") {
  CHECK(ocba_shares(std::vector<Performance>{{1, 0, 3}, {2, 0, 3}}, 0.1) ==
        std::vector<double>{0.5, 0.5});
  CHECK(ocba_next(std::vector<Performance>{{1, 2, 3}}, 7, 0.1) == Counts{7});
}

TEST_CASE("OCBA hands out all there is, first to those that lack most") {
  const std::vector<Performance> candidates{{1, 1, 10}, {1.2, 1, 10}, {9, 1, 10}};
  for (std::int64_t more = 0; more < 200; ++more) {
    const Counts next = ocba_next(candidates, more, 0.01);
    REQUIRE(std::accumulate(next.begin(), next.end(), std::int64_t{0}) == more);
    REQUIRE(next[0] >= next[2]);
    REQUIRE(next[2] == 0);  // the far one has more than its share already
  }
}

// Ten systems of means 0..9 and standard deviation 6: whether the first looks best at the end.
bool finds_the_best(Draws& draws, bool ocba) {
  constexpr std::size_t kSystems = 10;
  std::vector<std::vector<double>> values(kSystems);
  const auto run = [&](std::size_t i, std::int64_t times) {
    for (; times > 0; --times) {
      values[i].push_back(static_cast<double>(i) + 6 * draws.normal());
    }
  };
  for (std::size_t i = 0; i < kSystems; ++i) run(i, ocba ? 10 : 40);
  const auto performances = [&] {
    std::vector<Performance> all;
    for (const auto& v : values) {
      all.push_back({mean(v), variance(v), static_cast<std::int64_t>(v.size())});
    }
    return all;
  };
  for (int stage = 0; ocba && stage < 15; ++stage) {
    const Counts next = ocba_next(performances(), 20, 0.1);
    for (std::size_t i = 0; i < kSystems; ++i) run(i, next[i]);
  }
  return best_of(performances()) == 0;
}

TEST_CASE("OCBA finds the best of ten more often than an equal allocation of the same budget") {
  Draws draws(51);
  int ocba = 0;
  int equal = 0;
  for (int i = 0; i < 1000; ++i) {
    if (finds_the_best(draws, true)) ++ocba;
    if (finds_the_best(draws, false)) ++equal;
  }
  INFO("of 1,000: OCBA " << ocba << ", equal " << equal);
  // Three standard errors of the difference of two shares near 0.8 are 54 of 1,000.
  CHECK(ocba - equal > 54);
}

TEST_CASE("a halving schedule keeps a third and triples the replications") {
  const std::vector<HalvingRound> schedule = halving_schedule(81, 2, 1);
  CHECK(schedule == std::vector<HalvingRound>{{81, 2}, {27, 6}, {9, 18}, {3, 54}, {1, 162}});
  CHECK(halving_cost(schedule) == 81 * 2 + 27 * 4 + 9 * 12 + 3 * 36 + 1 * 108);
}

TEST_CASE("halving ends at the survivors, rounds up, and may have nothing to do") {
  CHECK(halving_schedule(10, 1, 3) == std::vector<HalvingRound>{{10, 1}, {4, 3}, {3, 9}});
  CHECK(halving_schedule(3, 4, 5) == std::vector<HalvingRound>{{3, 4}});
}

}  // namespace
}  // namespace sluice::stats
