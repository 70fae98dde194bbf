#include "experiment/compare_mix.hpp"

#include <cstdint>
#include <optional>

#include "base/draw.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

// All mixes of three models in steps of a 200th.
std::optional<double> cheapest_on_grid(const std::vector<MixCandidate>& c,
                                       const MixConstraints& wanted) {
  constexpr int kSteps = 200;
  std::optional<double> best;
  for (int i = 0; i <= kSteps; ++i) {
    for (int j = 0; i + j <= kSteps; ++j) {
      const double s[3] = {i / 200.0, j / 200.0, (kSteps - i - j) / 200.0};
      double cost = 0;
      double quality = 0;
      double in_time = 0;
      for (std::size_t m = 0; m < 3; ++m) {
        cost += s[m] * c[m].cost;
        quality += s[m] * c[m].quality;
        in_time += s[m] * c[m].in_time;
      }
      if (wanted.min_quality && quality < *wanted.min_quality - 1e-9) continue;
      if (wanted.min_in_time && in_time < *wanted.min_in_time - 1e-9) continue;
      if (!best || cost < *best) best = cost;
    }
  }
  return best;
}

double draw(std::uint64_t i) {
  const RandomSource random(17, 0);
  return unit_interval(random.bits(Purpose::kTest, {.session = i}).first);
}

TEST_CASE("no mix on a fine grid is cheaper than the cheapest mix, and one comes near it") {
  int found = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    CAPTURE(i);
    std::vector<MixCandidate> models;
    for (std::uint64_t m = 0; m < 3; ++m) {
      const std::uint64_t at = 100 * i + 10 * m;
      models.push_back({.cost = draw(at), .quality = draw(at + 1), .in_time = draw(at + 2)});
    }
    const MixConstraints wanted{.min_quality = draw(100 * i + 50),
                                .min_in_time = draw(100 * i + 51)};
    const auto grid = cheapest_on_grid(models, wanted);
    const auto exact = cheapest_mix(models, wanted);
    if (!grid) continue;  // a mix between the grid's points may still exist
    ++found;
    REQUIRE(exact.has_value());
    CHECK(exact->cost <= *grid + 1e-9);
    double sum = 0;
    double quality = 0;
    double in_time = 0;
    for (std::size_t m = 0; m < 3; ++m) {
      CHECK(exact->shares[m] >= 0);
      sum += exact->shares[m];
      quality += exact->shares[m] * models[m].quality;
      in_time += exact->shares[m] * models[m].in_time;
    }
    CHECK(sum == Approx(1));
    CHECK(quality >= *wanted.min_quality - 1e-6);
    CHECK(in_time >= *wanted.min_in_time - 1e-6);
  }
  CHECK(found > 50);
}

TEST_CASE("without constraints the cheapest mix is the cheapest model") {
  const auto mix = cheapest_mix({{.cost = 3}, {.cost = 1}, {.cost = 2}}, {});
  REQUIRE(mix.has_value());
  CHECK(mix->shares == std::vector<double>{0, 1, 0});
}

TEST_CASE("a quality between two models' is met by just enough of the better one") {
  const auto mix = cheapest_mix({{.cost = 1, .quality = 0.5}, {.cost = 10, .quality = 1}},
                                {.min_quality = 0.75});
  REQUIRE(mix.has_value());
  CHECK(mix->shares[0] == Approx(0.5));
  CHECK(mix->cost == Approx(5.5));
}

TEST_CASE("there is no mix of a quality that no model has") {
  CHECK_FALSE(cheapest_mix({{.cost = 1, .quality = 0.5}}, {.min_quality = 0.6}).has_value());
}

}  // namespace
}  // namespace sluice
