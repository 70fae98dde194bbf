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

TEST_CASE("a lognormal is found again and something else is kept by its quantiles") {
  const DurationLognormal truth{.p50 = milliseconds(800), .p95 = milliseconds(2400)};
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    const FittedDuration fitted = drawn(truth, seed, 5000).fit();
    REQUIRE(std::holds_alternative<DurationLognormal>(fitted.spec));
    const auto& found = std::get<DurationLognormal>(fitted.spec);
    CHECK(static_cast<double>(ns(found.p50)) == Approx(0.8e9).epsilon(0.05));
    CHECK(static_cast<double>(ns(found.p95)) == Approx(2.4e9).epsilon(0.1));
    const DurationUniform even{.low = milliseconds(10), .high = milliseconds(90)};
    const DurationFitter other = drawn(even, seed, 5000);
    const DurationSpec kept = other.fit().spec;
    CHECK(std::holds_alternative<DurationEmpirical>(kept));
    CHECK(DurationSampler(kept).mean() == Approx(other.histogram().mean()).epsilon(1e-9));
  }
}

TEST_CASE("no durations, equal ones and too long ones have a spec that can be drawn") {
  CHECK(DurationFitter{}.fit().spec == DurationSpec{DurationFixed{}});
  DurationFitter same;
  same.add(seconds(3));
  same.add(seconds(3));
  CHECK(same.fit().spec == DurationSpec{DurationFixed{seconds(3)}});
  CHECK(same.fit().p95 == 3);
  DurationFitter wild;
  wild.add(seconds(-1));
  wild.add(Duration::max());
  wild.add(nanoseconds(1));
  CHECK_FALSE(flaw_in(wild.fit().spec));
}

}  // namespace
}  // namespace sluice::fit
