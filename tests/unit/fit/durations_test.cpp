#include "fit/durations.hpp"

#include <cstdint>
#include <variant>

#include "support/catch.hpp"
#include "unit/fit/draws.hpp"

namespace sluice::fit {
namespace {

DurationFitter drawn(const DurationSpec& spec, std::uint64_t seed, std::uint64_t count) {
  const DurationSampler sampler(spec);
  DurationFitter fitter;
  for (std::uint64_t i = 0; i < count; ++i) fitter.add(sampler(bits_of(seed, i)));
  return fitter;
}

TEST_CASE("the intervals of p50 and p95 hold the truth as often as they say") {
  const DurationLognormal truth{.p50 = milliseconds(800), .p95 = milliseconds(2400)};
  int p50_held = 0;
  int p95_held = 0;
  constexpr int kDraws = 300;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    const FittedDuration fitted = drawn(truth, seed, 400).fit();
    REQUIRE(fitted.p50_interval);
    REQUIRE(fitted.p95_interval);
    p50_held += fitted.p50_interval->contains(0.8);
    p95_held += fitted.p95_interval->contains(2.4);
  }
  // 95 % of 300 are 285, with a standard deviation of 3.8; order statistics are on the safe side.
  CHECK(p50_held >= 285 - 12);
  CHECK(p95_held >= 285 - 12);
}

TEST_CASE("a lognormal is found again and something else is kept by its quantiles") {
  const DurationLognormal truth{.p50 = milliseconds(800), .p95 = milliseconds(2400)};
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    const FittedDuration fitted = drawn(truth, seed, 5000).fit();
    REQUIRE(fitted.name == "lognormal");
    const auto& found = std::get<DurationLognormal>(fitted.spec);
    CHECK(static_cast<double>(ns(found.p50)) == Approx(0.8e9).epsilon(0.05));
    CHECK(static_cast<double>(ns(found.p95)) == Approx(2.4e9).epsilon(0.1));
    const DurationUniform even{.low = milliseconds(10), .high = milliseconds(90)};
    const FittedDuration other = drawn(even, seed, 5000).fit();
    CHECK(other.name == "empirical");
    CHECK(DurationSampler(other.spec).mean() == Approx(other.mean * 1e9).epsilon(1e-9));
  }
}

TEST_CASE("no durations, equal ones and too long ones have a spec that can be drawn") {
  CHECK(DurationFitter{}.fit().spec == DurationSpec{DurationFixed{}});
  DurationFitter same;
  same.add(seconds(3));
  same.add(seconds(3));
  CHECK(same.fit().spec == DurationSpec{DurationFixed{seconds(3)}});
  CHECK_FALSE(same.fit().p50_interval);
  DurationFitter wild;
  wild.add(seconds(-1));
  wild.add(Duration::max());
  wild.add(nanoseconds(1));
  CHECK_FALSE(flaw_in(wild.fit().spec));
}

}  // namespace
}  // namespace sluice::fit
