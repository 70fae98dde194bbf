#include "experiment/plan_ceiling.hpp"

#include <algorithm>
#include <variant>

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr double kFirstFactor = 0.25;
constexpr double kSaturatedUse = 0.97;  // use of a limit that says nothing of how much is asked
constexpr int kRoundsMost = 12;
constexpr double kNearFull = 0.8;  // of what the first trial promises: where it is measured again
constexpr double kBesideLoops = 0.01;   // of all requests: closed loops alone fill a limit
constexpr double kEndless = 16;         // times today's traffic, where nothing limits
constexpr double kMeasuredRoom = 1.05;  // a measured ceiling may be too low
constexpr double kGuess = 0.99;         // Poisson traffic and a minute's bucket bear nearly all

void set_search(Ceiling& ceiling, std::optional<ClosedForm> closed, bool is_exact) {
  ceiling.is_exact = is_exact;
  const double up_to = closed ? closed->factor * (is_exact ? 1 : kMeasuredRoom) : kEndless;
  ceiling.search_to = std::min(up_to, kLargestFactor);
  ceiling.guess = closed ? std::min(closed->factor, kLargestFactor) * kGuess : 1;
  ceiling.closed = std::move(closed);
}

struct Measured {
  std::size_t scenario = 0;
  double factor = kFirstFactor;
  double use = 1;         // of the fullest limit there, mean over the replications
  bool is_least = false;  // a smaller factor is the same load
  bool is_last = false;
  std::optional<ClosedForm> closed;
};

bool is_loop(const WorkloadSpec& workload) {
  return std::holds_alternative<ClosedLoop>(workload.arrivals);
}

// The factor that `scaled` really is of `today`: users are whole, and at least one.
double factor_of(const RunPlan& today, const RunPlan& scaled, double factor) {
  double before = 0;
  double users = 0;
  for (std::size_t i = 0; i < today.workloads.size(); ++i) {
    if (!is_loop(today.workloads[i])) return factor;
    before += static_cast<double>(std::get<ClosedLoop>(today.workloads[i].arrivals).users);
    users += static_cast<double>(std::get<ClosedLoop>(scaled.workloads[i].arrivals).users);
  }
  return users / before;
}

// One user of every closed loop, beside whom all else is next to nothing.
bool is_least(const RunPlan& plan, double per_minute) {
  const auto is_more = [](const WorkloadSpec& workload) {
    const auto* loop = std::get_if<ClosedLoop>(&workload.arrivals);
    return loop != nullptr ? loop->users > 1
                           : std::holds_alternative<TraceArrivals>(workload.arrivals);
  };
  return std::any_of(plan.workloads.begin(), plan.workloads.end(), is_loop) &&
         std::none_of(plan.workloads.begin(), plan.workloads.end(), is_more) &&
         planned_per_minute(plan) <= kBesideLoops * per_minute;
}

// The factor at which the fullest limit is full, if its use grows with the load.
Result<void> measure(TrialRunner& runner, const Lasting& lasting,
                     const std::vector<const LoadedScenario*>& scenarios, std::int64_t replications,
                     const std::vector<Measured*>& measured) {
  std::vector<LoadedScenario> scaled;
  for (const Measured* one : measured) {
    scaled.push_back(with_load(*scenarios[one->scenario], one->factor));
  }
  std::vector<Trial> trials;
  for (const LoadedScenario& scenario : scaled) {
    for (std::int64_t i = 0; i < replications; ++i) trials.push_back({&scenario, i});
  }
  SLUICE_TRY(const std::vector<Sample> samples, runner.run(trials));
  const auto each = static_cast<std::size_t>(replications);
  for (std::size_t i = 0; i < measured.size(); ++i) {
    double sum = 0;
    double per_minute = 0;
    Lasting::Use largest;
    for (std::size_t j = 0; j < each; ++j) {
      const Sample& sample = samples[i * each + j];
      largest = lasting.largest_use(sample);
      sum += largest.share;
      per_minute += lasting.per_minute(sample) / static_cast<double>(each);
    }
    Measured& one = *measured[i];
    one.factor = factor_of(scenarios[one.scenario]->plan, scaled[i].plan, one.factor);
    one.is_least = is_least(scaled[i].plan, per_minute);
    one.use = sum / static_cast<double>(each);
    one.closed.reset();
    if (sum <= 0) continue;
    const std::string path = lasting.metrics()[largest.metric];
    one.closed = ClosedForm{one.factor / one.use, path.substr(path.find('.') + 1)};
  }
  return {};
}

// Down until nothing is overloaded, or there is no less; then once more near the limit.
std::vector<Measured*> next_round(std::vector<Measured>& measured, int round) {
  std::vector<Measured*> next;
  for (Measured& one : measured) {
    const bool is_full = one.use >= kSaturatedUse;
    one.is_last = one.is_last || (is_full && one.is_least);
    if (one.is_last) continue;
    if (round > 0) {
      one.is_last = !is_full;
      one.factor = !one.is_last ? one.factor / 4
                   : one.closed ? std::min(one.closed->factor * kNearFull, kEndless)
                                : one.factor;
    }
    next.push_back(&one);
  }
  return next;
}

}  // namespace

Result<std::vector<Ceiling>> find_ceilings(TrialRunner& runner, const Lasting& lasting,
                                           const std::vector<const LoadedScenario*>& scenarios,
                                           std::int64_t replications) {
  std::vector<Ceiling> ceilings(scenarios.size());
  std::vector<Measured> measured;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (is_arithmetic(scenarios[i]->plan)) {
      set_search(ceilings[i], closed_form(scenarios[i]->plan), true);
    } else {
      measured.push_back({.scenario = i, .closed = {}});
    }
  }
  for (int round = 0; round < kRoundsMost; ++round) {
    const std::vector<Measured*> next = next_round(measured, round);
    if (next.empty()) break;
    if (auto done = measure(runner, lasting, scenarios, replications, next); !done) {
      return tl::unexpected(std::move(done).error());
    }
  }
  for (Measured& one : measured) set_search(ceilings[one.scenario], std::move(one.closed), false);
  return ceilings;
}

}  // namespace sluice
