#include "experiment/compare_scenario.hpp"

#include <fmt/format.h>

#include "report/compare_text.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr const char* kChat = R"({"sluice": 1, "duration": "5m",
    "organization": {"tier": "start"}, "workloads": [
    {"name": "chat", "model": "sonnet-5.5", "arrivals": {"type": "poisson", "rate": "300/min"},
     "input": {"p50": 1200, "p95": 6000}, "output": {"p50": 420, "p95": 1300}}]})";

ModelComparison found(const std::string& scenario, const ComparisonTexts& texts,
                      ComparisonOptions options = {}, std::vector<std::string> overrides = {}) {
  const auto text = ScenarioText::of(scenario, "chat.json",
                                     {.overrides = std::move(overrides), .whole_catalog = true});
  REQUIRE(text.has_value());
  Monitor monitor;
  auto comparison = compare_scenario(*text, texts, options, monitor);
  if (!comparison) INFO(comparison.error().front().text());
  REQUIRE(comparison.has_value());
  return std::move(*comparison);
}

double value(const ComparedRow& row, Measure measure) { return row.figure(measure)->value; }

TEST_CASE("the row of today's model is the scenario itself, and others are compared with it") {
  const ModelComparison c = found(kChat, {});
  REQUIRE(c.rows.size() == 3);
  CHECK(c.rows[c.today].name == "sonnet");
  CHECK(c.rows[c.today].reference == c.today);
  const ComparedRow& opus = c.rows[2];
  CHECK(opus.reference == c.today);
  // Twice the price of every token, and the very same tokens.
  CHECK(value(opus, Measure::kCostPerSuccess) ==
        Approx(2 * value(c.rows[c.today], Measure::kCostPerSuccess)));
  CHECK(opus.difference(Measure::kCostPerSuccess)->figure.interval->low > 0);
  CHECK(opus.difference(Measure::kLatencyP95)->variance_reduction.has_value());
  CHECK(c.recommended == std::optional<std::size_t>(0));
  CHECK(c.rows[0].tier_needed->tier == "start");
}

TEST_CASE("categories and tools sum to the cost of an answer") {
  const ModelComparison c = found(kChat, {.what_if = "cache,batch"});
  for (const ComparedRow& row : c.rows) {
    if (!row.unavailable.empty()) continue;
    double sum = 0;
    for (const Measure part : {Measure::kInput, Measure::kWrite5m, Measure::kWrite1h,
                               Measure::kCacheRead, Measure::kOutput, Measure::kTools}) {
      sum += value(row, part);
    }
    CHECK(sum == Approx(value(row, Measure::kCostPerSuccess)));
  }
}

TEST_CASE("a model without a price is unpriced, and is not recommended") {
  const ModelComparison c = found(R"({"sluice": 1, "duration": "2m",
      "start": "2025-08-01T00:00:00Z", "organization": {"tier": "custom"}, "workloads": [
      {"model": "opus-4",
     "arrivals": {"type": "poisson", "rate": "60/min"}, "input": 100, "output": 100}]})",
                                  {.models = "opus-4"});
  REQUIRE(c.rows.size() == 1);
  CHECK(c.rows[0].is_unpriced);
  CHECK_FALSE(c.rows[0].figure(Measure::kCostPerMonth).has_value());
  CHECK(c.rows[0].figure(Measure::kLatencyP95).has_value());
  CHECK_FALSE(c.recommended.has_value());
}

TEST_CASE("a scenario of several models is compared as it is") {
  const ModelComparison c = found(R"({"sluice": 1, "duration": "2m", "workloads": [
      {"name": "a", "model": "haiku",
     "arrivals": {"type": "poisson", "rate": "60/min"}, "input": 100, "output": 100},
      {"name": "b", "model": "opus",
     "arrivals": {"type": "poisson", "rate": "60/min"}, "input": 100, "output": 100}]})",
                                  {.models = "haiku,opus", .mixes = {"a=haiku,b=opus"}});
  CHECK(c.rows[c.today].kind == ComparedKind::kToday);
  const ComparedRow& same = c.rows.back();
  CHECK(same.kind == ComparedKind::kMix);
  CHECK(same.difference(Measure::kCostPerMonth)->figure.value == 0);
}

TEST_CASE("the cheapest mix is what the linear program says, and its simulation confirms it") {
  const ModelComparison c = found(
      kChat,
      {.quality = "haiku:0.5,sonnet:0.8,opus:1", .min_quality = "0.74", .max_latency_p95 = "30s"});
  REQUIRE(c.advice.has_value());
  REQUIRE(c.advice->verdict == MixVerdict::kConfirmed);
  CHECK(*c.advice->quality == Approx(0.74));
  const ComparedRow& mix = c.rows[*c.advice->row];
  CHECK(value(mix, Measure::kCostPerRequest) == Approx(*c.advice->cost_expected).epsilon(0.05));
  CHECK(value(mix, Measure::kLatencyP95) <= 30);
}

TEST_CASE("a latency that no model reaches is said to be out of reach even without limits") {
  const ModelComparison c = found(kChat, {.max_latency_p95 = "1s"});
  REQUIRE(c.advice.has_value());
  CHECK(c.advice->verdict == MixVerdict::kInfeasible);
  CHECK(c.advice->best_within < 0.95);
}

TEST_CASE("a month on a model costs no more than its tier's cap, and the row says so") {
  const ModelComparison c = found(kChat, {});
  for (const ComparedRow& row : c.rows) {
    CAPTURE(row.name);
    CHECK(row.month_is_stopped);  // 300 a minute cost more than $500 on every model
    CHECK(value(row, Measure::kCostPerMonth) == Approx(500));
    CHECK(*row.month_wanted > 500);
  }
}

// Of today's model, whose month ends after `dollars`.
void check_stopped(const ModelComparison& c, MoneyLimit limit, double dollars) {
  const ComparedRow& row = c.rows[c.today];
  CHECK(row.month_limit == limit);
  CHECK(value(row, Measure::kCostPerMonth) == Approx(dollars));
  REQUIRE(row.month_stops_after.has_value());
  // At the pace of a month without it; what is in flight then is still paid for.
  CHECK(*row.month_stops_after ==
        Approx(dollars / *row.month_wanted * 30 * 86'400).epsilon(dollars > 5 ? 0.01 : 0.15));
}

TEST_CASE("a comparison says when the organization's own limit is reached, in a run or after it") {
  for (const double limit : {5.0, 100.0}) {
    CAPTURE(limit);
    const ModelComparison c = found(
        kChat, {}, {},
        {fmt::format(R"(/organization={{"tier":"start","spend":{{"organization_limit":{}}}}})",
                     limit)});
    check_stopped(c, MoneyLimit::kOrganization, limit);
    CHECK(render_text(c, {}).find("stops at the organization's own limit after ") !=
          std::string::npos);
  }
}

// Key a, which may spend $100 a month, has ten times the traffic of key b.
std::string two_keys(std::string_view tier, int limit_of_b) {
  return fmt::format(R"({{"sluice": 1, "duration": "5m",
      "organization": {{"tier": "{}", "keys": [{{"name": "a", "spend_limit": 100}},
                                               {{"name": "b", "spend_limit": {}}}]}},
      "workloads": [
      {{"name": "more", "model": "sonnet-5.5", "key": "a", "input": 1000, "output": 400,
        "arrivals": {{"type": "constant", "rate": "60/min"}}}},
      {{"name": "less", "model": "sonnet-5.5", "key": "b", "input": 1000, "output": 400,
        "arrivals": {{"type": "constant", "rate": "6/min"}}}}]}})",
                     tier, limit_of_b);
}

TEST_CASE("a month is held to limits of keys, by what each of them spends") {
  const ModelComparison c = found(two_keys("start", 30), {});
  const ComparedRow& row = c.rows[c.today];
  CHECK(row.month_is_stopped);
  CHECK(value(row, Measure::kCostPerMonth) == Approx(130));
  // b, which spends a tenth of what a does, is the last to stop.
  CHECK(row.month_limit == MoneyLimit::kKey);
  CHECK(*row.month_stops_after == Approx(30 / (*row.month_wanted / 11) * 30 * 86'400));
  CHECK(render_text(c, {}).find("$130.00, key limits") != std::string::npos);
}

TEST_CASE("limits of keys hold a month also where a run has reached them in its warm-up") {
  const ModelComparison c = found(two_keys("start", 1), {}, {}, {"/warmup=1m"});
  const ComparedRow& row = c.rows[c.today];
  CHECK(row.month_limit == MoneyLimit::kKey);
  CHECK(value(row, Measure::kCostPerMonth) == Approx(101));
}

TEST_CASE("limits of keys that nothing reaches change nothing") {
  const std::string limits = two_keys("start", 100'000);
  const std::vector<std::string> little{"/organization/keys/0/spend_limit=100000",
                                        R"(/organization/spend={"spent_before":499.99})"};
  const ModelComparison c = found(limits, {}, {}, little);
  const ComparedRow& row = c.rows[c.today];
  CHECK(row.month_limit == MoneyLimit::kTierCap);
  REQUIRE(row.month_stops_after.has_value());
  CHECK(*row.month_stops_after < 10);
}

TEST_CASE("a month that has too little left costs what a whole one wants") {
  const ModelComparison c = found(R"({"sluice": 1, "duration": "5m",
      "organization": {"tier": "start", "spend": {"spent_before": 499.99}},
      "workloads": [{"name": "few", "model": "sonnet-5.5", "input": 1000, "output": 500,
                     "arrivals": {"type": "constant", "rate": "1/min"}}]})",
                                  {});
  const ComparedRow& row = c.rows[c.today];
  CHECK(row.month_is_stopped);
  CHECK(value(row, Measure::kCostPerMonth) == Approx(*row.month_wanted));
  CHECK(*row.month_wanted < 500);
}

TEST_CASE("where a whole month holds enough, what is left of this one may not") {
  const ModelComparison c =
      found(R"({"sluice": 1, "duration": "1h", "start": "2026-11-20T00:00:00Z",
      "organization": {"tier": "start", "spend": {"spent_before": 490}},
      "workloads": [{"name": "few", "model": "sonnet-5.5", "input": 1000, "output": 100,
                     "arrivals": {"type": "constant", "rate": "2/min"}}]})",
            {});
  const ComparedRow& row = c.rows[c.today];
  CHECK_FALSE(row.month_is_stopped);
  CHECK(value(row, Measure::kCostPerMonth) == Approx(259.2));
  CHECK(row.month_limit == MoneyLimit::kTierCap);
  REQUIRE(row.month_stops_after.has_value());
  CHECK(*row.month_stops_after == Approx(10 / 8.64 * 86'400));
  CHECK(render_text(c, {}).find("what is left of this month is gone at the limit of the start "
                                "tier after 1.157 d") != std::string::npos);
}

TEST_CASE(
    "parts of a mix count for the keys of their workloads, and a limit out of reach for none") {
  ComparisonTexts texts;
  texts.mixes = {"haiku:50,sonnet:50"};
  const ModelComparison c = found(two_keys("scale", 100'000), texts);
  for (const ComparedRow& row : c.rows) {
    CAPTURE(row.name);
    REQUIRE(row.month_wanted.has_value());
    CHECK(row.month_limit == MoneyLimit::kKey);
    CHECK_FALSE(row.month_stops_after.has_value());  // b goes on
    CHECK(value(row, Measure::kCostPerMonth) == Approx(100 + *row.month_wanted / 11).epsilon(0.05));
  }
}

TEST_CASE("an own limit that is reached before a month begins in the run is not forgotten") {
  const ModelComparison c =
      found(kChat, {}, {},
            {R"(/organization={"tier":"start","spend":{"organization_limit":5}})",
             "/start=2026-11-30T23:56:00Z"});
  check_stopped(c, MoneyLimit::kOrganization, 5);
  CHECK(*c.rows[c.today].month_stops_after < 240);
}

TEST_CASE("a comparison says when prepaid credit ends, in a run or long after it") {
  for (const double credit : {5.0, 200.0}) {
    CAPTURE(credit);
    const ModelComparison c =
        found(kChat, {}, {},
              {fmt::format(
                  R"(/organization={{"tier":"start","spend":{{"spent_before":250,"credit":{}}}}})",
                  credit)});
    check_stopped(c, MoneyLimit::kCredit, credit);
    CHECK(render_text(c, {}).find("stops at the end of the prepaid credit after ") !=
          std::string::npos);
  }
}

TEST_CASE("a comparison does not depend on the number of threads") {
  const ComparisonTexts texts{.what_if = "1h,batch", .mixes = {"haiku:1,opus:2"}};
  CHECK(found(kChat, texts, {.replications = 3, .threads = 1}) ==
        found(kChat, texts, {.replications = 3, .threads = 3}));
}

TEST_CASE("a comparison can be stopped") {
  const auto text = ScenarioText::of(kChat, "chat.json", {.whole_catalog = true});
  Monitor monitor;
  monitor.stop = true;
  const auto comparison = compare_scenario(*text, {}, {}, monitor);
  REQUIRE_FALSE(comparison.has_value());
  CHECK(comparison.error().front().code == ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace sluice
