#include "stats/rank.hpp"

#include <vector>

#include "support/catch.hpp"

namespace sluice::stats {
namespace {

using Values = std::vector<double>;

TEST_CASE("rank correlation sees order alone") {
  CHECK(rank_correlation(Values{1, 2, 3, 4}, Values{1, 10, 100, 1000}).value() == Approx(1));
  CHECK(rank_correlation(Values{1, 2, 3, 4}, Values{9, 5, 4, 0}).value() == Approx(-1));
  // 1 - 6 sum d^2 / (n (n^2 - 1)) with d = 1, -1, 0, 0, 0.
  CHECK(rank_correlation(Values{1, 2, 3, 4, 5}, Values{2, 1, 3, 4, 5}).value() == Approx(0.9));
}

TEST_CASE("ties share their mean rank") {
  CHECK(rank_correlation(Values{1, 1, 2, 2}, Values{5, 5, 6, 6}).value() == Approx(1));
  CHECK(rank_correlation(Values{1, 1, 2, 2}, Values{5, 6, 5, 6}).value() ==
        Approx(0).margin(1e-15));
}

TEST_CASE("there is no rank correlation of one pair or of a constant") {
  CHECK_FALSE(rank_correlation(Values{1}, Values{1}));
  CHECK_FALSE(rank_correlation(Values{1, 2}, Values{3, 3}));
}

TEST_CASE("the distance of a sample from a uniform distribution is the largest step between") {
  const auto uniform = [](double x) { return x; };
  CHECK(ks_distance(Values{0.25, 0.75}, uniform) == Approx(0.25));
  CHECK(ks_distance(Values{0.9}, uniform) == Approx(0.9));
  CHECK(ks_distance(Values{}, uniform) == 0);
}

}  // namespace
}  // namespace sluice::stats
