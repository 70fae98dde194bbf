#include "stats/warmup.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

using Values = std::vector<double>;

// The definition, written down: quadratic, every sum from scratch.
Warmup slow_mser5(const Values& values) {
  const std::size_t n = values.size() / 5;
  Values z;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < 5; ++k) sum += values[5 * i + k];
    z.push_back(sum / 5);
  }
  std::size_t best = 0;
  double best_error = -1;
  for (std::size_t d = 0; n > 0 && d <= n / 2; ++d) {
    const double count = static_cast<double>(n - d);
    double center = 0;
    for (std::size_t i = d; i < n; ++i) center += z[i] / count;
    double error = 0;
    for (std::size_t i = d; i < n; ++i) error += (z[i] - center) * (z[i] - center);
    error /= count * count;
    if (best_error < 0 || error < best_error) {
      best = d;
      best_error = error;
    }
  }
  return {.values = best * 5,
          .verdict = best == n / 2 ? WarmupVerdict::kRunTooShort : WarmupVerdict::kFound};
}

TEST_CASE("MSER-5 agrees with its definition for every short length and many shapes") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    for (std::size_t length = 0; length <= 130; ++length) {
      Draws draws(seed * 1000 + length);
      Values values = draws.normals(length);
      const double height = 10 * draws.uniform();
      const double decay = 40 * draws.uniform();
      for (std::size_t i = 0; i < length; ++i) {
        values[i] += height * std::exp(-static_cast<double>(i) / decay);
      }
      INFO("seed " << seed << " length " << length);
      REQUIRE(mser5(values) == slow_mser5(values));
    }
  }
}

TEST_CASE("MSER-5 agrees with its definition on a long run far from zero") {
  Draws draws(77);
  Values values = draws.normals(5003);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] += 1e6 + 50 * std::exp(-static_cast<double>(i) / 200);
  }
  const Warmup warmup = mser5(values);
  CHECK(warmup == slow_mser5(values));
  CHECK(warmup.verdict == WarmupVerdict::kFound);
  CHECK(warmup.values > 200);
  CHECK(warmup.values < 2000);
}

TEST_CASE("a step at the start is cut off exactly") {
  Values values;
  for (int i = 0; i < 500; ++i) values.push_back((i / 5 % 2 == 0 ? 1 : -1) + (i < 50 ? 100 : 0));
  CHECK(mser5(values) == Warmup{.values = 50, .verdict = WarmupVerdict::kFound});
}

TEST_CASE("a run that never settles is too short") {
  Values values;
  for (int i = 0; i < 200; ++i) values.push_back(i);
  CHECK(mser5(values) == Warmup{.values = 100, .verdict = WarmupVerdict::kRunTooShort});
}

TEST_CASE("a constant run has no warm-up") {
  CHECK(mser5(Values(100, 0.1)) == Warmup{.values = 0, .verdict = WarmupVerdict::kFound});
}

TEST_CASE("fewer than two batches are too short") {
  CHECK(mser5(Values{}).verdict == WarmupVerdict::kRunTooShort);
  CHECK(mser5(Values(9, 1.0)).verdict == WarmupVerdict::kRunTooShort);
  CHECK(mser5(Values(10, 1.0)).verdict == WarmupVerdict::kFound);
}

TEST_CASE("verdicts read as words") {
  CHECK(text(WarmupVerdict::kFound) == "found");
  CHECK(text(WarmupVerdict::kRunTooShort) == "run too short");
}

}  // namespace
}  // namespace sluice::stats
