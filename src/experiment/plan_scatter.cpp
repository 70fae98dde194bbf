#include "experiment/plan_scatter.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "policy/arrival_process.hpp"

namespace sluice {
namespace {

void add(std::vector<std::string>& all, std::string text) {
  if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
}

struct Words {
  std::string operator()(const ArrivalPoisson&) const { return "arrivals are random (Poisson)"; }
  std::string operator()(const ArrivalConstant&) const { return ""; }
  std::string operator()(const ArrivalGamma& spec) const {
    return "arrivals are random (gamma, burstiness " + spec.burstiness.text() + ")";
  }
  std::string operator()(const ArrivalWeibull& spec) const {
    return "arrivals are random (Weibull, shape " + spec.shape.text() + ")";
  }
  std::string operator()(const ArrivalOnOff&) const { return "arrivals come and go (on/off)"; }
  template <class Curve>
  std::string operator()(const Curve&) const {
    return "";
  }
};

// The largest mean rate of any minute, relative to that of the run; on a grid of whole minutes.
double peak_of(const RunPlan& plan) {
  const std::int64_t run_minutes = ns(plan.duration) / ns(minutes(1));
  if (run_minutes < 2) return 1;
  const std::int64_t step = std::max<std::int64_t>(1, run_minutes / 500);
  const auto count = [&](TimePoint from, TimePoint to) {
    double sum = 0;
    for (const WorkloadSpec& w : plan.workloads) {
      const auto* spec = std::get_if<ArrivalSpec>(&w.arrivals);
      if (spec == nullptr || std::holds_alternative<ArrivalOnOff>(*spec)) continue;
      sum += expected_count(*spec, w.rate_changes, from, to,
                            {.run_start = {plan.start_unix_ns}, .at = w.starts});
    }
    return sum;
  };
  const double mean =
      count(kRunStart, kRunStart + plan.duration) / static_cast<double>(run_minutes);
  double most = 0;
  for (std::int64_t minute = 0; minute < run_minutes; minute += step) {
    const TimePoint from = kRunStart + minutes(minute);
    most = std::max(most, count(from, from + minutes(1)));
  }
  return mean > 0 ? most / mean : 1;
}

bool is_skewed(const SizeSpec& spec) {
  const auto* lognormal = std::get_if<SizeLognormal>(&spec);
  return lognormal != nullptr && lognormal->p95 >= 2 * lognormal->p50;
}

}  // namespace

std::vector<std::string> scatter_of(const RunPlan& plan) {
  std::vector<std::string> all;
  if (const double peak = peak_of(plan); peak > 1.05) {
    add(all, fmt::format("the busiest minute has {:.1f} times the mean rate", peak));
  }
  for (const WorkloadSpec& w : plan.workloads) {
    if (const auto* spec = std::get_if<ArrivalSpec>(&w.arrivals)) {
      if (std::string words = std::visit(Words{}, *spec); !words.empty()) {
        add(all, std::move(words));
      }
    }
    if (is_skewed(w.input) || is_skewed(w.output)) add(all, "sizes vary");
    if (w.deadline) add(all, "requests have a deadline");
    if (plan.clients[w.client].retry.max_retries == 0) add(all, "nothing is retried");
  }
  if (!plan.faults.empty()) add(all, "the API has faults of its own");
  if (!plan.events.empty()) add(all, "things happen during the run");
  return all;
}

}  // namespace sluice
