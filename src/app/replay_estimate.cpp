#include "app/replay_estimate.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "app/progress.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "experiment/run.hpp"
#include "report/number_text.hpp"

namespace sluice::app {
namespace {

constexpr std::int64_t kRuns = 10;

// The least and the most of a metric over the simulated runs.
std::string range_text(const RunResult& estimate, const MetricReader& reader,
                       std::string_view path) {
  const auto& table = reader.table();
  const auto metric = std::find_if(table.begin(), table.end(),
                                   [&](const Metric& row) { return row.path() == path; });
  if (metric == table.end()) return "-";
  const auto row = static_cast<std::size_t>(metric - table.begin());
  std::optional<MetricNumber> least;
  std::optional<MetricNumber> most;
  for (const Replication& run : estimate.replications) {
    const auto& value = run.values[row];
    if (!value) continue;
    if (!least || as_double(*value) < as_double(*least)) least = value;
    if (!most || as_double(*value) > as_double(*most)) most = value;
  }
  if (!least) return "-";
  const std::string low = number_text(*least, metric->unit);
  const std::string high = number_text(*most, metric->unit);
  return low == high ? low : fmt::format("{} to {}", low, high);
}

}  // namespace

Result<RunResult> estimate_run(const scenario::LoadedScenario& scenario) {
  Monitor monitor;
  const ProgressLine line(monitor, "simulating first");
  return run_scenario(
      scenario, {.replications = kRuns, .threads = 2, .version = std::string(version())}, monitor);
}

std::string estimate_text(const RunResult& estimate, const std::string& target,
                          const std::string& credentials, std::optional<Money> cap) {
  const MetricReader reader(estimate);
  const auto range = [&](std::string_view path) { return range_text(estimate, reader, path); };
  std::string text = fmt::format("{}, by {} simulated runs:\n", estimate.facts.scenario_name,
                                 estimate.replications.size());
  text += fmt::format("  requests  {}\n", range("requests.offered"));
  text += fmt::format("  attempts  {}, of which 429 {}\n", range("attempts.total"),
                      range("attempts.rate_limited.total"));
  text += fmt::format("  duration  {}, and until the last answer has come\n",
                      short_text(estimate.facts.duration));
  text += fmt::format("  cost      {}{}\n", range("cost.total"),
                      cap ? fmt::format("; stops before {}", money_text(*cap)) : "");
  text += fmt::format("  target    {}{}\n", target,
                      credentials.empty() ? "" : fmt::format(", key from {}", credentials));
  return text;
}

}  // namespace sluice::app
