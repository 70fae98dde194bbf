#include "api/usage.hpp"

#include "api/cost.hpp"
#include "api/ids.hpp"
#include "api/request.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr Usage kUsage{.input_tokens = 1,
                       .cache_creation_5m_input_tokens = 20,
                       .cache_creation_1h_input_tokens = 300,
                       .cache_read_input_tokens = 4'000,
                       .output_tokens = 50'000};

TEST_CASE("the prompt is the sum of the disjoint input fields") {
  CHECK(kUsage.prompt_tokens() == 4'321);
  CHECK(kUsage.cache_creation_input_tokens() == 320);
}

TEST_CASE("a cache-aware limit counts input and writes, not reads") {
  CHECK(kUsage.uncached_input_tokens() == 321);
}

TEST_CASE("usage adds field by field") {
  Usage sum = kUsage;
  sum += kUsage;
  CHECK(sum == Usage{2, 40, 600, 8'000, 100'000});
}

TEST_CASE("a cost is the sum of its categories, and costs add category by category") {
  CostBreakdown cost;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    cost.by_category[i] = Money::from_dollars(static_cast<std::int64_t>(i) + 1);
  }
  CHECK(cost.total() == Money::from_dollars(21));
  cost += cost;
  CHECK(cost.by_category[5] == Money::from_dollars(12));
  CHECK(cost.total() == Money::from_dollars(42));
}

TEST_CASE("cost categories are named as reports name them") {
  CHECK(name(CostCategory::kInput) == "input");
  CHECK(name(CostCategory::kWrite5m) == "write_5m");
  CHECK(name(CostCategory::kWrite1h) == "write_1h");
  CHECK(name(CostCategory::kCacheRead) == "cache_read");
  CHECK(name(CostCategory::kOutput) == "output");
  CHECK(name(CostCategory::kTools) == "tools");
}

TEST_CASE("cache lifetimes are five minutes and one hour, in this order") {
  CHECK(duration(CacheTtl::kFiveMinutes) == minutes(5));
  CHECK(duration(CacheTtl::kOneHour) == hours(1));
  CHECK(CacheTtl::kFiveMinutes < CacheTtl::kOneHour);
}

TEST_CASE("an id is its position in the run's own table") { CHECK(index(WorkspaceId{7}) == 7); }

}  // namespace
}  // namespace sluice
