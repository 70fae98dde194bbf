// Where the policies of a search meet: every entrant with the samples it has so far, replication
// by replication, and the trials that add to them. Entrants share random numbers (experiment/
// trials.hpp), so that their samples are compared pair by pair.
//
//   TuneArena arena(runner, judged);
//   const std::size_t today = arena.enter({.design = {}, .scenario = &scenario});
//   arena.play(std::array{TuneArena::Wish{today, 9}}, progress);   // has samples 0 to 8 now
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiment/requirements.hpp"
#include "experiment/trials.hpp"
#include "experiment/tune_judge.hpp"
#include "results/tune_result.hpp"
#include "scenario/load.hpp"

namespace sluice {

// What samples are read for: goals, bounds and further figures, as columns of a sample.
struct Judged {
  std::vector<GoalMetric> goals;
  std::vector<Requirement> bounds;
  std::vector<std::string> paths;  // of the columns: the goals', the bounds', then others

  std::size_t column(std::string_view path) const noexcept;
};

struct Entrant {
  ClientDesign design;
  scenario::LoadedScenario scenario;
  bool is_today = false;
  std::vector<Sample> samples{};  // by replication, from the arena's first on
};

class TuneArena {
 public:
  TuneArena(TrialRunner& runner, const Judged& judged, std::int64_t first_replication = 0)
      : runner_(runner), judged_(judged), first_(first_replication) {}

  std::size_t enter(Entrant entrant);
  // Runs what is missing until each of them has so many samples; after every few trials `after` is
  // told how many are done. An interruption leaves what was there before the last few.
  struct Wish {
    std::size_t entrant = 0;
    std::int64_t replications = 0;
  };
  Result<void> play(std::span<const Wish> wishes,
                    const std::function<void(std::int64_t trials)>& after);

  const std::vector<Entrant>& entrants() const noexcept { return entrants_; }
  // Over the samples that it has; they must be one or more.
  Scores scores(std::size_t entrant) const;
  Series series(std::size_t entrant, std::size_t column) const;
  // Whether all numbers of two entrants are the same in every replication that both have, and they
  // have one.
  bool behave_alike(std::size_t first, std::size_t second) const;

 private:
  TrialRunner& runner_;
  const Judged& judged_;
  std::int64_t first_;
  std::vector<Entrant> entrants_;
};

}  // namespace sluice
