#include "experiment/trials.hpp"

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "experiment/run.hpp"
#include "experiment/scenario_text.hpp"
#include "stats/intervals.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

LoadedScenario loaded_quickstart(std::vector<std::string> overrides) {
  auto text = ScenarioText::open(SLUICE_SOURCE_DIR "/scenarios/quickstart.json", {});
  REQUIRE(text.has_value());
  auto loaded = text->load(overrides);
  REQUIRE(loaded.has_value());
  return std::move(*loaded);
}

const std::vector<std::string> kTrialMetrics{"requests.offered", "latency.offered.p95", "cost"};

std::vector<Sample> run(std::span<const Trial> trials, std::int64_t threads,
                        const TrialDone& done = {}) {
  Monitor monitor;
  TrialRunner runner(kTrialMetrics, {.threads = threads, .version = {}}, monitor);
  auto samples = runner.run(trials, done);
  REQUIRE(samples.has_value());
  CHECK(runner.trials_run() == static_cast<std::int64_t>(trials.size()));
  return std::move(*samples);
}

TEST_CASE("samples are the numbers of a simulation of that replication") {
  const LoadedScenario scenario = loaded_quickstart({"/duration=1m"});
  const std::vector<Sample> samples = run(std::vector<Trial>{{&scenario, 3}}, 1);
  Monitor monitor;
  const auto result = run_scenario(scenario, {.first_replication = 3, .version = {}}, monitor);
  REQUIRE(result.has_value());
  for (std::size_t i = 0; i < kTrialMetrics.size(); ++i) {
    INFO(kTrialMetrics[i]);
    CHECK(samples[0][i] == as_double(lookup(*result, kTrialMetrics[i])->number));
  }
}

TEST_CASE("samples stand in the order of the trials, whatever the number of threads") {
  const LoadedScenario one = loaded_quickstart({"/duration=1m"});
  const LoadedScenario two = loaded_quickstart({"/duration=30s", "/organization/tier=build"});
  std::vector<Trial> trials;
  for (std::int64_t r = 0; r < 6; ++r) {
    trials.push_back({&one, r});
    trials.push_back({&two, r});
  }
  const std::vector<Sample> alone = run(trials, 1);
  CHECK(run(trials, 2) == alone);
  CHECK(run(trials, 40) == alone);
  CHECK(run(std::vector<Trial>{trials[7]}, 1)[0] == alone[7]);
}

TEST_CASE("replications that confirm differ from all that a search has seen") {
  const LoadedScenario scenario = loaded_quickstart({"/duration=1m"});
  std::vector<Trial> trials;
  for (std::int64_t r = 0; r < 10; ++r) trials.push_back({&scenario, r});
  for (std::int64_t r = 0; r < 10; ++r) trials.push_back({&scenario, kFirstConfirmation + r});
  const std::vector<Sample> samples = run(trials, 2);
  for (std::size_t i = 0; i < 20; ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(samples[i] != samples[j]);
  }
}

TEST_CASE("a metric that a scenario does not have reads as none") {
  const LoadedScenario scenario = loaded_quickstart({"/duration=30s"});
  Monitor monitor;
  TrialRunner runner({"requests.offered", "no.such.metric"}, {}, monitor);
  const auto samples = runner.run(std::vector<Trial>{{&scenario, 0}});
  REQUIRE(samples.has_value());
  CHECK((*samples)[0][0].has_value());
  CHECK_FALSE((*samples)[0][1].has_value());
}

TEST_CASE("each trial is told of as it ends, with its sample") {
  const LoadedScenario scenario = loaded_quickstart({"/duration=30s"});
  const std::vector<Trial> trials(5, Trial{&scenario, 1});
  std::vector<Sample> told(trials.size());
  const auto samples = run(trials, 2, [&](std::size_t i, const Sample& sample) -> Result<void> {
    told[i] = sample;
    return {};
  });
  CHECK(told == samples);
}

TEST_CASE("an error of whoever is told ends the trials, and is what they end with") {
  const LoadedScenario scenario = loaded_quickstart({"/duration=30s"});
  const std::vector<Trial> trials(50, Trial{&scenario, 1});
  Monitor monitor;
  TrialRunner runner(kTrialMetrics, {.threads = 2, .version = {}}, monitor);
  int told = 0;
  const auto samples = runner.run(trials, [&](std::size_t, const Sample&) -> Result<void> {
    if (++told < 3) return {};
    return tl::unexpected(Error{ErrorCode::kIo, "file", "is full"});
  });
  REQUIRE_FALSE(samples.has_value());
  CHECK(samples.error().message == "is full");
  CHECK(told <= 4);  // the other thread may have been at its end
  CHECK_FALSE(monitor.stop);
}

TEST_CASE("a wish to stop ends even a trial that would take for ever") {
  const LoadedScenario scenario = loaded_quickstart({"/duration=366d"});
  Monitor monitor;
  TrialRunner runner(kTrialMetrics, {.threads = 2, .version = {}}, monitor);
  std::optional<Result<std::vector<Sample>>> samples;
  std::thread running([&] { samples = runner.run(std::vector<Trial>(4, Trial{&scenario, 0})); });
  monitor.stop = true;
  running.join();
  REQUIRE_FALSE(samples->has_value());
  CHECK(samples->error().code == ErrorCode::kInterrupted);
  CHECK(runner.trials_run() == 0);
}

// Requests that a Poisson process of 60 a minute offers in 10 s: 10 in the mean, exactly, from the
// first instant on, so that no warm-up blurs what an interval should hold.
TEST_CASE("a thousand intervals from the engine hold a known mean as often as they say", "[long]") {
  const LoadedScenario scenario = loaded_quickstart(
      {"/duration=10s", R"(/workloads/0/arrivals={"type":"poisson","rate":"60/min"})",
       "/workloads/0/input=100", "/workloads/0/output=10",
       R"(/models={"sonnet-5.5":{"ttft":{"type":"fixed","value":"1s"},"output_per_second":80}})"});
  constexpr std::size_t kIntervals = 1000;
  constexpr std::size_t kReplications = 10;
  std::vector<Trial> trials;
  for (std::size_t i = 0; i < kIntervals * kReplications; ++i) {
    trials.push_back({&scenario, static_cast<std::int64_t>(i)});
  }
  const std::vector<Sample> samples = run(trials, 2);
  std::vector<stats::Interval> intervals;
  for (std::size_t i = 0; i < kIntervals; ++i) {
    std::vector<double> values;
    for (std::size_t r = 0; r < kReplications; ++r) {
      values.push_back(*samples[i * kReplications + r][0]);
    }
    intervals.push_back(*stats::t_interval(values));
  }
  const stats::Coverage covered = stats::coverage(intervals, 10);
  INFO("share " << covered.share);
  CHECK(covered.tolerance == Approx(0.0135).epsilon(0.001));
  CHECK(std::abs(covered.share - stats::kConfidence) <= covered.tolerance);
}

}  // namespace
}  // namespace sluice
