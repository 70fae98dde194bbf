#include "base/rate.hpp"
#include "policy/arrivals.hpp"
#include "scenario/draft.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"
#include "support/shipped_catalog.hpp"

namespace {

using namespace sluice;
using namespace sluice::scenario;
using testing::shipped_catalog;

DraftAnswers answers(std::initializer_list<std::pair<const char*, const char*>> given) {
  DraftAnswers all = default_answers();
  for (const auto& [name, answer] : given) all[draft_question_named(name).value()] = answer;
  return all;
}

LoadedScenario loaded_draft(const DraftAnswers& given) {
  const auto text = draft_scenario(given, shipped_catalog());
  if (!text) FAIL(text.error().front().text());
  auto scenario = load_scenario_text(*text, "draft.json", {}, shipped_catalog());
  if (!scenario) FAIL(scenario.error().front().text());
  return std::move(*scenario);
}

}  // namespace

TEST_CASE("the default answers make a scenario that loads without a warning") {
  const LoadedScenario scenario = loaded_draft(default_answers());
  CHECK(scenario.warnings.empty());
  CHECK(scenario.tier == "start");
  CHECK(scenario.about.size() >= 4);
}

TEST_CASE("every answer reaches the plan") {
  const LoadedScenario scenario = loaded_draft(answers({{"model", "opus-5.5"},
                                                        {"rate", "300/min"},
                                                        {"input", "2k:8k"},
                                                        {"output", "400"},
                                                        {"max-tokens", "4096"},
                                                        {"cached", "3k"},
                                                        {"ttl", "1h"},
                                                        {"burstiness", "0.5"},
                                                        {"concurrency", "50"},
                                                        {"deadline", "30s"},
                                                        {"p95", "20s"},
                                                        {"max-429", "2%"},
                                                        {"budget", "5000"},
                                                        {"retry", "full-jitter"},
                                                        {"tier", "build"}}));
  const WorkloadSpec& workload = scenario.plan.workloads.front();
  const auto& gamma = std::get<ArrivalGamma>(std::get<ArrivalSpec>(workload.arrivals));
  CHECK(gamma.rate == per_minute(300));
  CHECK(gamma.burstiness == Fraction::percent(50));
  CHECK(std::get<SizeLognormal>(workload.input).p95 == 8000);
  CHECK(workload.output == SizeSpec{SizeFixed{400}});
  CHECK(workload.max_tokens == 4096);
  CHECK(workload.prefix_tokens == 3000);
  CHECK(workload.prefix_ttl == CacheTtl::kOneHour);
  CHECK(workload.deadline == seconds(30));
  CHECK(scenario.plan.clients[workload.client].concurrency == 50);
  CHECK(scenario.plan.clients[workload.client].retry.preset == "full-jitter");
  CHECK(scenario.objectives.max_latency_p95 == seconds(20));
  CHECK(scenario.objectives.max_rate_limited_ppm == 20'000);
  CHECK(scenario.objectives.max_cost_per_month == Money::from_dollars(5000));
  CHECK(scenario.tier == "build");
}

TEST_CASE("shares of models sum to the whole rate") {
  const LoadedScenario scenario =
      loaded_draft(answers({{"model", "haiku-5.5:80,sonnet-5.5:20"}, {"rate", "300/min"}}));
  REQUIRE(scenario.plan.workloads.size() == 2);
  const auto rate = [&](std::size_t i) {
    return std::get<ArrivalPoisson>(std::get<ArrivalSpec>(scenario.plan.workloads[i].arrivals))
        .rate;
  };
  CHECK(rate(0) == per_minute(240));
  CHECK(rate(1) == per_minute(60));
}

TEST_CASE("a peak leaves the mean of the hour as it was given") {
  const LoadedScenario scenario = loaded_draft(answers({{"rate", "300/min"}, {"peak", "900/min"}}));
  const auto& steps =
      std::get<ArrivalSteps>(std::get<ArrivalSpec>(scenario.plan.workloads.front().arrivals)).steps;
  REQUIRE(steps.size() == 3);
  CHECK(steps[1].rate == per_minute(900));
  const double high = static_cast<double>(ns(steps[2].at - steps[1].at)) / 60e9;
  const double mean = events_per_second(steps[0].rate) * (60 - high) + 15 * high;
  CHECK(mean == Approx(300).epsilon(1e-4));
}

TEST_CASE("all wrong answers are named at once, by their options") {
  const auto text = draft_scenario(answers({{"model", "sonet-5.5"},
                                            {"rate", "fast"},
                                            {"input", "8000:2000"},
                                            {"burstiness", "0"},
                                            {"tier", "gold"}}),
                                   shipped_catalog());
  REQUIRE_FALSE(text.has_value());
  REQUIRE(text.error().size() == 5);
  CHECK(text.error()[0].where == "--model");
  CHECK(text.error()[0].message.find("did you mean \"sonnet-5.5\"") != std::string::npos);
  CHECK(text.error()[1].where == "--rate");
  CHECK(text.error()[2].message.find("below the median") != std::string::npos);
}

TEST_CASE("shares that do not sum to a hundred are refused") {
  const std::size_t model = draft_question_named("model").value();
  CHECK(flaw_in_answer(model, "haiku-5.5:80,sonnet-5.5:30", shipped_catalog()));
  CHECK(flaw_in_answer(model, "haiku-5.5:0,sonnet-5.5:100", shipped_catalog()));
  CHECK_FALSE(flaw_in_answer(model, "haiku-5.5:80,sonnet-5.5:20", shipped_catalog()));
}
