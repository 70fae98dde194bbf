// From the samples of a comparison's runs to its figures: means with intervals, paired differences,
// and which requirements are kept. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/month_cost.hpp"
#include "experiment/requirements.hpp"
#include "experiment/trials.hpp"
#include "results/compare_result.hpp"

namespace sluice {

// What stops a row's month, and over which part of a run its cost was counted.
struct MonthLimit {
  std::optional<double> dollars{};  // none: no limit
  bool is_own = false;              // the organization's, not the tier's
  double left = 0;                  // dollars of it at the run's start
  double until_next = 0;            // seconds from there to the next month
  double counts_from = 0;           // seconds
  double counted = 0;               // seconds
};

// The metrics that each run is read out for, and where they stand in a sample: those of the
// figures, then the requirements', then how many requests each workload offers.
class ComparedMetrics {
 public:
  ComparedMetrics(std::vector<Requirement> requirements,
                  const std::vector<std::string>& workload_names);

  const std::vector<std::string>& paths() const noexcept { return paths_; }
  const std::vector<Requirement>& requirements() const noexcept { return requirements_; }

  // Samples whose month costs no more than the limit: what is sent once it is gone is refused.
  std::vector<Sample> up_to_limit(std::span<const Sample> samples, const MonthLimit& limit) const;
  // Of samples in which the limit was reached without leaving its instant.
  bool hides_instant(std::span<const Sample> samples, const MonthLimit& limit) const;
  // The instant from runs of the same scenario in which that limit is the tier's cap.
  void take_instants(std::vector<Sample>& samples, std::span<const Sample> as_cap) const;
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
  std::vector<MissedRequirement> missed(std::span<const Sample> samples) const;

  std::vector<Requirement> requirements_;
  std::vector<std::string> paths_;
  std::size_t first_workload_ = 0;
};

}  // namespace sluice
