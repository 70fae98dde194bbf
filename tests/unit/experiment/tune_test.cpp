#include "experiment/tune.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "experiment/run.hpp"
#include "experiment/trials.hpp"
#include "experiment/tune_cases.hpp"
#include "experiment/tune_effort.hpp"
#include "experiment/tune_overload.hpp"
#include "stats/intervals.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// Forty jobs at once every minute against a bucket of ten: two retries are not enough, more are.
constexpr const char* kStorm = R"({
  "sluice": 1, "duration": "5m",
  "organization": { "tier": "custom", "burst": "10s",
                    "limits": { "haiku-5.5": { "requests_per_minute": 60 } } },
  "clients": { "jobs": { "retry": { "policy": "anthropic-sdk-typescript", "max_retries": 2 } } },
  "workloads": [{ "name": "jobs", "model": "haiku-5.5", "client": "jobs",
    "arrivals": { "type": "on_off", "rate": "40/s", "mean_on": "1s", "mean_off": "59s",
                  "periods": "fixed", "process": "constant" },
    "input": 200, "output": 40, "deadline": "55s" }]
})";

// Three times what the limit gives, for ten minutes; nobody waits longer than 20 s.
constexpr const char* kLasting = R"({
  "sluice": 1, "duration": "10m",
  "organization": { "tier": "custom", "burst": "10s",
                    "limits": { "haiku-5.5": { "requests_per_minute": 60 } } },
  "workloads": [{ "name": "flood", "model": "haiku-5.5",
    "arrivals": { "type": "poisson", "rate": "180/min" },
    "input": 200, "output": 40, "deadline": "20s" }]
})";

ScenarioText scenario_text(const char* json) {
  auto text = ScenarioText::of(json, "test.json", {});
  REQUIRE(text.has_value());
  return std::move(*text);
}

TuneResult tuned(const ScenarioText& text, std::int64_t threads, std::int64_t trials = 120) {
  Monitor monitor;
  auto result = tune(text, {.budget = {.trials = trials}, .threads = threads}, monitor);
  REQUIRE(result.has_value());
  return std::move(*result);
}

TEST_CASE("a storm that passes is cured, and the cure is confirmed") {
  const TuneResult result = tuned(scenario_text(kStorm), 2);
  CHECK(result.verdict == TuneVerdict::kBetter);
  REQUIRE(result.figures.size() >= 2);
  CHECK(result.figures[0].path == "goodput.share");
  CHECK(result.figures[0].is_better());
  CHECK(result.figures[1].path == "latency.offered.p95");
  CHECK(result.figures[1].is_better());
  CHECK(result.effort.first_confirmation > kFirstConfirmation);
  CHECK_FALSE(result.overload.has_value());
  CHECK(result.most_sensitive.has_value());
}

TEST_CASE("the number of threads never shows in what tune finds") {
  const ScenarioText text = scenario_text(kStorm);
  CHECK(tuned(text, 1) == tuned(text, 3));
}

TEST_CASE("what is recommended does as a scenario what was confirmed") {
  const ScenarioText text = scenario_text(kStorm);
  const TuneResult result = tuned(text, 2);
  const auto scenario = text.load(result.overrides);
  REQUIRE(scenario.has_value());
  Monitor monitor;
  std::vector<double> goodput;
  for (std::int64_t i = 0; i < result.effort.confirm_replications; ++i) {
    const auto run = run_scenario(
        *scenario, {.first_replication = result.effort.first_confirmation + i}, monitor);
    REQUIRE(run.has_value());
    goodput.push_back(as_double(lookup(*run, "goodput.share")->number));
  }
  CHECK(stats::mean(goodput) == Approx(result.figures[0].chosen.value).epsilon(1e-12));
}

TEST_CASE("under a lasting overload tune says what no policy can change", "[long]") {
  const TuneResult result = tuned(scenario_text(kLasting), 2);
  REQUIRE(result.overload.has_value());
  CHECK(result.overload->limit == "haiku-5.5.requests_per_minute");
  CHECK(result.overload->load == Approx(3).epsilon(0.1));
  // 1 - 1/R less what the bucket holds and what is served after the end.
  CHECK(result.overload->lost_share > 0.6);
  CHECK(result.overload->lost_share < 1 - 1 / result.overload->load);
  for (const TunePoint& point : result.points) {
    CHECK(point.goals[0].value <= 1 - result.overload->lost_share + 0.01);
  }
}

TEST_CASE("a bound that nothing meets is said to be out of reach") {
  auto text = ScenarioText::of(kLasting, "test.json",
                               {.overrides = {R"(/objectives={"min_goodput":0.99})"}});
  REQUIRE(text.has_value());
  const TuneResult result = tuned(*text, 2);
  REQUIRE(result.bounds.size() == 1);
  CHECK_FALSE(result.bounds[0].is_met);
  CHECK(*result.bounds[0].best < 0.99);
}

TEST_CASE("what is recommended is on the front of its own finalists") {
  const TuneResult result = tuned(scenario_text(kStorm), 2);
  const auto chosen = std::find_if(result.points.begin(), result.points.end(),
                                   [](const TunePoint& point) { return point.is_chosen; });
  REQUIRE(chosen != result.points.end());
  CHECK(chosen->is_on_front);
  CHECK(chosen->text == result.chosen_text);
}

// Nothing is ever refused, so all policies without a pacer are one.
TEST_CASE("candidates that behave as today's policy are counted, not shown") {
  const ScenarioText text = scenario_text(R"({"sluice": 1, "duration": "3m",
    "organization": {"tier": "build"}, "workloads": [{"name": "w", "model": "haiku-5.5",
    "arrivals": {"type": "poisson", "rate": "60/min"}, "input": 200, "output": 40}]})");
  const TuneResult result = tuned(text, 2);
  CHECK(result.verdict == TuneVerdict::kKeep);
  CHECK(result.effort.as_today > 20);
  for (const TunePoint& point : result.points) {
    if (point.is_today || result.effort.as_today == result.effort.candidates) continue;
    CHECK(point.goals != result.points.front().goals);
  }
}

TEST_CASE("errors inside a stream are cured by retrying them") {
  const ScenarioText text = scenario_text(R"({"sluice": 1, "duration": "5m",
    "organization": {"tier": "build"}, "workloads": [{"name": "w", "model": "haiku-5.5",
    "arrivals": {"type": "poisson", "rate": "60/min"}, "input": 200, "output": 40,
    "deadline": "2m"}],
    "faults": [{"kind": "error_in_stream", "probability": 0.1}]})");
  const TuneResult result = tuned(text, 2);
  CHECK(result.verdict == TuneVerdict::kBetter);
  CHECK(result.chosen.in_stream);
  CHECK(result.figures[0].chosen.value > 0.98);
}

TEST_CASE("a spend limit that refuses is named as what no policy helps against") {
  const ScenarioText text = scenario_text(R"({"sluice": 1, "duration": "5m",
    "organization": {"tier": "start", "spend": {"spent_before": 499.9}},
    "workloads": [{"name": "w", "model": "sonnet-5.5",
    "arrivals": {"type": "poisson", "rate": "60/min"}, "input": 2000, "output": 400}]})");
  const TuneResult result = tuned(text, 2);
  REQUIRE(result.spend_stop.has_value());
  CHECK(result.spend_stop->limit == "the tier's cap of $500.00 a month");
  CHECK(result.spend_stop->after.has_value());
  CHECK(result.spend_stop->refused_share > 0.5);
}

TEST_CASE("a goal that is named twice is one error") {
  Monitor monitor;
  const auto result =
      tune(scenario_text(kStorm), {.goals = {scenario::Goal::kGoodput, scenario::Goal::kGoodput}},
           monitor);
  REQUIRE_FALSE(result.has_value());
  REQUIRE(result.error().size() == 1);
  CHECK(result.error().front().where == "--goal");
}

TEST_CASE("a tune that is stopped before anything ran is an interruption") {
  Monitor monitor;
  monitor.stop = true;
  const auto result = tune(scenario_text(kStorm), {.budget = {.trials = 100}}, monitor);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().front().code == ErrorCode::kInterrupted);
}

TEST_CASE("a tune that is stopped after its first stage gives the best so far") {
  Monitor monitor;
  TuneOptions options{.budget = {.trials = 120}};
  options.on_stage = [&monitor](const TuneStage&) { monitor.stop = true; };
  const auto result = tune(scenario_text(kStorm), options, monitor);
  REQUIRE(result.has_value());
  CHECK(result->partial);
  CHECK_FALSE(result->chosen_text.empty());
  CHECK(result->effort.confirm_replications == 0);
}

TEST_CASE("trials follow from the size of a run, not from its speed") {
  CHECK(trials_for({.trials = 123}, 1'000'000) == 123);
  CHECK(trials_for({.nominal = seconds(10)}, 40'000) == 500);
  CHECK(trials_for({.nominal = seconds(10)}, 1'000'000'000) == kTrialsMin);
  CHECK(trials_for({.nominal = seconds(10)}, 0) == kTrialsMax);
}

TEST_CASE("parts of the effort sum to about the trials that were asked for, unless those are few") {
  for (const std::int64_t trials : {600, 1000, 2000}) {
    const Effort effort = effort_for(trials, 6);
    CHECK(effort.total <= trials + trials / 10);
    CHECK(effort.total >= trials * 8 / 10);
  }
}

TEST_CASE("every other world differs from the scenario") {
  const ScenarioText text = scenario_text(kStorm);
  const auto scenario = text.load();
  REQUIRE(scenario.has_value());
  Monitor monitor;
  const auto events = [&](const scenario::LoadedScenario& world) {
    const auto run = run_scenario(world, {}, monitor);
    REQUIRE(run.has_value());
    return digest(*run);
  };
  const std::string as_it_is = events(*scenario);
  for (const WorldCase& world : world_cases(scenario->plan)) {
    INFO(world.name);
    if (world.name == "twice the processes") continue;  // retries without state are all alike
    CHECK(events(with(*scenario, world)) != as_it_is);
  }
}

}  // namespace
}  // namespace sluice::testing
