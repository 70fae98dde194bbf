#include "experiment/tune_effort.hpp"

#include <algorithm>

#include "base/integer.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kCandidatesMin = 64;  // more than there are presets
constexpr std::int64_t kFirstReplications = 1;

// The widest schedule that costs no more.
std::vector<stats::HalvingRound> widest(std::int64_t trials) {
  std::int64_t candidates = std::max(trials, kCandidatesMin);
  for (;; --candidates) {
    auto schedule = stats::halving_schedule(candidates, kFirstReplications, kFinalists);
    if (candidates == kCandidatesMin || stats::halving_cost(schedule) <= trials) return schedule;
  }
}

}  // namespace

std::int64_t trials_for(const TuneBudget& budget, std::int64_t attempts) noexcept {
  if (budget.trials) return *budget.trials;
  const int128 attempts_in_all =
      int128{ns(budget.nominal)} * kNominalAttemptsPerSecond / ns(seconds(1));
  const int128 trials = attempts_in_all / std::max<std::int64_t>(attempts, 1);
  return static_cast<std::int64_t>(std::clamp<int128>(trials, kTrialsMin, kTrialsMax));
}

Effort effort_for(std::int64_t trials, std::int64_t cases) {
  Effort effort;
  effort.confirm_replications = std::clamp<std::int64_t>(trials / 25, 10, 40);
  effort.case_replications = std::clamp<std::int64_t>(trials / 100, 5, 20);
  const std::int64_t after =
      (kFinalists + 3) * effort.confirm_replications + 2 * cases * effort.case_replications;
  const std::int64_t search = std::max<std::int64_t>(trials - after, 0);
  effort.finalist_trials = search / 5;
  effort.halving = widest(search - effort.finalist_trials);
  effort.total = stats::halving_cost(effort.halving) + effort.finalist_trials + after;
  return effort;
}

}  // namespace sluice
