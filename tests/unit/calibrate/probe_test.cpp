#include "calibrate/probe.hpp"

#include <algorithm>
#include <string>

#include "calibrate/estimate_names.hpp"
#include "describe/json.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"

namespace sluice::calibrate {
namespace {

constexpr const char* kScenario = R"({
  "sluice": 1, "duration": "10m",
  "organization": { "tier": "custom", "limits": { "haiku-4.5": {
    "requests_per_minute": 200, "input_tokens_per_minute_cache_aware": 2000000 } } },
  "workloads": [{ "name": "chat", "model": "haiku-4.5",
                  "arrivals": { "type": "poisson", "rate": "10/min" },
                  "input": 300, "output": 100 }]
})";

struct Loaded {
  scenario::LoadedScenario scenario = *scenario::load_scenario_text(kScenario, "s.json");
  describe::Value document = *describe::parse_json(kScenario, "s.json");

  ProbePlan plan(const Calibration* known = nullptr, std::optional<Money> most = {}) const {
    return plan_probe(
        {.plan = scenario.plan, .document = document, .known = known, .max_cost = most});
  }
};

bool has(const std::vector<ProbePart>& parts, std::string_view what) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const ProbePart& part) { return part.what == what; });
}

TEST_CASE("without records a probe asks for all that is cheap, and says what the rest would cost") {
  const ProbePlan plan = Loaded().plan();
  for (const std::string_view what :
       {kCacheDelay, kCachedSpeed, std::string_view("ttft base"), kPrefillSpeed,
        std::string_view("output speed"), std::string_view("requests_per_minute capacity")}) {
    CAPTURE(what);
    CHECK(has(plan.parts, what));
  }
  CHECK(has(plan.left_out, "input_tokens_per_minute_cache_aware capacity"));
  Money sum;
  for (const ProbePart& part : plan.parts) {
    CAPTURE(part.what);
    CHECK(part.is_priced);
    CHECK(Money{} < part.expected);
    CHECK_FALSE(part.worst < part.expected);
    sum += part.worst;
  }
  CHECK(sum == plan.worst);
}

TEST_CASE("a probe is a scenario that loads") {
  const ProbePlan plan = Loaded().plan({}, Money::from_dollars(100));
  const auto loaded = scenario::load_scenario_text(describe::to_json(plan.document), "probe.json");
  CAPTURE(loaded ? std::string() : loaded.error().front().text());
  REQUIRE(loaded);
  CHECK(loaded->plan.workloads.size() >= plan.parts.size());
}

TEST_CASE("what may be spent bounds the worst case, the cheapest parts first") {
  const Loaded loaded;
  const Money most = *Money::from_decimal("0.50");
  const ProbePlan plan = loaded.plan(nullptr, most);
  CHECK_FALSE(most < plan.worst);
  CHECK_FALSE(plan.parts.empty());
  CHECK_FALSE(plan.left_out.empty());
  for (const ProbePart& left : plan.left_out) CHECK(most < plan.worst + left.worst);
  CHECK(loaded.plan(nullptr, Money{}).parts.empty());
}

TEST_CASE("what the records have told is not asked again") {
  Calibration known;
  Estimate speed;
  speed.what = kOutputP50;
  speed.of = "claude-haiku-4-5-20251001";
  speed.is_identifiable = true;
  known.service = {speed};
  const ProbePlan plan = Loaded().plan(&known);
  CHECK_FALSE(has(plan.parts, "output speed"));
  CHECK(has(plan.parts, kPrefillSpeed));
  CHECK(plan.known.size() == 1);
}

}  // namespace
}  // namespace sluice::calibrate
