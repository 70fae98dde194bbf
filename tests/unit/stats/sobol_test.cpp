#include "stats/sobol.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include "support/catch.hpp"

namespace sluice::stats {
namespace {

using Points = std::vector<std::vector<double>>;

std::vector<double> unit_point(const Sobol& sobol, std::uint32_t index) {
  std::vector<double> point;
  for (const std::uint32_t coordinate : sobol.point(index)) {
    point.push_back(Sobol::unit(coordinate));
  }
  return point;
}

// Warnock's formula for the L2 star discrepancy, squared.
double discrepancy(const Points& points) {
  const double n = static_cast<double>(points.size());
  const auto dimensions = static_cast<double>(points.front().size());
  double single = 0;
  double pairs = 0;
  for (const auto& a : points) {
    double product = 1;
    for (const double x : a) product *= (1 - x * x) / 2;
    single += product;
    for (const auto& b : points) {
      double joint = 1;
      for (std::size_t d = 0; d < a.size(); ++d) joint *= 1 - std::max(a[d], b[d]);
      pairs += joint;
    }
  }
  return std::pow(3, -dimensions) - 2 * single / n + pairs / (n * n);
}

TEST_CASE("the first ten Sobol points are those that Joe and Kuo print") {
  const Points printed{{0, 0, 0},
                       {0.5, 0.5, 0.5},
                       {0.75, 0.25, 0.25},
                       {0.25, 0.75, 0.75},
                       {0.375, 0.375, 0.625},
                       {0.875, 0.875, 0.125},
                       {0.625, 0.125, 0.875},
                       {0.125, 0.625, 0.375},
                       {0.1875, 0.3125, 0.9375},
                       {0.6875, 0.8125, 0.4375}};
  const Sobol sobol(3);
  for (std::uint32_t i = 0; i < printed.size(); ++i) CHECK(unit_point(sobol, i) == printed[i]);
}

TEST_CASE("any power of two of Sobol points puts one into each slice of every dimension") {
  for (const Sobol& sobol : {Sobol(Sobol::kDimensions), Sobol(Sobol::kDimensions, 7)}) {
    for (int d = 0; d < Sobol::kDimensions; ++d) {
      for (std::uint32_t power = 0; power <= 12; ++power) {
        std::set<std::uint64_t> slices;
        for (std::uint32_t i = 0; i < 1U << power; ++i) {
          slices.insert(std::uint64_t{sobol.at(i, d)} >> (32 - power));
        }
        INFO("dimension " << d << " points 2^" << power);
        REQUIRE(slices.size() == std::size_t{1} << power);
      }
    }
  }
}

// What the formula gives for random points in the mean.
double discrepancy_of_random(double dimensions, double count) {
  return (std::pow(2, -dimensions) - std::pow(3, -dimensions)) / count;
}

TEST_CASE("Sobol points fill every plane and every cube far more evenly than random points") {
  constexpr std::uint32_t kCount = 512;
  const Sobol sobol(12, 5);
  Points points;
  for (std::uint32_t i = 0; i < kCount; ++i) points.push_back(unit_point(sobol, i));
  const auto of = [&points](const std::vector<std::size_t>& dimensions) {
    Points part;
    for (const auto& point : points) {
      part.emplace_back();
      for (const std::size_t d : dimensions) part.back().push_back(point[d]);
    }
    return discrepancy(part);
  };
  for (std::size_t x = 0; x < 12; ++x) {
    for (std::size_t y = 0; y < x; ++y) {
      INFO("plane " << x << ", " << y);
      CHECK(of({x, y}) < discrepancy_of_random(2, kCount) / 8);
    }
  }
  for (std::size_t x = 0; x + 4 < 12; ++x) {
    INFO("four dimensions from " << x << " on");
    CHECK(of({x, x + 1, x + 2, x + 3}) < discrepancy_of_random(4, kCount) / 4);
  }
}

TEST_CASE("a seed moves Sobol points and always to the same places") {
  const Sobol plain(4);
  const Sobol one(4, 1);
  CHECK(one.point(9) == Sobol(4, 1).point(9));
  CHECK(one.point(9) != Sobol(4, 2).point(9));
  CHECK(one.point(0) != plain.point(0));
  for (int d = 0; d < 4; ++d) CHECK((one.at(9, d) ^ plain.at(9, d)) == one.at(0, d));
}

TEST_CASE("the unit coordinate of a Sobol point is below one") {
  CHECK(Sobol::unit(0) == 0);
  CHECK(Sobol::unit(0xffffffffU) < 1);
}

}  // namespace
}  // namespace sluice::stats
