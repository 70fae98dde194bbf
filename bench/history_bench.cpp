// The history with ten thousand runs: what keeping one more costs, and listing and following them.
// A run has the size of the quickstart's: 300 numbers and 73 KB of JSON.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.hpp"
#include "history/run_store.hpp"

namespace {

using namespace sluice;
using namespace sluice::history;

constexpr std::int64_t kRuns = 10'000;
constexpr std::int64_t kScenarios = 20;
constexpr int kNumbers = 300;
constexpr std::size_t kJsonSize = 73'000;

SavedRun run_of(std::int64_t number) {
  SavedRun run;
  run.kind = "simulate";
  run.scenario = fmt::format("scenario-{}", number % kScenarios);
  run.scenario_digest = std::string(64, 'a');
  run.verdict = "fits";
  return run;
}

std::vector<SavedMetric> numbers_of(std::int64_t number) {
  std::vector<SavedMetric> metrics;
  for (int i = 0; i < kNumbers; ++i) {
    const double value = static_cast<double>(number % 97) + i;
    metrics.push_back({.path = fmt::format("group.metric.p{}", i),
                       .unit = Unit::kDuration,
                       .value = value,
                       .interval = MetricInterval{value - 1, value + 1},
                       .mean_of = 10});
  }
  return metrics;
}

// Numbers in rows, as a time series has them: it packs to a fifth.
SavedDocument document_of(std::int64_t number) {
  SavedDocument document{.json = {}, .text = std::string(4000, 'x')};
  auto state = static_cast<std::uint64_t>(number) + 1;
  while (document.json.size() < kJsonSize) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    document.json += fmt::format("{}, ", (state >> 40U) % 1000);
  }
  return document;
}

// Made once, removed at the end.
class Filled {
 public:
  Filled() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-bench-XXXXXX").string();
    SLUICE_CHECK(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    auto opened = open();
    for (std::int64_t i = 0; i < kRuns; ++i) {
      SLUICE_CHECK(opened.save(run_of(i), numbers_of(i), document_of(i)).has_value());
    }
  }
  ~Filled() { std::filesystem::remove_all(folder_); }
  Filled(const Filled&) = delete;
  Filled& operator=(const Filled&) = delete;

  RunStore open() const {
    auto store = RunStore::open(folder_ + "/runs.db", Missing::kCreate);
    SLUICE_CHECK(store.has_value());
    return std::move(*store);
  }

 private:
  std::string folder_;
};

const Filled& filled() {
  static const Filled kFilled;
  return kFilled;
}

void save_one(benchmark::State& state) {
  const std::vector<SavedMetric> numbers = numbers_of(1);
  const SavedDocument document = document_of(1);
  const Filled& history = filled();  // made before the clock runs
  for (auto _ : state) {
    auto store = history.open();
    SLUICE_CHECK(store.save(run_of(1), numbers, document).has_value());
  }
}

void list_twenty(benchmark::State& state) {
  for (auto _ : state) {
    const auto store = filled().open();
    SLUICE_CHECK(store.list({.scenario = "scenario-3", .limit = 20})->size() == 20);
  }
}

void list_all(benchmark::State& state) {
  for (auto _ : state) {
    const auto store = filled().open();
    SLUICE_CHECK(store.list({})->size() >= kRuns);
  }
}

void trend_of_five_hundred(benchmark::State& state) {
  for (auto _ : state) {
    const auto store = filled().open();
    const auto trend = store.trend({.scenario = "scenario-3"}, {"group.metric.p7"});
    SLUICE_CHECK(trend->runs.size() == kRuns / kScenarios);
  }
}

void trend_of_all(benchmark::State& state) {
  for (auto _ : state) {
    const auto store = filled().open();
    SLUICE_CHECK(store.trend({}, {"group.metric.p7"})->runs.size() >= kRuns);
  }
}

BENCHMARK(save_one)->Unit(benchmark::kMillisecond);
BENCHMARK(list_twenty)->Unit(benchmark::kMillisecond);
BENCHMARK(list_all)->Unit(benchmark::kMillisecond);
BENCHMARK(trend_of_five_hundred)->Unit(benchmark::kMillisecond);
BENCHMARK(trend_of_all)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
