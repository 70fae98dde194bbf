// The catalog against the published tables, written down here a second time, independently of its
// files.
#include <algorithm>
#include <string>
#include <vector>

#include "scenario/catalog.hpp"
#include "support/catch.hpp"
#include "support/shipped_catalog.hpp"

namespace sluice::scenario {
namespace {

constexpr CivilDate kPublished{2026, 11, 20};

// What the documentation says; one picodollar a token is a millionth of a dollar per million
// tokens.
struct ExpectedPrice {
  std::string model;
  CivilDate on;
  std::int64_t input;  // picodollars a token
  std::int64_t write_5m;
  std::int64_t write_1h;
  std::int64_t read;
  std::int64_t output;
  std::int64_t fast_input;  // dollars per million; 0: no fast mode
};

constexpr std::int64_t kDollar = 1'000'000;
constexpr std::int64_t kCent = 10'000;

const PriceRow* row_on(const std::vector<PriceRow>& rows, CivilDate date) {
  const std::int64_t at = UnixTime::midnight(date).nanoseconds;
  for (const PriceRow& row : rows) {
    if (row.effective_from_ns <= at && at < row.effective_until_ns) return &row;
  }
  return nullptr;
}

std::int64_t per_token(const PriceBand& band, CostCategory category) {
  return band.per_token[static_cast<std::size_t>(category)];
}

TEST_CASE("the catalog has the published token prices") {
  const std::vector<ExpectedPrice> table{
      {"fable-5.2", kPublished, 8 * kDollar, 10 * kDollar, 16 * kDollar, 20 * kCent, 40 * kDollar,
       16},
      {"mythos-5.2", kPublished, 8 * kDollar, 10 * kDollar, 16 * kDollar, 20 * kCent, 40 * kDollar,
       16},
      {"fable-5.1", kPublished, 10 * kDollar, 1250 * kCent, 20 * kDollar, 25 * kCent, 50 * kDollar,
       0},
      {"mythos-5.1", kPublished, 10 * kDollar, 1250 * kCent, 20 * kDollar, 25 * kCent, 50 * kDollar,
       0},
      {"fable-5", kPublished, 10 * kDollar, 1250 * kCent, 20 * kDollar, kDollar, 50 * kDollar, 0},
      {"mythos-5", kPublished, 10 * kDollar, 1250 * kCent, 20 * kDollar, kDollar, 50 * kDollar, 0},
      {"opus-5.5", kPublished, 4 * kDollar, 5 * kDollar, 8 * kDollar, 20 * kCent, 20 * kDollar, 8},
      {"opus-5", kPublished, 5 * kDollar, 625 * kCent, 10 * kDollar, 50 * kCent, 25 * kDollar, 10},
      {"opus-4.8", kPublished, 5 * kDollar, 625 * kCent, 10 * kDollar, 50 * kCent, 25 * kDollar,
       10},
      {"opus-4.8",
       {2026, 11, 30},
       5 * kDollar,
       625 * kCent,
       10 * kDollar,
       50 * kCent,
       25 * kDollar,
       0},
      {"opus-4.7", kPublished, 5 * kDollar, 625 * kCent, 10 * kDollar, 50 * kCent, 25 * kDollar, 0},
      {"opus-4.7",
       {2026, 5, 1},
       5 * kDollar,
       625 * kCent,
       10 * kDollar,
       50 * kCent,
       25 * kDollar,
       30},
      {"opus-4.6", kPublished, 5 * kDollar, 625 * kCent, 10 * kDollar, 50 * kCent, 25 * kDollar, 0},
      {"opus-4.5", kPublished, 5 * kDollar, 625 * kCent, 10 * kDollar, 50 * kCent, 25 * kDollar, 0},
      {"opus-4.1", kPublished, 15 * kDollar, 1875 * kCent, 30 * kDollar, 150 * kCent, 75 * kDollar,
       0},
      {"opus-4", kPublished, 15 * kDollar, 1875 * kCent, 30 * kDollar, 150 * kCent, 75 * kDollar,
       0},
      {"sonnet-5.5", kPublished, 2 * kDollar, 250 * kCent, 4 * kDollar, 10 * kCent, 10 * kDollar,
       0},
      {"sonnet-5.5",
       {2026, 10, 7},
       2 * kDollar,
       250 * kCent,
       4 * kDollar,
       10 * kCent,
       10 * kDollar,
       0},
      {"sonnet-5.5",
       {2026, 10, 6},
       2 * kDollar,
       250 * kCent,
       4 * kDollar,
       20 * kCent,
       10 * kDollar,
       0},
      {"sonnet-5", kPublished, 2 * kDollar, 250 * kCent, 4 * kDollar, 20 * kCent, 10 * kDollar, 0},
      {"sonnet-4.6", kPublished, 3 * kDollar, 375 * kCent, 6 * kDollar, 30 * kCent, 15 * kDollar,
       0},
      {"sonnet-4.5", kPublished, 3 * kDollar, 375 * kCent, 6 * kDollar, 30 * kCent, 15 * kDollar,
       0},
      {"sonnet-4", kPublished, 3 * kDollar, 375 * kCent, 6 * kDollar, 30 * kCent, 15 * kDollar, 0},
      {"sonnet-3.7", kPublished, 3 * kDollar, 375 * kCent, 6 * kDollar, 30 * kCent, 15 * kDollar,
       0},
      {"haiku-5.5", kPublished, 10 * kCent, 125'000, 20 * kCent, kCent, 50 * kCent, 0},
      {"haiku-4.5", kPublished, kDollar, 125 * kCent, 2 * kDollar, 10 * kCent, 5 * kDollar, 0},
      {"haiku-3.5", kPublished, 80 * kCent, kDollar, 160 * kCent, 8 * kCent, 4 * kDollar, 0},
      {"haiku-3", kPublished, 25 * kCent, 30 * kCent, 50 * kCent, 3 * kCent, 125 * kCent, 0}};
  const Catalog catalog = testing::shipped_catalog();
  for (const ExpectedPrice& expected : table) {
    INFO(expected.model << " on " << expected.on.text());
    const ModelRow* model = catalog.model(expected.model);
    REQUIRE(model != nullptr);
    const std::vector<PriceRow> rows = price_rows(catalog, model->id);
    const PriceRow* row = row_on(rows, expected.on);
    REQUIRE(row != nullptr);
    const PriceBand& band = row->bands.front();
    CHECK(per_token(band, CostCategory::kInput) == expected.input);
    CHECK(per_token(band, CostCategory::kWrite5m) == expected.write_5m);
    CHECK(per_token(band, CostCategory::kWrite1h) == expected.write_1h);
    CHECK(per_token(band, CostCategory::kCacheRead) == expected.read);
    CHECK(per_token(band, CostCategory::kOutput) == expected.output);
    CHECK(row->batch_permille == 500);
    CHECK(row->fast_permille.has_value() == (expected.fast_input > 0));
    if (row->fast_permille) {
      CHECK(expected.input * *row->fast_permille == expected.fast_input * kDollar * 1000);
    }
  }
}

TEST_CASE("prompts over 100,000 tokens have prices of their own on Haiku 5.5") {
  const std::vector<PriceRow> rows = price_rows(testing::shipped_catalog(), "claude-haiku-5-5");
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0].bands.size() == 2);
  const PriceBand& band = rows[0].bands[1];
  CHECK(band.prompt_above == 100'000);
  CHECK(per_token(band, CostCategory::kInput) == 50 * kCent);
  CHECK(per_token(band, CostCategory::kWrite5m) == 625'000);
  CHECK(per_token(band, CostCategory::kWrite1h) == kDollar);
  CHECK(per_token(band, CostCategory::kCacheRead) == 5 * kCent);
  CHECK(per_token(band, CostCategory::kOutput) == 250 * kCent);
}

TEST_CASE("long prompts cost more on the models of 2025 until 2026-03-13 and no longer") {
  const std::vector<PriceRow> rows =
      price_rows(testing::shipped_catalog(), "claude-sonnet-4-5-20250929");
  const PriceRow* before = row_on(rows, {2026, 3, 12});
  REQUIRE(before->bands.size() == 2);
  CHECK(before->bands[1].prompt_above == 200'000);
  CHECK(per_token(before->bands[1], CostCategory::kOutput) == 2250 * kCent);
  CHECK(row_on(rows, {2026, 3, 13})->bands.size() == 1);
}

TEST_CASE("inference in the US costs a tenth more from Claude 4.6 on and is impossible before") {
  const Catalog catalog = testing::shipped_catalog();
  CHECK(price_rows(catalog, "claude-sonnet-4-6")[0].us_permille == 1100);
  CHECK(price_rows(catalog, "claude-fable-5-2")[0].us_permille == 1100);
  CHECK(price_rows(catalog, "claude-haiku-4-5-20251001")[0].us_permille == 1000);
}

TEST_CASE("a model is not sold before its release") {
  const Catalog catalog = testing::shipped_catalog();
  CHECK(row_on(price_rows(catalog, "claude-fable-5-2"), {2026, 11, 8}) == nullptr);
  CHECK(row_on(price_rows(catalog, "claude-fable-5-2"), {2026, 11, 9}) != nullptr);
}

struct ExpectedLimits {
  std::string tier;
  std::string group;
  CivilDate on;
  std::int64_t requests;
  std::int64_t input;
  std::int64_t output;
  bool counts_reads = false;
};

const LimitRow* limits_on(const Catalog& catalog, const ExpectedLimits& wanted) {
  for (const LimitRow& row : catalog.limits) {
    const bool its =
        std::find(row.groups.begin(), row.groups.end(), wanted.group) != row.groups.end();
    if (row.tier == wanted.tier && its && row.dates.covers(wanted.on)) return &row;
  }
  return nullptr;
}

void check_limits(const Catalog& catalog, const ExpectedLimits& expected) {
  INFO(expected.tier << " " << expected.group);
  const LimitRow* row = limits_on(catalog, expected);
  REQUIRE(row != nullptr);
  const LimitType input = expected.counts_reads ? LimitType::kInputTokensPerMinute
                                                : LimitType::kInputTokensPerMinuteCacheAware;
  const NamedLimits wanted{{LimitType::kRequestsPerMinute, expected.requests},
                           {input, expected.input},
                           {LimitType::kOutputTokensPerMinute, expected.output}};
  CHECK(limits_of(*row) == wanted);
}

TEST_CASE("the catalog has the Messages limits of Start, Build and Scale") {
  const Catalog catalog = testing::shipped_catalog();
  for (const std::string group : {"opus-5.5", "opus-5", "opus-4", "sonnet-5.5", "sonnet-5",
                                  "sonnet-4", "haiku-5.5", "haiku-4.5"}) {
    check_limits(catalog, {"start", group, kPublished, 1000, 2'000'000, 400'000});
    check_limits(catalog, {"build", group, kPublished, 5000, 5'000'000, 1'000'000});
    check_limits(catalog, {"scale", group, kPublished, 10'000, 10'000'000, 2'000'000});
  }
  check_limits(catalog, {"start", "fable-5", kPublished, 1000, 500'000, 100'000});
  check_limits(catalog, {"build", "fable-5", kPublished, 2000, 1'500'000, 300'000});
  check_limits(catalog, {"scale", "fable-5", kPublished, 4000, 4'000'000, 800'000});
  check_limits(catalog, {"start", "haiku-3.5", kPublished, 1000, 100'000, 20'000, true});
  check_limits(catalog, {"build", "haiku-3.5", kPublished, 2000, 200'000, 40'000, true});
  check_limits(catalog, {"scale", "haiku-3.5", kPublished, 4000, 400'000, 80'000, true});
}

TEST_CASE("the catalog has the Messages limits of the four old tiers") {
  const Catalog catalog = testing::shipped_catalog();
  constexpr CivilDate kThen{2026, 5, 1};
  for (const std::string group : {"opus-4", "sonnet-4"}) {
    check_limits(catalog, {"tier_1", group, kThen, 50, 30'000, 8000});
    check_limits(catalog, {"tier_2", group, kThen, 1000, 450'000, 90'000});
    check_limits(catalog, {"tier_3", group, kThen, 2000, 800'000, 160'000});
    check_limits(catalog, {"tier_4", group, kThen, 4000, 2'000'000, 400'000});
  }
  check_limits(catalog, {"tier_1", "sonnet-3.7", kThen, 50, 20'000, 8000});
  check_limits(catalog, {"tier_2", "sonnet-3.7", kThen, 1000, 40'000, 16'000});
  check_limits(catalog, {"tier_3", "sonnet-3.7", kThen, 2000, 80'000, 32'000});
  check_limits(catalog, {"tier_4", "sonnet-3.7", kThen, 4000, 200'000, 80'000});
  check_limits(catalog, {"tier_1", "haiku-4.5", kThen, 50, 50'000, 10'000});
  check_limits(catalog, {"tier_2", "haiku-4.5", kThen, 1000, 450'000, 90'000});
  check_limits(catalog, {"tier_3", "haiku-4.5", kThen, 2000, 1'000'000, 200'000});
  check_limits(catalog, {"tier_4", "haiku-4.5", kThen, 4000, 4'000'000, 800'000});
  for (const std::string group : {"haiku-3.5", "haiku-3"}) {
    check_limits(catalog, {"tier_1", group, kThen, 50, 50'000, 10'000, true});
    check_limits(catalog, {"tier_2", group, kThen, 1000, 100'000, 20'000, true});
    check_limits(catalog, {"tier_3", group, kThen, 2000, 200'000, 40'000, true});
    check_limits(catalog, {"tier_4", group, kThen, 4000, 400'000, 80'000, true});
  }
}

struct ExpectedTier {
  std::string tier;
  CivilDate on;
  std::int64_t dollars;
  std::int64_t batch_requests;
  std::int64_t queue;
  std::int64_t counting;
};

TEST_CASE("the catalog has the tiers' spend caps, batch limits and token counting") {
  constexpr CivilDate kThen{2026, 5, 1};
  const std::vector<ExpectedTier> table{{"start", kPublished, 500, 1000, 200'000, 2000},
                                        {"build", kPublished, 1000, 2000, 300'000, 4000},
                                        {"scale", kPublished, 200'000, 4000, 500'000, 8000},
                                        {"tier_1", kThen, 100, 50, 100'000, 100},
                                        {"tier_2", kThen, 500, 1000, 200'000, 2000},
                                        {"tier_3", kThen, 1000, 2000, 300'000, 4000},
                                        {"tier_4", kThen, 200'000, 4000, 500'000, 8000},
                                        {"tier_4", {2026, 2, 1}, 5000, 4000, 500'000, 8000}};
  const Catalog catalog = testing::shipped_catalog();
  for (const ExpectedTier& expected : table) {
    INFO(expected.tier << " on " << expected.on.text());
    const TierRow* row = catalog.tier(expected.tier, expected.on);
    REQUIRE(row != nullptr);
    CHECK(row->monthly_spend == Money::from_dollars(expected.dollars));
    CHECK(row->batch_requests_per_minute == expected.batch_requests);
    CHECK(row->enqueued_batch_requests == expected.queue);
    CHECK(row->requests_per_batch == 100'000);
    CHECK(row->token_count_requests_per_minute == expected.counting);
    CHECK(row->evidence.confidence == Confidence::kDocumented);
  }
}

TEST_CASE("the catalog has the published cache minimums, contexts and tokenizers") {
  struct Expected {
    std::string model;
    std::int64_t cache_minimum, context, max_output, tokenizer_permille;
  };
  const std::vector<Expected> table{
      {"fable-5.1", 512, 1'000'000, 128'000, 1300}, {"opus-5.5", 512, 1'000'000, 128'000, 1300},
      {"opus-5", 512, 1'000'000, 128'000, 1300},    {"sonnet-5.5", 512, 1'000'000, 128'000, 1300},
      {"haiku-5.5", 512, 1'000'000, 128'000, 1300}, {"opus-4.8", 1024, 1'000'000, 128'000, 1300},
      {"sonnet-5", 1024, 1'000'000, 128'000, 1300}, {"sonnet-4.6", 1024, 1'000'000, 128'000, 1000},
      {"sonnet-4.5", 1024, 200'000, 64'000, 1000},  {"opus-4.7", 2048, 1'000'000, 128'000, 1300},
      {"opus-4.6", 4096, 1'000'000, 128'000, 1000}, {"opus-4.5", 4096, 200'000, 64'000, 1000},
      {"haiku-4.5", 4096, 200'000, 64'000, 1000}};
  const Catalog catalog = testing::shipped_catalog();
  for (const Expected& expected : table) {
    INFO(expected.model);
    const ModelRow* model = catalog.model(expected.model);
    REQUIRE(model != nullptr);
    CHECK(model->cache_minimum == expected.cache_minimum);
    CHECK(model->context == expected.context);
    CHECK(model->max_output == expected.max_output);
    CHECK(model->tokenizer_permille == expected.tokenizer_permille);
  }
}

}  // namespace
}  // namespace sluice::scenario
