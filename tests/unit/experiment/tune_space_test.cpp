#include "experiment/tune_space.hpp"

#include <algorithm>
#include <array>

#include "experiment/scenario_text.hpp"
#include "experiment/tune_subject.hpp"
#include "stats/sobol.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

constexpr const char* kScenario = R"({
  "sluice": 1, "duration": "2m", "organization": { "tier": "start" },
  "clients": { "app": { "retry": "anthropic-sdk-python", "concurrency": 40,
                        "attempt_timeout": "30s", "processes": 2 } },
  "workloads": [
    { "name": "chat", "model": "haiku-5.5", "client": "app",
      "arrivals": { "type": "poisson", "rate": "60/min" }, "input": 500, "output": 100 },
    { "name": "other", "model": "haiku-5.5", "deadline": "20s",
      "arrivals": { "type": "poisson", "rate": "6/min" }, "input": 500, "output": 100 }]
})";

ScenarioText text_of_scenario() {
  auto text = ScenarioText::of(kScenario, "test.json", {});
  REQUIRE(text.has_value());
  return std::move(*text);
}

TuneSubject subject_of(const ScenarioText& text, const std::string& client) {
  auto subject = TuneSubject::open(text, client);
  REQUIRE(subject.has_value());
  return std::move(*subject);
}

TEST_CASE("every published preset, pacing and budget is a candidate, none of them twice") {
  ClientPlan today;
  today.name = "app";
  today.retry = *retry_preset("anthropic-sdk-python");
  const auto all = preset_designs(today, {});
  const auto any = [&](auto holds) { return std::any_of(all.begin(), all.end(), holds); };
  for (const PresetInfo& info : retry_presets()) {
    CHECK(any([&](const ClientDesign& d) { return d.retry == info.name; }));
  }
  for (const PacingInfo& info : pacings()) {
    CHECK(any([&](const ClientDesign& d) { return d.pacing == name(info.pacing); }));
  }
  for (const BudgetInfo& info : budgets()) {
    CHECK(any([&](const ClientDesign& d) { return d.budget == name(info.kind); }));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(std::find(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(), all[i]) ==
          all.end());
  }
}

TEST_CASE("any point of the space is a design that the scenario takes") {
  const ScenarioText text = text_of_scenario();
  const TuneSubject subject = subject_of(text, "app");
  const stats::Sobol points(kTuneDimensions);
  for (std::uint32_t i = 0; i < 200; ++i) {
    std::array<double, kTuneDimensions> point{};
    for (std::size_t d = 0; d < point.size(); ++d) {
      point[d] = stats::Sobol::unit(points.at(i, static_cast<int>(d)));
    }
    const ClientDesign design = design_at(point, subject.client(), {.fallback = "sonnet-5.5"});
    INFO(text_of(design));
    CHECK(subject.load(design).has_value());
  }
}

TEST_CASE("a design replaces the policy and keeps what it does not speak of") {
  const ScenarioText text = text_of_scenario();
  const TuneSubject subject = subject_of(text, "app");
  const auto loaded = subject.load({.retry = "full-jitter",
                                    .max_retries = 9,
                                    .retry_after_spread = seconds(5),
                                    .pacing = "token-bucket",
                                    .share_permille = 800});
  REQUIRE(loaded.has_value());
  const ClientPlan& client = subject.client_of(*loaded);
  CHECK(client.retry.max_retries == 9);
  CHECK(client.retry.backoff == Backoff::kFullJitter);
  CHECK(client.retry.retry_after.spread == seconds(5));
  CHECK_FALSE(client.retry.retry_after.as_minimum);
  CHECK(client.pacer.pacing == Pacing::kTokenBucket);
  CHECK(client.pacer.share_permille == 800);
  CHECK(client.concurrency == 40);
  CHECK(client.attempt_timeout == seconds(30));
  CHECK(client.processes == 2);
  CHECK(loaded->plan.clients[loaded->plan.workloads[1].client].retry.preset ==
        "anthropic-sdk-python");
}

TEST_CASE("a workload that names no client is tuned alike") {
  const ScenarioText text = text_of_scenario();
  const TuneSubject subject = subject_of(text, "anthropic-sdk-python");
  const auto loaded = subject.load({.retry = "none"});
  REQUIRE(loaded.has_value());
  CHECK(loaded->plan.clients[loaded->plan.workloads[1].client].retry.max_retries == 0);
  CHECK(loaded->plan.clients[loaded->plan.workloads[0].client].retry.max_retries == 2);
}

TEST_CASE("only a workload without a deadline is given one") {
  const ScenarioText text = text_of_scenario();
  const TuneSubject subject = subject_of(text, "");
  CHECK(subject.today().plan.workloads[0].deadline == kAssumedDeadline);
  CHECK(subject.today().plan.workloads[1].deadline == seconds(20));
  CHECK(subject.assumed_deadline() == kAssumedDeadline);
}

TEST_CASE("a client that no workload uses is refused with those that are") {
  const ScenarioText text = text_of_scenario();
  const auto subject = TuneSubject::open(text, "apq");
  REQUIRE_FALSE(subject.has_value());
  CHECK(subject.error().front().message.find("did you mean \"app\"") != std::string::npos);
}

}  // namespace
}  // namespace sluice::testing
