#include "experiment/tune_arena.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "stats/intervals.hpp"

namespace sluice {
namespace {

// Enough to keep threads busy, few enough that an interruption loses little.
constexpr std::size_t kTrialsAtOnce = 48;

// In place of a number that a run does not have, as the latency of nothing.
constexpr double kWorst = 1e12;

double number_or_worst(const std::optional<double>& number, bool more_is_better) {
  if (number) return *number;
  return more_is_better ? 0 : kWorst;
}

}  // namespace

std::size_t Judged::column(std::string_view path) const noexcept {
  const auto found = std::find(paths.begin(), paths.end(), path);
  SLUICE_CHECK(found != paths.end());
  return static_cast<std::size_t>(found - paths.begin());
}

std::size_t TuneArena::enter(Entrant entrant) {
  entrants_.push_back(std::move(entrant));
  return entrants_.size() - 1;
}

Result<void> TuneArena::play(std::span<const Wish> wishes,
                             const std::function<void(std::int64_t)>& after) {
  struct Turn {
    std::size_t entrant;
    std::int64_t replication;
  };
  std::vector<Turn> turns;
  for (const Wish& wish : wishes) {
    const auto has = static_cast<std::int64_t>(entrants_[wish.entrant].samples.size());
    for (std::int64_t i = has; i < wish.replications; ++i) turns.push_back({wish.entrant, i});
  }
  // Replication by replication, so that what an interruption leaves can be compared.
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return a.replication < b.replication; });
  for (std::size_t begin = 0; begin < turns.size(); begin += kTrialsAtOnce) {
    const std::size_t end = std::min(begin + kTrialsAtOnce, turns.size());
    std::vector<Trial> trials;
    for (std::size_t i = begin; i < end; ++i) {
      trials.push_back({&entrants_[turns[i].entrant].scenario, first_ + turns[i].replication});
    }
    SLUICE_TRY(std::vector<Sample> samples, runner_.run(trials));
    for (std::size_t i = begin; i < end; ++i) {
      entrants_[turns[i].entrant].samples.push_back(std::move(samples[i - begin]));
    }
    after(static_cast<std::int64_t>(end - begin));
  }
  return {};
}

Scores TuneArena::scores(std::size_t entrant) const {
  const Entrant& one = entrants_[entrant];
  Scores scores;
  for (std::size_t goal = 0; goal < judged_.goals.size(); ++goal) {
    Series numbers;
    for (const Sample& sample : one.samples) {
      numbers.push_back(number_or_worst(sample[goal], judged_.goals[goal].more_is_better));
    }
    scores.goals.push_back(std::move(numbers));
  }
  for (const Requirement& bound : judged_.bounds) {
    const Series numbers = series(entrant, judged_.column(bound.path));
    const bool holds = numbers.size() == one.samples.size() && bound.holds(stats::mean(numbers));
    scores.broken_bounds += holds ? 0 : 1;
  }
  scores.complexity = one.is_today ? 0 : complexity_of(one.design);
  return scores;
}

bool TuneArena::behave_alike(std::size_t first, std::size_t second) const {
  const auto& a = entrants_[first].samples;
  const auto& b = entrants_[second].samples;
  const auto common = static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
  return common > 0 && std::equal(a.begin(), a.begin() + common, b.begin());
}

Series TuneArena::series(std::size_t entrant, std::size_t column) const {
  Series numbers;
  for (const Sample& sample : entrants_[entrant].samples) {
    if (sample[column]) numbers.push_back(*sample[column]);
  }
  return numbers;
}

}  // namespace sluice
