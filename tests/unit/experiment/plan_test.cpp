#include "experiment/plan.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "experiment/plan_demand.hpp"
#include "report/plan_json.hpp"
#include "report/plan_text.hpp"
#include "stats/closed_forms.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

// One workload with fixed sizes under limits of its own, for twenty minutes.
struct Small {
  std::string rate = "60/min";
  std::string requests = "100";
  std::string output_tokens = "1M";
  std::string burst = "1m";
  std::string retry = R"("none")";
  std::string more = "";  // of the workload
  std::string objectives = "{}";
  std::string arrivals = "";  // empty: Poisson at the rate
  std::string of_organization = "";

  std::string text() const {
    const std::string poisson = R"({"type": "poisson", "rate": ")" + rate + R"("})";
    return R"({"sluice": 1, "duration": "20m", "organization": {"tier": "custom", "burst": ")" +
           burst + R"(", "limits": {"sonnet-5.5": {"requests_per_minute": )" + requests +
           R"(, "output_tokens_per_minute": ")" + output_tokens + R"("}})" + of_organization +
           R"(}, "clients": {"app": {"retry": )" + retry +
           R"(}}, "workloads": [{"name": "w", "model": "sonnet-5.5", "client": "app",
             "arrivals": )" +
           (arrivals.empty() ? poisson : arrivals) + R"(, "input": 1000, "output": 500)" + more +
           R"(}], "objectives": )" + objectives + "}";
  }
  ScenarioText scenario() const {
    auto read = ScenarioText::of(text(), "small", {});
    REQUIRE(read.has_value());
    return std::move(*read);
  }
  PlanResult plan(std::int64_t threads = 1) const {
    Monitor monitor;
    auto result = make_plan(scenario(), {.threads = threads, .version = "test"}, monitor);
    if (!result) FAIL(result.error().front().text());
    return std::move(*result);
  }
};

const PlanLever* lever(const PlanResult& plan, const std::string& name) {
  const auto found = std::find_if(plan.levers.begin(), plan.levers.end(),
                                  [&](const PlanLever& one) { return one.name == name; });
  return found == plan.levers.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("the bracket of a plan is the published closed form") {
  const Small small{.rate = "60/min", .requests = "1000", .output_tokens = "50k"};
  const auto loaded = small.scenario().load();
  REQUIRE(loaded.has_value());
  REQUIRE(is_arithmetic(loaded->plan));
  const auto closed = closed_form(loaded->plan);
  REQUIRE(closed.has_value());
  const double infinity = std::numeric_limits<double>::infinity();
  const auto expected = stats::sustainable_rate({.requests_per_minute = 1000,
                                                 .input_tokens_per_minute = infinity,
                                                 .output_tokens_per_minute = 50'000,
                                                 .concurrency = infinity,
                                                 .input_tokens = 1000,
                                                 .cache_creation_input_tokens = 0,
                                                 .output_tokens = 500,
                                                 .latency = 1});
  CHECK(closed->factor * planned_per_minute(loaded->plan) ==
        Approx(expected.per_minute).epsilon(1e-6));
  CHECK(closed->limit == "sonnet-5.5.output_tokens_per_minute");
}

TEST_CASE("Poisson traffic of one size lasts up to little less than the closed form") {
  const Small by_requests{};
  const Small by_output{.requests = "1000", .output_tokens = "50k"};
  for (const Small& small : {by_requests, by_output}) {
    const PlanResult plan = small.plan();
    CAPTURE(plan.rate.closed_form_limit);
    REQUIRE(plan.rate.factor.has_value());
    REQUIRE(plan.rate.closed_form.has_value());
    CHECK(plan.rate.closed_form_is_exact);
    CHECK(*plan.rate.closed_form == Approx(100.0 / 60).epsilon(1e-6));
    CHECK(plan.rate.factor->value < *plan.rate.closed_form);
    CHECK(plan.rate.factor->value > 0.94 * *plan.rate.closed_form);
    REQUIRE(plan.rate.factor->interval.has_value());
    CHECK(plan.rate.factor->interval->low <= plan.rate.factor->value);
  }
}

// Without retries nothing comes back, so the share that is refused at the rate that was found is
// that of the token bucket's law: a bucket of ten, and 1 % is allowed.
TEST_CASE("at the rate that lasts the share of 429s is the one that theory gives", "[long]") {
  const Small small{
      .requests = "100", .burst = "6s", .objectives = R"({"max_rate_limited": "1%"})"};
  const PlanResult plan = small.plan();
  REQUIRE(plan.rate.factor.has_value());
  const double rate = plan.rate.factor->value * plan.rate.today;
  const double share = stats::refused_share(
      stats::PoissonBucket{.arrivals = rate / 60, .refill = 100.0 / 60, .capacity = 10});
  CHECK(share > 0.005);
  CHECK(share < 0.015);
  REQUIRE_FALSE(plan.rate.broken.empty());
  CHECK(plan.rate.broken.front().path == "attempts.rate_limited_share");
}

TEST_CASE("traffic below its limits fits, above them it does not, with the limit that binds") {
  const PlanResult fits = Small{.rate = "60/min"}.plan();
  CHECK(fits.verdict == PlanVerdict::kFits);
  CHECK_FALSE(fits.first_refusal.median.has_value());
  CHECK(fits.first_refusal.runs == 10);
  const PlanResult bound = Small{.rate = "150/min"}.plan();
  CHECK(bound.verdict == PlanVerdict::kDoesNotFit);
  REQUIRE(bound.binding.has_value());
  CHECK(bound.binding->limit == "sonnet-5.5.requests_per_minute");
  REQUIRE(bound.first_refusal.median.has_value());
  // A bucket of 100 that loses 50 a minute lasts two minutes.
  CHECK(bound.first_refusal.median->value == Approx(120).margin(45));
}

TEST_CASE("a plan lists every limit that was used, the one that binds first") {
  const PlanResult plan = Small{.rate = "150/min"}.plan();
  REQUIRE(plan.limits.size() > 1);
  const PlanLimit& first = plan.limits.front();
  CHECK(first.limit == plan.binding->limit);
  CHECK(first.first_refused == plan.binding->first_refused);
  CHECK(first.peak_minute == plan.binding->peak_minute);
  CHECK(first.refused_share == Approx(plan.rate_limited_share).epsilon(0.05));
  for (const PlanLimit& other : plan.limits) {
    if (&other == &first) continue;
    INFO(other.limit);
    CHECK_FALSE(other.first_refused.has_value());
    CHECK(other.refused_share == 0);
    CHECK(other.peak_minute.value_or(0) > 0);
  }
}

TEST_CASE("what cannot be met at any rate is said to be impossible, and why") {
  const PlanResult plan = Small{.objectives = R"({"max_latency_p95": "1s"})"}.plan();
  CHECK(plan.verdict == PlanVerdict::kImpossible);
  CHECK_FALSE(plan.rate.factor.has_value());
  REQUIRE(plan.rate.impossible.has_value());
  REQUIRE(plan.rate.impossible->demands.size() == 1);
  CHECK(plan.rate.impossible->demands.front().path == "latency.offered.p95");
  CHECK(plan.levers.empty());
  CHECK(render_text(plan, {}).starts_with("IMPOSSIBLE"));
}

TEST_CASE("a bound that some answers miss at any rate is impossible, not a tiny rate") {
  // About one answer in a hundred takes longer, whatever the load.
  const Small small{.requests = "10000",
                    .more = R"(, "deadline": "8500ms")",
                    .objectives = R"({"min_goodput": 0.999, "max_cost_per_month": 500})"};
  const PlanResult plan = small.plan();
  CHECK(plan.verdict == PlanVerdict::kImpossible);
  CHECK_FALSE(plan.rate.factor.has_value());
  REQUIRE(plan.rate.impossible.has_value());
  REQUIRE(plan.rate.impossible->demands.size() == 1);  // a month's cost falls with the rate
  CHECK(plan.rate.impossible->demands.front().path == "goodput.share");
}

TEST_CASE("a tier's limits that refuse nothing fit, whatever else fails") {
  const auto text = ScenarioText::of(
      R"({"sluice": 1, "duration": "20m", "organization": {"tier": "start"},
          "workloads": [{"model": "sonnet-5.5", "input": 1000, "output": 500, "deadline": "8500ms",
                         "arrivals": {"type": "poisson", "rate": "60/min"}}],
          "objectives": {"min_goodput": 0.999}})",
      "late", {});
  REQUIRE(text.has_value());
  Monitor monitor;
  const auto plan = make_plan(*text, {.threads = 1, .version = "test"}, monitor);
  REQUIRE(plan);
  REQUIRE_FALSE(plan->tiers.empty());
  for (const PlanTier& tier : plan->tiers) {
    CAPTURE(tier.tier);
    CHECK(tier.fits == (tier.rate_limited_share == 0));
  }
}

TEST_CASE("a lever helps by as much as it takes off the limit") {
  const PlanResult plan = Small{.requests = "100"}.plan();
  const PlanLever* batch = lever(plan, "batch");
  REQUIRE(batch != nullptr);
  CHECK(batch->gain.value == Approx(0.25).margin(0.02));  // a fifth of the requests is gone
  REQUIRE(batch->cost.has_value());
  CHECK(*batch->cost == Approx(-0.1).margin(0.01));  // at half price
  CHECK(lever(plan, "cache") == nullptr);            // nothing repeats
}

TEST_CASE("a prefix that is not cached is offered to the cache") {
  const Small small{.more = R"(, "prefix": 4000, "cache": {"prefix": "none"})"};
  const PlanResult plan = small.plan();
  const PlanLever* cache = lever(plan, "cache");
  REQUIRE(cache != nullptr);
  REQUIRE(cache->cost.has_value());
  CHECK(*cache->cost < -0.2);
}

TEST_CASE("input that is made a part of the cached prefix costs less") {
  const Small small{.more = R"(, "prefix": 4000)"};
  const PlanResult plan = small.plan();
  const PlanLever* cache = lever(plan, "cache more");
  REQUIRE(cache != nullptr);
  REQUIRE(cache->cost.has_value());
  CHECK(*cache->cost < 0);
}

TEST_CASE("what the rate rests on is what its limit counts") {
  const PlanResult plan = Small{.requests = "1000", .output_tokens = "50k"}.plan();
  REQUIRE_FALSE(plan.assumptions.empty());
  CHECK(plan.assumptions.front().name == "output sizes");
  CHECK(plan.assumptions.front().effect.value == Approx(-1.0 / 6).margin(0.02));
}

TEST_CASE("traffic so thin that a run sees nothing is judged over a longer time") {
  const Small small{.rate = "1/h",
                    .objectives = R"({"max_cost_per_month": 50, "max_latency_p95": "30s"})"};
  const PlanResult plan = small.plan();
  CHECK(plan.verdict == PlanVerdict::kFits);
  for (const PlanDemand& demand : plan.demands) CHECK(demand.standing == Standing::kHolds);
  REQUIRE(plan.rate.factor.has_value());
  CHECK_FALSE(plan.rate.impossible.has_value());
}

TEST_CASE("a budget far below what the limits bear is found, not called impossible", "[long]") {
  const double cost = Small{.rate = "2/min", .requests = "100000"}.plan().money.month->value;
  const Small small{.rate = "2/min",
                    .requests = "100000",
                    .output_tokens = "100M",
                    .objectives = R"({"max_cost_per_month": )" + std::to_string(3 * cost) + "}"};
  const PlanResult plan = small.plan();
  CHECK(plan.verdict == PlanVerdict::kFits);
  REQUIRE(plan.rate.factor.has_value());
  CHECK(plan.rate.factor->value == Approx(3).epsilon(0.15));
}

TEST_CASE("where no run has a request nothing is said to be impossible") {
  const Small small{.objectives = R"({"max_latency_p95": "30s"})",
                    .arrivals = R"({"type": "steps", "steps": [{"at": "0s", "rate": "1/1000h"}]})"};
  const PlanResult plan = small.plan();
  CHECK(plan.verdict == PlanVerdict::kTooLittle);
  CHECK(plan.demands.front().standing == Standing::kUnclear);
  CHECK_FALSE(plan.rate.impossible.has_value());
  CHECK(render_text(plan, {}).starts_with("TOO LITTLE TO SAY"));
}

TEST_CASE("a month costs no more than the limit that stops it", "[long]") {
  const double wanted = Small{}.plan().money.month->value;
  const Small reached{.of_organization = R"(, "spend": {"organization_limit": 1})"};
  const Small later{.of_organization = R"(, "spend": {"organization_limit": 100})"};
  REQUIRE(wanted > 100);
  for (const auto& [small, limit] : {std::pair{reached, 1.0}, std::pair{later, 100.0}}) {
    const PlanMoney money = small.plan().money;
    CHECK(money.is_stopped);
    CHECK(money.month->value == limit);
  }
  CHECK(later.plan().money.wanted->value == Approx(wanted).epsilon(1e-9));
}

TEST_CASE("an organization's own limit stops a month as a cap of the same height does") {
  const auto money_with = [](const std::string& limits) {
    return Small{.of_organization = R"(, "spend": {"spent_before": 8, )" + limits + "}"}.plan();
  };
  const PlanResult cap = money_with(R"("cap": 10)");
  const PlanResult own = money_with(R"("cap": 1000, "organization_limit": 10)");
  CHECK(cap.money.cap_was_reached);
  CHECK(cap.money.limit == MoneyLimit::kTierCap);
  CHECK(own.money.cap_was_reached);
  CHECK(own.money.limit == MoneyLimit::kOrganization);
  CHECK(own.money.cap == 10);
  CHECK(own.money.month->value == 10);
  CHECK(own.money.wanted->value == Approx(cap.money.wanted->value).epsilon(1e-9));
  CHECK(own.money.time_to_cap->value == Approx(cap.money.time_to_cap->value).epsilon(1e-9));
  REQUIRE(own.binding.has_value());
  CHECK(own.binding->limit == "spend");
  CHECK(render_text(own, {}).find("the organization's own $10.00 a month are gone") !=
        std::string::npos);
}

TEST_CASE("fewer at once has places for the rate that lasts, not for today's only") {
  const PlanResult plan = Small{.rate = "20/min", .requests = "500"}.plan();
  CHECK(plan.rate.factor->value > 20);
  const PlanLever* fewer = lever(plan, "fewer at once");
  REQUIRE(fewer != nullptr);
  CHECK(fewer->gain.value > -0.05);
}

TEST_CASE("what raises no rate stands in one line of a plan, apart from what does") {
  PlanResult plan;
  plan.rate.today = 100;
  plan.rate.factor = PlanNumber{2, {}};
  plan.rate.per_minute = PlanNumber{200, {}};
  const auto add = [&plan](const char* name, const char* detail, double gain, double half) {
    PlanLever& lever = plan.levers.emplace_back();
    lever.name = name;
    lever.detail = detail;
    lever.gain = {gain, MetricInterval{gain - half, gain + half}};
  };
  add("batch", "20 %", 0.25, 0.05);
  add("smooth", "evenly", 0, 0.1);
  add("fewer", "5", -0.5, 0.01);
  const std::string some = render_text(plan, {});
  CHECK(some.find("What would raise it most") != std::string::npos);
  CHECK(some.find("No gain      smooth: evenly; fewer: 5 (-50 % ± 1.0)\n") != std::string::npos);
  plan.levers.erase(plan.levers.begin());
  CHECK(render_text(plan, {}).find("Nothing that was tried raises it") != std::string::npos);
}

TEST_CASE("a change that the limit does not notice moves the rate by nothing at all") {
  const PlanResult plan = Small{}.plan();  // the limit is on requests
  const auto found = std::find_if(plan.assumptions.begin(), plan.assumptions.end(),
                                  [](const auto& one) { return one.name == "output sizes"; });
  REQUIRE(found != plan.assumptions.end());
  CHECK(found->effect.value == 0);
}

TEST_CASE("no interval of a rate reaches above the limit") {
  for (const char* rate : {"60/min", "95/min"}) {
    const PlanRate found = Small{.rate = rate}.plan().rate;
    REQUIRE(found.closed_form.has_value());
    CHECK(found.factor->interval->high <= *found.closed_form);
  }
}

TEST_CASE("a workspace's own limit has levers: more of it, or another workspace") {
  const Small small{.requests = "1000",
                    .more = R"(, "workspace": "team")",
                    .of_organization = R"(, "workspaces": [{"name": "team", "limits": )"
                                       R"({"sonnet-5.5": {"requests_per_minute": 80}}}])"};
  const PlanResult plan = small.plan();
  for (const char* name : {"raise workspace", "move work"}) {
    CAPTURE(name);
    const PlanLever* found = lever(plan, name);
    REQUIRE(found != nullptr);
    CHECK(found->gain.value == Approx(1).margin(0.15));
  }
}

TEST_CASE("steps that are levelled bear more") {
  const Small small{.arrivals = R"({"type": "steps", "steps": [{"at": "0s", "rate": "20/min"},
                    {"at": "10m", "rate": "90/min"}]})"};
  const PlanResult plan = small.plan();
  const PlanLever* smooth = lever(plan, "smooth");
  REQUIRE(smooth != nullptr);
  CHECK(smooth->gain.value > 0.3);
}

TEST_CASE("a flood is planned from a part of it that can be held", "[long]") {
  const PlanResult plan = Small{.rate = "100000000/min"}.plan();
  CHECK(plan.verdict == PlanVerdict::kDoesNotFit);
  REQUIRE(plan.rate.per_minute.has_value());
  CHECK(plan.rate.per_minute->value == Approx(100).epsilon(0.1));
  REQUIRE_FALSE(plan.notes.empty());
}

TEST_CASE("the rate of many users is searched by a load that the limit lets through") {
  const PlanResult plan =
      Small{.arrivals = R"({"type": "closed", "users": 4000, "think_time": "10s"})"}.plan(2);
  CHECK(plan.verdict == PlanVerdict::kDoesNotFit);
  REQUIRE(plan.rate.per_minute.has_value());
  CHECK(plan.rate.per_minute->value == Approx(100).epsilon(0.15));
  // Users who are refused come back sooner, so that the same part of them makes fewer requests.
  REQUIRE(plan.rate.closed_form.has_value());
  CHECK(*plan.rate.closed_form * plan.rate.today < 200);
}

TEST_CASE("a plan is the same on one thread and on two") {
  const Small small{.rate = "110/min"};
  CHECK(render_json(small.plan(1)) == render_json(small.plan(2)));
}

TEST_CASE("a stopped plan is no plan") {
  Monitor monitor;
  monitor.stop = true;
  const auto result = make_plan(Small{}.scenario(), {.version = "test"}, monitor);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().front().code == ErrorCode::kInterrupted);
}
