#include "metrics/histogram.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/hash.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

// Values of every magnitude: a random number of random bits.
std::vector<std::uint64_t> values_of_all_magnitudes(std::uint64_t seed, std::size_t count) {
  std::vector<std::uint64_t> values;
  std::uint64_t state = seed;
  for (std::size_t i = 0; i < count; ++i) {
    state = mix64(state + 0x9e3779b97f4a7c15U);
    const std::uint64_t bits = state % 64;
    state = mix64(state + 0x9e3779b97f4a7c15U);
    values.push_back(state >> bits);
  }
  return values;
}

}  // namespace

TEST_CASE("every bucket ends where the next one begins") {
  std::uint64_t begins = 0;
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    const std::uint64_t ends = Histogram::upper_end(bucket);
    REQUIRE(Histogram::bucket_of(begins) == bucket);
    REQUIRE(Histogram::bucket_of(ends) == bucket);
    begins = ends + 1;
  }
  CHECK(begins == 0);  // the last bucket ends at the largest value
}

TEST_CASE("a bucket's end is at most 1/128 above each of its values") {
  for (const std::uint64_t value : values_of_all_magnitudes(3, 20'000)) {
    const std::uint64_t end = Histogram::upper_end(Histogram::bucket_of(value));
    REQUIRE(end >= value);
    REQUIRE(end - value <= value / 128);
  }
}

TEST_CASE("an empty histogram has no values") {
  const Histogram empty;
  CHECK(empty.empty());
  CHECK(!empty.min());
  CHECK(!empty.max());
  CHECK(!empty.mean());
  CHECK(!empty.quantile({500'000}));
  CHECK(!empty.value_at_rank(1));
  CHECK(empty.count_up_to(kMax) == 0);
}

TEST_CASE("quantiles are those of a sorted vector, rounded up to a bucket's end") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    std::vector<std::uint64_t> values = values_of_all_magnitudes(seed, 1 + seed * 37 % 400);
    Histogram histogram;
    uint128 sum = 0;
    for (const std::uint64_t value : values) {
      histogram.record(value);
      sum += value;
    }
    std::sort(values.begin(), values.end());
    REQUIRE(histogram.count() == values.size());
    REQUIRE(histogram.sum() == sum);
    REQUIRE(histogram.min() == values.front());
    REQUIRE(histogram.max() == values.back());
    REQUIRE(histogram.mean() ==
            static_cast<std::uint64_t>((sum + values.size() / 2) / values.size()));
    for (const std::int64_t ppm : {0, 1, 250'000, 500'000, 900'000, 990'000, 999'999, 1'000'000}) {
      const std::size_t rank = std::max<std::size_t>(
          1, (values.size() * static_cast<std::size_t>(ppm) + 999'999) / 1'000'000);
      const std::uint64_t truth = values[rank - 1];
      const std::uint64_t found = *histogram.quantile({ppm});
      REQUIRE(found == std::min(Histogram::upper_end(Histogram::bucket_of(truth)), values.back()));
      REQUIRE(found == *histogram.value_at_rank(rank));
    }
  }
}

TEST_CASE("ranks outside the values have none") {
  Histogram histogram;
  histogram.record(7);
  CHECK(histogram.value_at_rank(1) == 7U);
  CHECK(!histogram.value_at_rank(0));
  CHECK(!histogram.value_at_rank(2));
}

TEST_CASE("the largest value is recorded exactly") {
  Histogram histogram;
  histogram.record(kMax);
  histogram.record(kMax);
  CHECK(histogram.max() == kMax);
  CHECK(histogram.quantile({500'000}) == kMax);
  CHECK(histogram.sum() == uint128{kMax} * 2);
}

TEST_CASE("merging equals recording everything into one") {
  Histogram one;
  Histogram left;
  Histogram right;
  const std::vector<std::uint64_t> values = values_of_all_magnitudes(11, 3000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    one.record(values[i]);
    (i % 3 == 0 ? left : right).record(values[i]);
  }
  Histogram merged;
  merged += left;
  merged += Histogram{};
  merged += right;
  CHECK(merged == one);
}

TEST_CASE("recording several at once equals recording them one by one") {
  Histogram once;
  Histogram each;
  once.record(12345, 3);
  once.record(99, 0);
  for (int i = 0; i < 3; ++i) each.record(12345);
  CHECK(once == each);
}

TEST_CASE("values up to a bound are counted") {
  Histogram histogram;
  for (const std::uint64_t value : {1U, 5U, 5U, 200U}) histogram.record(value);
  CHECK(histogram.count_up_to(0) == 0);
  CHECK(histogram.count_up_to(1) == 1);
  CHECK(histogram.count_up_to(5) == 3);
  CHECK(histogram.count_up_to(1000) == 4);
}
