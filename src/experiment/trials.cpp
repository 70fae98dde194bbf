#include "experiment/trials.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "experiment/run.hpp"

namespace sluice {
namespace {

Sample read(const RunResult& result, const std::vector<std::string>& metrics) {
  const MetricReader reader(result);
  Sample sample;
  sample.reserve(metrics.size());
  for (const std::string& path : metrics) {
    const std::optional<MetricValue> value = reader(path);
    sample.push_back(value ? std::optional(as_double(value->number)) : std::nullopt);
  }
  return sample;
}

using Slots = std::vector<std::optional<Result<Sample>>>;

}  // namespace

Result<std::vector<Sample>> TrialRunner::run(std::span<const Trial> trials) {
  Slots slots(trials.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < trials.size() && !monitor_.stop; i = next++) {
      Monitor own;  // the common one counts whole trials
      const RunOptions run{.first_replication = trials[i].replication, .version = options_.version};
      const Result<RunResult> result = run_scenario(*trials[i].scenario, run, own);
      slots[i] = result ? Result<Sample>(read(*result, metrics_)) : tl::unexpected(result.error());
      monitor_.events += own.events;
    }
  };
  std::vector<std::thread> helpers;
  const auto most = static_cast<std::int64_t>(trials.size());
  for (std::int64_t i = 1; i < std::min(options_.threads, most); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();

  std::vector<Sample> samples;
  samples.reserve(trials.size());
  for (auto& slot : slots) {
    if (!slot) return tl::unexpected(Error{ErrorCode::kInterrupted, "", "stopped"});
    if (!*slot) return tl::unexpected(std::move(*slot).error());
    samples.push_back(std::move(**slot));
  }
  trials_run_ += most;
  return samples;
}

}  // namespace sluice
