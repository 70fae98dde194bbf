#include "app/ui_bounds.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/arrival_process.hpp"

namespace sluice::app {
namespace {

constexpr double kPlannedAtMost = 2e8;  // minutes

std::string rounded(double count) { return with_thousands(static_cast<std::int64_t>(count)); }

// Fixed periods may be very many; the mean is that of exponential ones.
ArrivalSpec without_periods(ArrivalSpec spec) {
  if (auto* on_off = std::get_if<ArrivalOnOff>(&spec)) {
    on_off->periods = ArrivalOnOff::Periods::kExponential;
  }
  return spec;
}

// Arrivals; 0 of users and traces.
double planned_count(const RunPlan& plan, const WorkloadSpec& workload) {
  const auto* spec = std::get_if<ArrivalSpec>(&workload.arrivals);
  if (spec == nullptr) return 0;
  const TimePoint end = std::min(workload.stops, kRunStart + plan.duration);
  if (end <= workload.starts) return 0;
  const double count =
      expected_count(without_periods(*spec), workload.rate_changes, workload.starts, end,
                     {.run_start = {plan.start_unix_ns}, .at = workload.starts});
  return workload.max_requests ? std::min(count, static_cast<double>(*workload.max_requests))
                               : count;
}

double users_of(const WorkloadSpec& workload) {
  const auto* closed = std::get_if<ClosedLoop>(&workload.arrivals);
  return closed == nullptr ? 0 : static_cast<double>(closed->users);
}

template <class Count>
std::vector<double> counted(const RunPlan& plan, Count&& count) {
  std::vector<double> counts;
  for (const WorkloadSpec& workload : plan.workloads) counts.push_back(count(workload));
  return counts;
}

double sum_of(const std::vector<double>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

std::size_t largest(const std::vector<double>& counts) {
  return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

bool has_one_rate(const WorkloadArrivals& arrivals) {
  const auto* spec = std::get_if<ArrivalSpec>(&arrivals);
  if (spec == nullptr) return false;
  return !std::holds_alternative<ArrivalRamp>(*spec) &&
         !std::holds_alternative<ArrivalSteps>(*spec) &&
         !std::holds_alternative<ArrivalDiurnal>(*spec);
}

std::string where_of(const RunPlan& plan, std::size_t workload, std::string_view path) {
  const WorkloadArrivals& arrivals = plan.workloads[workload].arrivals;
  std::string_view field;
  if (has_one_rate(arrivals)) field = "/rate";
  if (std::holds_alternative<ClosedLoop>(arrivals)) field = "/users";
  return fmt::format("{}: /workloads/{}/arrivals{}", path, workload, field);
}

}  // namespace

Checked<void> within_ui_bounds(const scenario::LoadedScenario& scenario, std::string_view path) {
  const RunPlan& plan = scenario.plan;
  Errors errors;
  const auto planned = counted(plan, [&](const auto& w) { return planned_count(plan, w); });
  const double all = sum_of(planned);
  if (all > kPlannedAtMost) {
    const std::size_t at = largest(planned);
    const double minutes = static_cast<double>(ns(plan.duration)) / 60e9;
    const double right = planned[at] * (kPlannedAtMost / all) / minutes;
    errors.push_back(
        {.where = where_of(plan, at, path),
         .message = fmt::format(
             "about {} requests are planned, and the explorer simulates at most {}: a mean rate of "
             "at most {}/min for {}, or a shorter duration (`sluice simulate` has no such bound)",
             rounded(all), rounded(kPlannedAtMost), rounded(right), short_text(plan.duration))});
  }
  const auto users = counted(plan, users_of);
  const auto most = static_cast<double>(kUiInFlightAtMost);
  if (sum_of(users) > most) {
    const std::size_t at = largest(users);
    errors.push_back(
        {.where = where_of(plan, at, path),
         .message = fmt::format(
             "{} users are planned, and the explorer simulates at most {}: here at "
             "most {} (`sluice simulate` has no such bound)",
             rounded(sum_of(users)), rounded(most), rounded(users[at] * (most / sum_of(users))))});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return {};
}

Error too_many_in_flight(const scenario::LoadedScenario& scenario, std::string_view path) {
  const RunPlan& plan = scenario.plan;
  const auto planned = counted(plan, [&](const auto& w) { return planned_count(plan, w); });
  return {.where = where_of(plan, largest(planned), path),
          .message = fmt::format(
              "stopped: more than {} requests were in flight at once, the most that the explorer "
              "keeps: a lower rate, a deadline or fewer retries (`sluice simulate` has no such "
              "bound)",
              with_thousands(kUiInFlightAtMost))};
}

}  // namespace sluice::app
