#include "policy/sizes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "base/draw.hpp"
#include "support/catch.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

constexpr testing::TestDraws kSizeDraws{.seed = 20'261'120};

// Evenly spaced bits: the distribution itself, without sampling error.
template <class Visit>
void for_even_bits(int count, Visit visit) {
  const std::uint64_t step = ~std::uint64_t{0} / static_cast<std::uint64_t>(count);
  for (int i = 0; i < count; ++i) visit(step / 2 + step * static_cast<std::uint64_t>(i));
}

std::uint64_t bits_at(double probability) {
  return static_cast<std::uint64_t>(std::ldexp(probability, 64));
}

double lognormal_mean(double p50, double p95) {
  const double sigma = std::log(p95 / p50) / 1.6448536269514722;
  return p50 * std::exp(sigma * sigma / 2);
}

TEST_CASE("a fixed size is exact") {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, std::int64_t{999}, kSizeMax}) {
    const SizeSampler sampler(SizeFixed{value});
    for (const std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
      CHECK(sampler(bits) == value);
    }
    CHECK(sampler.mean() == static_cast<double>(value));
  }
  CHECK(DurationSampler(DurationFixed{seconds(3)})(12345) == seconds(3));
}

TEST_CASE("a uniform size gives every value of its range alike") {
  const SizeSampler sampler(SizeUniform{.low = 3, .high = 7});
  std::map<std::int64_t, int> counts;
  for_even_bits(50'000, [&](std::uint64_t bits) { ++counts[sampler(bits)]; });
  REQUIRE(counts.size() == 5);
  for (const auto& [value, count] : counts) {
    CHECK((3 <= value && value <= 7));
    CHECK(std::abs(count - 10'000) <= 1);
  }
  CHECK(sampler(0) == 3);
  CHECK(sampler(~std::uint64_t{0}) == 7);
  CHECK(sampler.mean() == 5);
}

TEST_CASE("an unclamped lognormal has the mean of theory within 0.05 %") {
  for (const auto& [p50, p95] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {20, 60}, {1000, 5180}, {250, 932}, {1000, 50'000}, {100'000, 120'000}}) {
    CAPTURE(p50, p95);
    const SizeSampler sampler(SizeLognormal{.p50 = p50, .p95 = p95});
    const double theory = lognormal_mean(static_cast<double>(p50), static_cast<double>(p95));
    CHECK(sampler.mean() == Approx(theory).epsilon(5e-4));
  }
}

TEST_CASE("draws of a lognormal have its mean within three standard errors") {
  const SizeSampler sampler(SizeLognormal{.p50 = 1000, .p95 = 5180});
  const double sigma = std::log(5.18) / 1.6448536269514722;
  const double theory = lognormal_mean(1000, 5180);
  const double deviation = theory * std::sqrt(std::exp(sigma * sigma) - 1);
  constexpr int kDraws = 4'000'000;
  DrawStream stream = kSizeDraws.stream(1);
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) sum += static_cast<double>(sampler(stream.next()));
  CHECK(std::abs(sum / kDraws - theory) < 3 * deviation / std::sqrt(kDraws) + 5e-4 * theory);
}

TEST_CASE("the quantiles of a lognormal are within 0.1 %") {
  const SizeSampler sampler(SizeLognormal{.p50 = 10'000, .p95 = 80'000});
  const double sigma = std::log(8.0) / 1.6448536269514722;
  const std::vector<std::pair<double, double>> points{{0.5, 0},
                                                      {0.75, 0.67448975019608171},
                                                      {0.9, 1.2815515655446004},
                                                      {0.95, 1.6448536269514722},
                                                      {0.99, 2.3263478740408408},
                                                      {0.999, 3.0902323061678132},
                                                      {0.9999, 3.7190164854556804}};
  for (const auto& [probability, z] : points) {
    CAPTURE(probability);
    const double expected = 10'000 * std::exp(sigma * z);
    CHECK(static_cast<double>(sampler(bits_at(probability))) == Approx(expected).epsilon(1e-3));
    const double mirrored = 10'000 * std::exp(-sigma * z);
    CHECK(std::abs(static_cast<double>(sampler(bits_at(1 - probability))) - mirrored) <
          0.001 * mirrored + 0.51);
  }
}

TEST_CASE("a lognormal stays within its bounds and never decreases with the bits") {
  const SizeSampler sampler(SizeLognormal{.p50 = 1000, .p95 = 8000, .min = 200, .max = 20'000});
  std::int64_t previous = 0;
  for_even_bits(200'000, [&](std::uint64_t bits) {
    const std::int64_t value = sampler(bits);
    if (value < previous) FAIL("decreases");
    previous = value;
  });
  CHECK(sampler(0) == 200);
  CHECK(sampler(~std::uint64_t{0}) == 20'000);
}

TEST_CASE("a lognormal whose p95 is its p50 is fixed") {
  const SizeSampler sampler(SizeLognormal{.p50 = 777, .p95 = 777});
  for_even_bits(1000, [&](std::uint64_t bits) { CHECK(sampler(bits) == 777); });
}

TEST_CASE("a Zipf size has the probabilities of its law") {
  for (const std::int64_t ppb :
       {0L, 500'000'000L, 1'000'000'000L, 1'200'000'000L, 2'500'000'000L}) {
    for (const auto& [min, max] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {1, 1}, {1, 10}, {5, 400}, {1, 1024}, {1, 1025}, {1, 20'000}}) {
      CAPTURE(ppb, min, max);
      const std::int64_t last = max;
      const SizeSampler sampler(SizeZipf{.exponent = Fraction{ppb}, .min = min, .max = max});
      double total = 0;
      double moment = 0;
      for (std::int64_t k = min; k <= max; ++k) {
        const double weight = std::pow(static_cast<double>(k), -static_cast<double>(ppb) / 1e9);
        total += weight;
        moment += weight * static_cast<double>(k);
      }
      CHECK(sampler.mean() == Approx(moment / total).epsilon(1e-6));
      constexpr int kPoints = 200'000;
      std::map<std::int64_t, int> counts;
      double sum = 0;
      std::int64_t previous = min;
      for_even_bits(kPoints, [&](std::uint64_t bits) {
        const std::int64_t value = sampler(bits);
        if (value < previous || last < value) FAIL("out of order or range");
        previous = value;
        sum += static_cast<double>(value);
        ++counts[value];
      });
      CHECK(sum / kPoints == Approx(moment / total).epsilon(5e-3));
      double cumulated = 0;
      double seen = 0;
      double worst = 0;
      for (std::int64_t k = min; k <= max; ++k) {
        cumulated += std::pow(static_cast<double>(k), -static_cast<double>(ppb) / 1e9) / total;
        const auto found = counts.find(k);
        if (found != counts.end()) seen += static_cast<double>(found->second) / kPoints;
        worst = std::max(worst, std::abs(seen - cumulated));
      }
      CHECK(worst < 2e-4);
    }
  }
}

TEST_CASE("an empirical size has the given weights, whatever their order") {
  const SizeSampler sampler(SizeEmpirical{{{500, 1}, {100, 6}, {9, 0}, {300, 3}}});
  std::map<std::int64_t, int> counts;
  for_even_bits(10'000, [&](std::uint64_t bits) { ++counts[sampler(bits)]; });
  CHECK(counts.size() == 3);
  CHECK(std::abs(counts[100] - 6000) <= 1);
  CHECK(std::abs(counts[300] - 3000) <= 1);
  CHECK(std::abs(counts[500] - 1000) <= 1);
  CHECK(sampler(0) == 100);
  CHECK(sampler(~std::uint64_t{0}) == 500);
  CHECK(sampler.mean() == Approx(200));
}

TEST_CASE("an empirical size of many values is drawn exactly") {
  SizeEmpirical spec;
  for (std::int64_t i = 0; i < 5000; ++i) spec.values.push_back({i, 1});
  const SizeSampler sampler(spec);
  for_even_bits(5000, [&, expected = std::int64_t{0}](std::uint64_t bits) mutable {
    if (sampler(bits) != expected++) FAIL("skips a value");
  });
}

TEST_CASE("an exponential duration has its mean and quantiles") {
  const DurationSampler sampler(DurationExponential{.mean = seconds(10)});
  CHECK(sampler.mean() == Approx(1e10).epsilon(1e-4));
  for (const double p : {0.1, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
    CAPTURE(p);
    CHECK(static_cast<double>(ns(sampler(bits_at(p)))) ==
          Approx(-1e10 * std::log1p(-p)).epsilon(1e-3));
  }
  const DurationSampler capped(DurationExponential{.mean = seconds(10), .max = seconds(12)});
  CHECK(capped(~std::uint64_t{0}) == seconds(12));
  CHECK(DurationSampler(DurationExponential{.mean = Duration{}})(~std::uint64_t{0}) == Duration{});
}

TEST_CASE("durations of the other kinds follow their specs") {
  CHECK(DurationSampler(DurationUniform{.low = seconds(1), .high = seconds(3)}).mean() == 2e9);
  const DurationSampler lognormal(DurationLognormal{.p50 = milliseconds(800), .p95 = seconds(3)});
  CHECK(ns(lognormal(std::uint64_t{1} << 63)) == Approx(8e8).epsilon(1e-6));
  CHECK(ns(lognormal(bits_at(0.95))) == Approx(3e9).epsilon(1e-3));
  const DurationSampler weighted(DurationEmpirical{{{seconds(1), 1}, {seconds(5), 3}}});
  CHECK(weighted(0) == seconds(1));
  CHECK(weighted(bits_at(0.26)) == seconds(5));
  CHECK(weighted.mean() == Approx(4e9));
}

TEST_CASE("sizes and durations are the same in every build") {
  std::uint64_t digest = 0;
  DrawStream stream = kSizeDraws.stream(2);
  for (const SizeSpec& spec : std::vector<SizeSpec>{
           SizeUniform{.low = 1, .high = 9000}, SizeLognormal{.p50 = 1000, .p95 = 5180},
           SizeZipf{.exponent = Fraction{1'100'000'000}, .min = 1, .max = 100'000},
           SizeEmpirical{{{5, 2}, {900, 3}, {70, 4}}}}) {
    const SizeSampler sampler(spec);
    for (int i = 0; i < 2000; ++i) {
      digest = hash_combine(digest, static_cast<std::uint64_t>(sampler(stream.next())));
    }
  }
  for (const DurationSpec& spec :
       std::vector<DurationSpec>{DurationExponential{.mean = seconds(3)},
                                 DurationLognormal{.p50 = milliseconds(700), .p95 = seconds(2)}}) {
    const DurationSampler sampler(spec);
    for (int i = 0; i < 2000; ++i) {
      digest = hash_combine(digest, static_cast<std::uint64_t>(ns(sampler(stream.next()))));
    }
  }
  CHECK(digest == 0x96f869b214194ef7U);
}

TEST_CASE("what cannot be sampled is named") {
  const auto where = [](const auto& spec) {
    const auto error = flaw_in(spec);
    return error ? error->where : std::string("none");
  };
  CHECK(where(SizeSpec{SizeFixed{-1}}) == "/value");
  CHECK(where(SizeSpec{SizeFixed{kSizeMax + 1}}) == "/value");
  CHECK(where(SizeSpec{SizeUniform{.low = 5, .high = 4}}) == "/high");
  CHECK(where(SizeSpec{SizeLognormal{.p50 = 0, .p95 = 4}}) == "/p50");
  CHECK(where(SizeSpec{SizeLognormal{.p50 = 10, .p95 = 4}}) == "/p95");
  CHECK(where(SizeSpec{SizeLognormal{.p50 = 10, .p95 = kSizeMax + 1}}) == "/p95");
  CHECK(where(SizeSpec{SizeLognormal{.p50 = 10, .p95 = 40, .min = 9, .max = 8}}) == "/max");
  CHECK(where(SizeSpec{SizeZipf{.exponent = Fraction{-1}}}) == "/exponent");
  CHECK(where(SizeSpec{SizeZipf{.exponent = Fraction::whole(21)}}) == "/exponent");
  CHECK(where(SizeSpec{SizeZipf{.min = 0, .max = 8}}) == "/min");
  CHECK(where(SizeSpec{SizeEmpirical{}}) == "/values");
  CHECK(where(SizeSpec{SizeEmpirical{{{1, 0}}}}) == "/values");
  CHECK(where(SizeSpec{SizeEmpirical{{{1, 1}, {-1, 1}}}}) == "/values/1/value");
  CHECK(where(SizeSpec{SizeEmpirical{{{1, -1}}}}) == "/values/0/weight");
  CHECK(where(DurationSpec{DurationFixed{seconds(-1)}}) == "/value");
  CHECK(where(DurationSpec{DurationUniform{.low = seconds(2), .high = seconds(1)}}) == "/high");
  CHECK(where(DurationSpec{DurationLognormal{.p50 = Duration{}}}) == "/p50");
  CHECK(where(DurationSpec{DurationExponential{.mean = seconds(-1)}}) == "/mean");
  CHECK(where(DurationSpec{DurationExponential{.mean = kDurationMax + seconds(1)}}) == "/mean");
  CHECK(where(DurationSpec{DurationEmpirical{}}) == "/values");
  CHECK(where(DurationSpec{DurationExponential{.mean = seconds(1)}}) == "none");
}

}  // namespace
}  // namespace sluice
