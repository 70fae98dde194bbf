#include "experiment/compare_variants.hpp"

#include <cstdlib>
#include <optional>

#include "experiment/trials.hpp"
#include "policy/workload_generator.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr const char* kSteadyChat = R"({"sluice": 1, "duration": "5m", "workloads": [
    {"name": "chat", "model": "sonnet-5.5",
     "arrivals": {"type": "poisson", "rate": "120/min"}, "prefix": 3000,
     "input": {"p50": 1200, "p95": 6000}, "output": {"p50": 420, "p95": 1300}}]})";
constexpr const char* kUsers = R"({"sluice": 1, "duration": "20m", "workloads": [
    {"name": "agents", "model": "sonnet-5.5", "arrivals": {"type": "closed", "users": 40},
     "input": 500, "output": 400,
     "conversation": {"turns": 3, "think_time": "5s"}}]})";

ScenarioText whole_catalog_text(const char* text) {
  auto opened = ScenarioText::of(text, "test", {.whole_catalog = true});
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

std::vector<double> metrics_of(const LoadedScenario& scenario, std::vector<std::string> paths) {
  Monitor monitor;
  TrialRunner runner(std::move(paths), {}, monitor);
  const Trial trial{&scenario, 0};
  const auto samples = runner.run({&trial, 1});
  REQUIRE(samples.has_value());
  std::vector<double> numbers;
  for (const auto& value : samples->front()) numbers.push_back(value.value_or(-1));
  return numbers;
}

std::vector<ModelShare> shares(std::int64_t haiku, std::int64_t opus) {
  return {{{"haiku", "claude-haiku-5-5", 1300}, haiku}, {{"opus", "claude-opus-5-5", 1300}, opus}};
}

TEST_CASE("the parts of a mix are today's requests, each once") {
  const ScenarioText text = whole_catalog_text(kSteadyChat);
  const LoadedScenario today = text.load().value();
  const LoadedScenario mix = load_mix(text, today, shares(700'000, 300'000)).value();
  REQUIRE(mix.plan.workloads.size() == 2);
  CHECK(mix.plan.workloads[0].name == "chat/haiku");
  const std::vector<std::string> sums = {"requests.offered", "requests.succeeded", "tokens.prompt",
                                         "tokens.output"};
  CHECK(metrics_of(mix, sums) == metrics_of(today, sums));
  const auto parts = metrics_of(mix, {"workloads.chat/haiku.offered", "requests.offered"});
  CHECK(parts[0] / parts[1] == Approx(0.7).margin(0.05));
}

TEST_CASE("a mix of one model alone costs what that model costs") {
  const ScenarioText text = whole_catalog_text(kSteadyChat);
  const LoadedScenario today = text.load().value();
  const LoadedScenario mix = load_mix(text, today, shares(1'000'000, 0)).value();
  const LoadedScenario haiku = load_variant(text, today, {{"claude-haiku-5-5"}, {}}).value();
  const std::vector<std::string> paths = {"cost.total", "latency.offered.p95", "tokens.cache_read"};
  CHECK(metrics_of(mix, paths) == metrics_of(haiku, paths));
}

TEST_CASE("the users of a closed loop are split as the shares say") {
  const ScenarioText text = whole_catalog_text(kUsers);
  const LoadedScenario today = text.load().value();
  const LoadedScenario mix = load_mix(text, today, shares(750'000, 250'000)).value();
  int haiku = 0;
  int opus = 0;
  const RandomSource random(1, 0);
  const WorkloadGenerator first(mix.plan.workloads[0], random);
  const WorkloadGenerator second(mix.plan.workloads[1], random);
  for (std::uint64_t user = 0; user < 40; ++user) {
    haiku += first.takes_user(user) ? 1 : 0;
    opus += second.takes_user(user) ? 1 : 0;
    CHECK(first.takes_user(user) != second.takes_user(user));
  }
  CHECK(haiku + opus == 40);
  CHECK(std::abs(haiku - 30) <= 1);
}

TEST_CASE("sizes are rescaled between tokenizers") {
  const ScenarioText text = whole_catalog_text(kSteadyChat);
  const LoadedScenario today = text.load().value();
  const LoadedScenario old = load_variant(text, today, {{"claude-haiku-4-5-20251001"}, {}}).value();
  CHECK(old.plan.workloads[0].prefix_tokens == 2308);  // 3000 / 1.3
  const auto ratio =
      metrics_of(old, {"tokens.output"})[0] / metrics_of(today, {"tokens.output"})[0];
  CHECK(ratio == Approx(1 / 1.3).epsilon(0.01));
}

TEST_CASE("a tier can be had where the file does not say one") {
  const ScenarioText text = whole_catalog_text(kSteadyChat);
  const LoadedScenario today = text.load().value();
  CHECK(load_variant(text, today, {{}, "build"}).value().tier == "build");
}

TEST_CASE("a change says what it cannot do and whether it does anything") {
  const ScenarioText chat = whole_catalog_text(kSteadyChat);
  LoadedScenario scenario = chat.load().value();
  CHECK_FALSE(apply(WorkChange::kCache, scenario).changes);  // as it is
  CHECK_FALSE(apply(WorkChange::kFast, scenario).why_not.empty());
  CHECK(apply(WorkChange::k1h, scenario).changes);
  CHECK(scenario.plan.workloads[0].prefix_ttl == CacheTtl::kOneHour);
  CHECK(apply(WorkChange::kNoCache, scenario).changes);
  CHECK_FALSE(apply(WorkChange::k1h, scenario).why_not.empty());
  CHECK(apply(WorkChange::kBatch, scenario).changes);
  LoadedScenario users = whole_catalog_text(kUsers).load().value();
  CHECK_FALSE(apply(WorkChange::kBatch, users).why_not.empty());
}

}  // namespace
}  // namespace sluice
