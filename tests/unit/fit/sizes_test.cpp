#include "fit/sizes.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <variant>

#include "support/catch.hpp"
#include "unit/fit/draws.hpp"

namespace sluice::fit {
namespace {

constexpr double kZ95 = 1.6448536269514722;

FittedSize fit_of(const SizeSpec& spec, std::uint64_t seed, std::uint64_t count) {
  SizeFitter fitter;
  add_sizes(fitter, spec, seed, count);
  return fitter.fit();
}

// Chosen or not: the mean of a heavy tail is often off by more than the 2 % that are allowed.
template <class Spec>
Spec candidate_of(const FittedSize& fitted) {
  for (const SizeCandidate& tried : fitted.candidates) {
    if (const auto* spec = std::get_if<Spec>(&tried.spec)) return *spec;
  }
  FAIL("the family was not tried");
  return {};
}

int times_chosen(const std::string& name, const SizeSpec& spec) {
  int times = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const FittedSize fitted = fit_of(spec, seed, 20'000);
    times += fitted.candidates.at(fitted.chosen).name == name;
  }
  return times;
}

TEST_CASE("p50 and p95 of a lognormal are found within their statistical error") {
  const SizeLognormal truth{.p50 = 1000, .p95 = 8000, .min = 1, .max = 200'000};
  constexpr double kCount = 20'000;
  const double sigma = std::log(8.0) / kZ95;
  // Of the sample quantile, which is the less exact of the two ways: sqrt(p (1 - p) / n) / density.
  const double error_50 = sigma * std::sqrt(0.25 / kCount) / 0.3989422804;
  const double error_95 = sigma * std::sqrt(0.0475 / kCount) / 0.1031356404;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    const FittedSize fitted = fit_of(truth, seed, static_cast<std::uint64_t>(kCount));
    const auto found = candidate_of<SizeLognormal>(fitted);
    CHECK(std::abs(std::log(static_cast<double>(found.p50) / 1000)) < 4 * error_50);
    CHECK(std::abs(std::log(static_cast<double>(found.p95) / 8000)) < 4 * error_95);
  }
}

TEST_CASE("the exponent of a zipf is found within its statistical error") {
  const SizeZipf truth{.exponent = {1'300'000'000}, .min = 1, .max = 5000};
  constexpr std::uint64_t kCount = 20'000;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    const FittedSize fitted = fit_of(truth, seed, kCount);
    const SizeSampler sampler{SizeSpec{truth}};
    double mean = 0;
    double squares = 0;
    for (std::uint64_t i = 0; i < kCount; ++i) {
      const double logarithm = std::log(static_cast<double>(sampler(bits_of(seed, i))));
      mean += logarithm / kCount;
      squares += logarithm * logarithm / kCount;
    }
    // Fisher's information of the exponent is the variance of the logarithm.
    const double error = 1 / std::sqrt((squares - mean * mean) * kCount);
    const double found = static_cast<double>(candidate_of<SizeZipf>(fitted).exponent.ppb) / 1e9;
    CHECK(std::abs(found - 1.3) < 4 * error);
  }
}

TEST_CASE("the family that sizes were drawn from is chosen") {
  // 20,000 values are within 0.0115 of their distribution in 99 of 100 draws, and 0.02 is allowed.
  CHECK(times_chosen("fixed", SizeFixed{512}) == 50);
  CHECK(times_chosen("uniform", SizeUniform{100, 900}) >= 48);
  CHECK(times_chosen("lognormal", SizeLognormal{.p50 = 300, .p95 = 1500, .min = 1, .max = 8192}) >=
        45);
  CHECK(times_chosen("zipf", SizeZipf{.exponent = {1'500'000'000}, .min = 1, .max = 200}) >= 45);
}

TEST_CASE("what no parametric family describes is kept as quantiles with the data's mean") {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    SizeFitter fitter;
    add_sizes(fitter, SizeLognormal{.p50 = 50, .p95 = 90, .min = 1, .max = 300}, seed, 3000);
    add_sizes(fitter, SizeLognormal{.p50 = 40'000, .p95 = 90'000, .min = 1, .max = 200'000},
              seed + 1000, 2000);
    const FittedSize fitted = fitter.fit();
    REQUIRE(std::holds_alternative<SizeEmpirical>(fitted.spec));
    CHECK_FALSE(flaw_in(fitted.spec));
    const auto& values = std::get<SizeEmpirical>(fitted.spec).values;
    CHECK(values.size() <= 160);
    int128 sum = 0;
    std::int64_t weights = 0;
    for (const WeightedSize& item : values) {
      sum += int128{item.value} * item.weight;
      weights += item.weight;
    }
    CHECK(weights == 5000);
    CHECK((sum == fitter.histogram().sum()));
    CHECK(fitted.candidates.at(fitted.chosen).ks <= 0.011);
  }
}

TEST_CASE("few different values are kept as they are") {
  SizeFitter fitter;
  fitter.add(10, 3);
  fitter.add(900, 1);
  const SizeEmpirical expected{.values = {{10, 3}, {900, 1}}};
  CHECK(fitter.fit().spec == SizeSpec{expected});
}

TEST_CASE("what is said of a candidate is measured on the sampler that draws") {
  SizeFitter fitter;
  add_sizes(fitter, SizeUniform{0, 999}, 3, 20'000);
  const FittedSize fitted = fitter.fit();
  for (const SizeCandidate& tried : fitted.candidates) {
    const SizeSampler sampler(tried.spec);
    CHECK(tried.mean_error == Approx((sampler.mean() - fitted.mean) / fitted.mean).margin(1e-12));
  }
}

TEST_CASE("no values, one value, zeros and the largest sizes have a spec that can be drawn") {
  CHECK(SizeFitter{}.fit().spec == SizeSpec{SizeFixed{0}});
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, kSizeMax}) {
    SizeFitter fitter;
    fitter.add(value);
    CHECK(fitter.fit().spec == SizeSpec{SizeFixed{value}});
  }
  SizeFitter mixed;
  mixed.add(0, 1000);
  mixed.add(kSizeMax);
  mixed.add(-5);
  const FittedSize fitted = mixed.fit();
  CHECK(fitted.p50 == 0);
  CHECK(fitted.max == kSizeMax);
  for (const SizeCandidate& tried : fitted.candidates) {
    INFO(tried.name);
    CHECK_FALSE(flaw_in(tried.spec));
  }
}

TEST_CASE("sizes that go together are told from sizes that do not") {
  SizePairFitter together;
  SizePairFitter apart;
  SizePairFitter against;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const auto one = static_cast<std::int64_t>(bits_of(1, i) >> 50);
    const auto other = static_cast<std::int64_t>(bits_of(2, i) >> 50);
    together.add(one, one * one);
    against.add(one, 1'000'000 - one);
    apart.add(one, other);
  }
  CHECK(together.rank_correlation() == Approx(1).margin(1e-9));
  CHECK(against.rank_correlation() == Approx(-1).margin(1e-9));
  CHECK(std::abs(apart.rank_correlation()) < 4 / std::sqrt(16'384.0));
  CHECK(SizePairFitter{}.rank_correlation() == 0);
}

}  // namespace
}  // namespace sluice::fit
