// From samples to the figures of a TuneResult: paired differences, the Pareto front, the scenario's
// bounds. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/tune_arena.hpp"
#include "results/tune_result.hpp"

namespace sluice {

// What is shown of both policies: the goals first, then what else people ask about.
std::vector<GoalMetric> shown_metrics(std::span<const GoalMetric> goals);

// Over the replications that both have; none where either lacks the number in one of them, or
// where there are fewer than two.
std::optional<PairedFigure> paired_figure(const TuneArena& arena, const Judged& judged,
                                          const GoalMetric& metric, std::size_t today,
                                          std::size_t chosen);
std::vector<PairedFigure> paired_figures(const TuneArena& arena, const Judged& judged,
                                         std::span<const GoalMetric> metrics, std::size_t today,
                                         std::size_t chosen);

// In the order of `who`: today's first, then the chosen one, then the others as "B", "C", ...
std::vector<TunePoint> points_of(const TuneArena& arena, const Judged& judged,
                                 std::span<const std::size_t> who);

// `used`: the policy that the verdict says to use.
std::vector<TuneBound> bounds_of(const TuneArena& confirmed, std::size_t used,
                                 const TuneArena& searched, const Judged& judged);

// The assumption that moves a goal's difference furthest from what it was, in units of what is
// noticed; none without one.
std::optional<std::size_t> most_sensitive(std::span<const PairedFigure> figures,
                                          std::span<const TuneCase> cases);

}  // namespace sluice
