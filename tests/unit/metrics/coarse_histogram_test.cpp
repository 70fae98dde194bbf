// Against the slow obvious model: all values in a sorted list.
#include "metrics/coarse_histogram.hpp"

#include <algorithm>
#include <vector>

#include "base/hash.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

// Values over many octaves, some of them repeated.
std::vector<std::uint64_t> values_of_many_octaves(std::uint64_t seed, std::size_t count) {
  std::vector<std::uint64_t> values;
  std::uint64_t state = seed;
  for (std::size_t i = 0; i < count; ++i) {
    state = mix64(state + 0x9e3779b97f4a7c15U);
    const int shift = static_cast<int>(20 + (state & 31U));
    values.push_back(i % 7 == 6 ? values[i - 1] : state >> shift);
  }
  return values;
}

CoarseCounts counts_of(const std::vector<std::uint64_t>& values) {
  CoarseHistogram histogram;
  for (const std::uint64_t value : values) histogram.record(value);
  CoarseCounts counts;
  histogram.move_to(counts);
  return counts;
}

std::uint64_t exact_quantile(std::vector<std::uint64_t> values, std::uint64_t ppm) {
  std::sort(values.begin(), values.end());
  const std::uint64_t rank =
      std::max<std::uint64_t>(1, (values.size() * ppm + 999'999) / 1'000'000);
  return values[rank - 1];
}

// Within 1/32, or 4 ns.
bool is_close(std::uint64_t value, std::uint64_t truth) {
  const std::uint64_t apart = value > truth ? value - truth : truth - value;
  return apart <= std::max<std::uint64_t>(4, truth / 32 + 1);
}

}  // namespace

TEST_CASE("a coarse quantile is within 1/32 of the exact one") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto values = values_of_many_octaves(seed, 1 + seed * seed % 700);
    const CoarseCounts counts = counts_of(values);
    for (const std::int64_t ppm : {0, 1, 100'000, 500'000, 950'000, 990'000, 999'999, 1'000'000}) {
      INFO("seed " << seed << ", ppm " << ppm);
      const auto exact = exact_quantile(values, static_cast<std::uint64_t>(ppm));
      REQUIRE(is_close(*counts.quantile(Ppm{ppm}), exact));
    }
  }
}

TEST_CASE("every value stands for itself within 1/32 at all ends of all octaves") {
  for (int octave = 0; octave < 64; ++octave) {
    const std::uint64_t power = std::uint64_t{1} << octave;
    for (const std::uint64_t value : {power - 1, power, power + power / 2, power + (power - 1)}) {
      INFO(value);
      CHECK(is_close(CoarseHistogram::middle_of(CoarseHistogram::bin_of(value)), value));
    }
  }
}

TEST_CASE("merged coarse counts equal the counts of everything, in any order") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    const auto all = values_of_many_octaves(seed, 400);
    const auto cut = static_cast<std::ptrdiff_t>(seed * 13);
    const CoarseCounts first = counts_of({all.begin(), all.begin() + cut});
    const CoarseCounts second = counts_of({all.begin() + cut, all.end()});
    CoarseCounts forth = first;
    forth += second;
    CoarseCounts back = second;
    back += first;
    REQUIRE(forth == counts_of(all));
    REQUIRE(back == forth);
    REQUIRE(forth.count() == 400);
  }
}

TEST_CASE("a coarse histogram that was moved from counts anew") {
  CoarseHistogram histogram;
  CoarseCounts counts;
  histogram.record(1'000'000);
  histogram.move_to(counts);
  histogram.record(3'000);
  histogram.record(1'000'000);
  histogram.move_to(counts);
  CHECK(counts == counts_of({1'000'000, 1'000'000, 3'000}));
  histogram.move_to(counts);
  CHECK(counts.count() == 3);
}

TEST_CASE("no values have no quantile") {
  CHECK_FALSE(CoarseCounts{}.quantile(Ppm{500'000}));
  CHECK(counts_of({}) == CoarseCounts{});
}
