// The rows of a comparison while they are made: each with the scenario that it runs and the samples
// that it gave.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/compare_figures.hpp"
#include "experiment/trials.hpp"
#include "results/compare_result.hpp"
#include "scenario/load.hpp"

namespace sluice {

class ComparedTable {
 public:
  ComparedTable(TrialRunner& runner, std::int64_t replications)
      : runner_(runner), replications_(replications) {}

  // A row that is to run `scenario`; a row with errors says the first of them. Its index.
  std::size_t add(ComparedRow row, Checked<scenario::LoadedScenario> scenario);
  // A row that has been run aside, with all replications.
  std::size_t add_run(ComparedRow row, scenario::LoadedScenario scenario,
                      std::vector<Sample> samples);
  // Runs all rows that have not been run.
  Result<void> run();
  // Replications [first, first + count) of scenarios that are no rows, in their order.
  Result<std::vector<std::vector<Sample>>> run_aside(
      const std::vector<const scenario::LoadedScenario*>& scenarios, std::int64_t first,
      std::int64_t count);

  std::size_t size() const noexcept { return entries_.size(); }
  ComparedRow& row(std::size_t i) { return entries_[i].row; }
  // nullptr: unavailable.
  const scenario::LoadedScenario* scenario(std::size_t i) const {
    return entries_[i].scenario ? &*entries_[i].scenario : nullptr;
  }
  const std::vector<Sample>& samples(std::size_t i) const { return entries_[i].samples; }
  std::int64_t replications() const noexcept { return replications_; }
  // Runs rows once more whose limit was reached without leaving its instant (plan_own_limit.hpp).
  Result<void> find_instants(const ComparedMetrics& metrics);
  // Runs rows once more without money limits where keys or workspaces have some, or a month begins
  // in the run (spend_time.hpp).
  Result<void> find_months_by_keys(const ComparedMetrics& metrics);
  // Fills every row's figures and differences.
  std::vector<ComparedRow> finished(const ComparedMetrics& metrics) const;

 private:
  struct Entry {
    ComparedRow row;
    std::optional<scenario::LoadedScenario> scenario;
    std::vector<Sample> samples;
    std::vector<KeysMonth> by_keys{};
  };
  static MonthLimit limit_of(const Entry& entry);
  static bool ends_in_later_month(const Entry& entry);

  TrialRunner& runner_;
  std::int64_t replications_;
  std::deque<Entry> entries_;  // scenarios stay where they are
};

}  // namespace sluice
