#include "experiment/plan_window.hpp"

#include <algorithm>
#include <variant>

#include "base/text.hpp"
#include "policy/arrival_process.hpp"

namespace sluice {
namespace {

constexpr Duration kShortest = minutes(10);
constexpr int kBucketsShortest = 10;
constexpr Duration kShortestTalk = minutes(30);  // conversations have to grow
constexpr int kWarmupsShortest = 3;
constexpr double kEnough = 200;  // requests that say something of a share or a percentile
constexpr Duration kLongest = hours(24 * 30);
constexpr double kFlood = 1e6;      // requests a minute; of more than that
constexpr double kFloodMost = 1e6;  // so many are simulated
constexpr double kMost = 3e7;       // requests of a window, at any rate

bool is_talk(const WorkloadSpec& workload) { return !workload.conversation.is_one_request(); }

bool is_level(const WorkloadSpec& workload) {
  if (std::holds_alternative<ClosedLoop>(workload.arrivals)) return true;
  const auto* spec = std::get_if<ArrivalSpec>(&workload.arrivals);
  return spec != nullptr && (std::holds_alternative<ArrivalPoisson>(*spec) ||
                             std::holds_alternative<ArrivalConstant>(*spec) ||
                             std::holds_alternative<ArrivalGamma>(*spec) ||
                             std::holds_alternative<ArrivalWeibull>(*spec));
}

bool is_daily(const WorkloadSpec& workload) {
  const auto* spec = std::get_if<ArrivalSpec>(&workload.arrivals);
  return spec != nullptr && std::holds_alternative<ArrivalDiurnal>(*spec);
}

bool can_be_cut(const RunPlan& plan) {
  if (!plan.events.empty() || !plan.faults.empty() || plan.warmup_is_automatic) return false;
  return std::all_of(plan.workloads.begin(), plan.workloads.end(), [](const WorkloadSpec& w) {
    const bool is_always_there = w.starts == kRunStart && w.stops == kNever && !w.max_requests;
    return is_always_there && w.rate_changes.empty() && w.batch.share_ppm == 0 &&
           (is_level(w) || is_daily(w));
  });
}

double count_in(const RunPlan& plan, Duration from, Duration length) {
  double count = 0;
  for (const WorkloadSpec& workload : plan.workloads) {
    const auto* spec = std::get_if<ArrivalSpec>(&workload.arrivals);
    if (spec == nullptr) continue;
    count += expected_count(*spec, {}, kRunStart + from, kRunStart + from + length,
                            {.run_start = {plan.start_unix_ns}});
  }
  return count;
}

// In steps of a quarter of an hour, as a day's curve has them.
Duration busiest(const RunPlan& plan, Duration length) {
  Duration best{};
  double most = 0;
  for (Duration from{}; from + length <= plan.duration; from += minutes(15)) {
    const double count = count_in(plan, from, length);
    if (count <= most * 1.000001) continue;
    most = count;
    best = from;
  }
  return best;
}

}  // namespace

PlanWindow window_of(const RunPlan& plan, double per_minute, double requests) {
  const PlanWindow whole{.from = {}, .length = plan.duration, .text = ""};
  if (per_minute <= 0 || !can_be_cut(plan)) return whole;
  Duration least = std::max(kShortest, plan.limits.longest_burst() * kBucketsShortest);
  if (plan.warmup) least = std::max(least, *plan.warmup * kWarmupsShortest);
  const bool any_talk = std::any_of(plan.workloads.begin(), plan.workloads.end(), is_talk);
  if (any_talk) least = std::max(least, kShortestTalk);
  const double wanted = std::min(requests / per_minute, 1e6);
  const Duration length = std::max(least, minutes(static_cast<std::int64_t>(wanted) + 1));
  if (length >= plan.duration) return whole;
  const bool any_daily = std::any_of(plan.workloads.begin(), plan.workloads.end(),
                                     [](const auto& w) { return is_daily(w); });
  if (!any_daily) return {{}, length, "the first " + short_text(length)};
  // Long enough to hold a peak, short enough to be one.
  const Duration peak = std::min(plan.duration, std::max(length, hours(1)));
  const Duration from = busiest(plan, peak);
  return {from, peak, "the busiest " + short_text(peak) + ", from " + short_text(from) + " on"};
}

std::optional<PlanWindow> longer_window(const RunPlan& plan, double per_minute) {
  const bool is_open = std::all_of(
      plan.workloads.begin(), plan.workloads.end(),
      [](const WorkloadSpec& w) { return std::holds_alternative<ArrivalSpec>(w.arrivals); });
  const double minutes_wanted = per_minute > 0 ? kEnough / per_minute : 0;
  const double minutes_now = static_cast<double>(ns(plan.duration)) / 60e9;
  if (minutes_wanted <= minutes_now || !is_open || !can_be_cut(plan)) return std::nullopt;
  const double most = static_cast<double>(ns(kLongest)) / 60e9;
  const Duration length = minutes(static_cast<std::int64_t>(std::min(minutes_wanted, most)) + 1);
  if (length <= plan.duration) return std::nullopt;
  return PlanWindow{{}, length, short_text(length)};
}

PlanWindow bounded(const PlanWindow& window, double per_minute) {
  const double most = per_minute > kFlood ? kFloodMost : kMost;
  const double held = static_cast<double>(ns(window.length)) / 60e9 * per_minute;
  if (held <= most) return window;
  const auto length = static_cast<std::int64_t>(most / per_minute * 60e9) + 1;
  return {window.from, Duration{length}, "the first " + short_text(Duration{length})};
}

void cut_to(const PlanWindow& window, RunPlan& plan) {
  plan.start_unix_ns += ns(window.from);
  plan.duration = window.length;
  plan.spend.start_unix_ns += ns(window.from);
}

void without_money_limits(RunPlan& plan) {
  SpendSpec& spend = plan.spend;
  spend.tier_cap.reset();
  spend.organization_limit.reset();
  spend.credit.reset();
  spend.alerts.clear();
  for (auto& limit : spend.workspace_limits) limit.reset();
  for (auto& limit : spend.key_limits) limit.reset();
}

}  // namespace sluice
