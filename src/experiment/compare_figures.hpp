// From the samples of a comparison's runs to its figures: means with intervals, paired differences,
// and which requirements are kept. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/month_cost.hpp"
#include "experiment/requirements.hpp"
#include "experiment/spend_time.hpp"
#include "experiment/trials.hpp"
#include "results/compare_result.hpp"

namespace sluice {

// What all limits and alerts, of keys and workspaces too, leave of one run's month; that run had
// none.
struct KeysMonth {
  MonthSpending spending{};
  double wanted = 0;  // dollars without them
  std::optional<MoneyEnd> end{};
};

// What stops a row's month, and over which part of a run its cost was counted.
struct MonthLimit {
  std::optional<SpendLimit> first{};  // none: no limit
  double left = 0;                    // dollars of it at the run's start
  double until_next = 0;              // seconds from there to the next month; of credit: no end
  double counts_from = 0;             // seconds
  double counted = 0;                 // seconds
  std::vector<KeysMonth> by_keys{};   // by replication; empty: the first limit is all

  std::optional<double> dollars() const {
    return first ? std::optional(first->dollars) : std::nullopt;
  }
};

// The metrics that each run is read out for, and where they stand in a sample: those of the
// figures, then the requirements', then how many requests each workload offers, and what each
// workload or part of one costs.
class ComparedMetrics {
 public:
  ComparedMetrics(std::vector<Requirement> requirements,
                  const std::vector<std::string>& workload_names,
                  const std::vector<std::string>& part_names);

  const std::vector<std::string>& paths() const noexcept { return paths_; }
  const std::vector<Requirement>& requirements() const noexcept { return requirements_; }

  // Samples whose month costs no more than the limit: what is sent once it is gone is refused.
  std::vector<Sample> up_to_limit(std::span<const Sample> samples, const MonthLimit& limit) const;
  // Of samples in which the limit was reached without leaving its instant.
  bool hides_instant(std::span<const Sample> samples, const MonthLimit& limit) const;
  // The instant from runs of the same scenario in which that limit is the tier's cap.
  void take_instants(std::vector<Sample>& samples, std::span<const Sample> as_cap) const;
  // From runs of the scenario without money limits, a month by the shares of its workloads' keys.
  std::vector<KeysMonth> months_by_keys(std::span<const Sample> unlimited,
                                        const RunPlan& plan) const;
  // All of a row that is about its month's limit, from samples as they were measured.
  void fill_month(ComparedRow& row, std::span<const Sample> samples, const MonthLimit& limit) const;
  // Figures, is_unpriced and missed of a row, from its replications.
  void fill(ComparedRow& row, std::span<const Sample> samples) const;
  // Its differences to a reference with the same replications.
  void fill_differences(ComparedRow& row, std::span<const Sample> samples,
                        std::span<const Sample> reference) const;

  bool keeps_all(std::span<const Sample> samples) const;
  // Means over replications; 0 where there is no number.
  double offered_per_minute(std::span<const Sample> samples, std::size_t workload) const;
  double prompt_tokens(std::span<const Sample> samples) const;  // per answered request
  double output_tokens(std::span<const Sample> samples) const;
  double good_share(std::span<const Sample> samples) const;

 private:
  MonthCost month_of(const Sample& sample, const MonthLimit& limit) const;
  double cost_of(const Sample& sample, const std::string& workload) const;
  static void fill_month_by_keys(ComparedRow& row, const std::vector<KeysMonth>& months);
  std::vector<MissedRequirement> missed(std::span<const Sample> samples) const;

  std::vector<Requirement> requirements_;
  std::vector<std::string> paths_;
  std::size_t first_workload_ = 0;
  std::size_t first_cost_ = 0;
};

}  // namespace sluice
