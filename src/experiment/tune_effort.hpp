// How many trials `tune` spends on what. A function of the wish and of how many attempts one run
// makes, never of a clock: the same arguments give the same answer on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "stats/selection.hpp"

namespace sluice {

// So many attempts a second one thread simulates, cautiously (bench/): turns a budget in seconds
// into trials.
inline constexpr std::int64_t kNominalAttemptsPerSecond = 2'000'000;
inline constexpr Duration kDefaultBudget = minutes(1);
inline constexpr std::int64_t kTrialsMin = 300;
inline constexpr std::int64_t kTrialsMax = 2000;  // of a budget in seconds

struct TuneBudget {
  std::optional<std::int64_t> trials{};
  Duration nominal = kDefaultBudget;  // where no trials are given
};

// Trials of a whole `tune`. `attempts`: of one run of today's policy, requests without an attempt
// included.
std::int64_t trials_for(const TuneBudget& budget, std::int64_t attempts) noexcept;

struct Effort {
  std::vector<stats::HalvingRound> halving;  // the first round's candidates are today's and others
  std::int64_t finalist_trials = 0;          // spread by OCBA
  // Of every finalist and today's to choose by, and again as many of the two that remain.
  std::int64_t confirm_replications = 0;
  std::int64_t case_replications = 0;  // of two policies in every other world
  std::int64_t total = 0;              // trials
};

inline constexpr std::int64_t kFinalists = 6;

Effort effort_for(std::int64_t trials, std::int64_t cases);

}  // namespace sluice
