#include "experiment/tune_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/check.hpp"
#include "stats/compare.hpp"
#include "stats/pareto.hpp"

namespace sluice {
namespace {

constexpr std::array kOthers = {
    GoalMetric{scenario::Goal::kGoodput, "requests.success_share", true, Unit::kRatio},
};

stats::Interval interval_of(const Series& numbers) {
  const auto interval = stats::t_interval(numbers);
  SLUICE_CHECK(interval.has_value());
  return *interval;
}

std::string name_of(std::size_t position) {
  if (position == 0) return "today";
  return std::string(1, static_cast<char>('A' + position - 1));
}

}  // namespace

std::vector<GoalMetric> shown_metrics(std::span<const GoalMetric> goals) {
  std::vector<GoalMetric> all(goals.begin(), goals.end());
  const auto add = [&all](const GoalMetric& metric) {
    const bool is_there = std::any_of(
        all.begin(), all.end(), [&](const GoalMetric& other) { return other.path == metric.path; });
    if (!is_there) all.push_back(metric);
  };
  for (const GoalMetric& metric : kOthers) add(metric);
  using scenario::Goal;
  for (const Goal goal : {Goal::kGoodput, Goal::kLatencyP95, Goal::kLatencyP99, Goal::kRateLimited,
                          Goal::kAttemptsPerSuccess, Goal::kCost}) {
    add(metric_of(goal));
  }
  return all;
}

std::optional<PairedFigure> paired_figure(const TuneArena& arena, const Judged& judged,
                                          const GoalMetric& metric, std::size_t today,
                                          std::size_t chosen) {
  const std::size_t column = judged.column(metric.path);
  const auto& samples_today = arena.entrants()[today].samples;
  const auto& samples_chosen = arena.entrants()[chosen].samples;
  Series first;
  Series second;
  for (std::size_t i = 0; i < std::min(samples_today.size(), samples_chosen.size()); ++i) {
    if (!samples_today[i][column] || !samples_chosen[i][column]) return std::nullopt;
    first.push_back(*samples_today[i][column]);
    second.push_back(*samples_chosen[i][column]);
  }
  const auto paired = stats::paired_difference(second, first);
  if (!paired) return std::nullopt;
  PairedFigure figure{.path = std::string(metric.path),
                      .unit = metric.unit,
                      .more_is_better = metric.more_is_better,
                      .today = interval_of(first),
                      .chosen = interval_of(second),
                      .difference = paired->difference};
  if (paired->variance > 0) figure.variance_cut = paired->variance_independent / paired->variance;
  return figure;
}

std::vector<PairedFigure> paired_figures(const TuneArena& arena, const Judged& judged,
                                         std::span<const GoalMetric> metrics, std::size_t today,
                                         std::size_t chosen) {
  std::vector<PairedFigure> figures;
  for (const GoalMetric& metric : metrics) {
    if (auto figure = paired_figure(arena, judged, metric, today, chosen))
      figures.push_back(std::move(*figure));
  }
  return figures;
}

std::vector<TunePoint> points_of(const TuneArena& arena, const Judged& judged,
                                 std::span<const std::size_t> who) {
  std::vector<stats::GoalValues> values;
  for (const std::size_t entrant : who) values.push_back(arena.scores(entrant).goals);
  std::vector<stats::Better> better;
  for (const GoalMetric& goal : judged.goals) {
    better.push_back(goal.more_is_better ? stats::Better::kLarger : stats::Better::kSmaller);
  }
  const std::vector<stats::ParetoPoint> front = stats::pareto_front(values, better);
  std::vector<TunePoint> points;
  for (std::size_t i = 0; i < who.size(); ++i) {
    const Entrant& entrant = arena.entrants()[who[i]];
    TunePoint point{.name = name_of(i),
                    .text = entrant.is_today ? "as it is" : text_of(entrant.design),
                    .is_today = entrant.is_today,
                    .is_sdk_alone = is_sdk_alone(entrant.design),
                    .is_on_front = front[i].on_front || front[i].nearly_on_front};
    for (const std::size_t tied : front[i].ties) point.tied_with.push_back(name_of(tied));
    for (const Series& goal : values[i]) point.goals.push_back(interval_of(goal));
    points.push_back(std::move(point));
  }
  return points;
}

std::vector<TuneBound> bounds_of(const TuneArena& confirmed, std::size_t used,
                                 const TuneArena& searched, const Judged& judged) {
  std::vector<TuneBound> bounds;
  for (const Requirement& requirement : judged.bounds) {
    TuneBound bound{.path = requirement.path,
                    .unit = requirement.unit,
                    .is_least = requirement.is_least,
                    .bound = requirement.bound};
    const std::size_t column = judged.column(requirement.path);
    const Series numbers = confirmed.series(used, column);
    bound.chosen = stats::t_interval(numbers);
    bound.is_met = !numbers.empty() && requirement.holds(stats::mean(numbers));
    for (std::size_t i = 0; i < searched.entrants().size(); ++i) {
      const Series seen = searched.series(i, column);
      if (seen.empty()) continue;
      const double mean = stats::mean(seen);
      const bool is_best =
          !bound.best || (requirement.is_least ? mean > *bound.best : mean < *bound.best);
      if (is_best) bound.best = mean;
    }
    bounds.push_back(std::move(bound));
  }
  return bounds;
}

std::optional<std::size_t> most_sensitive(std::span<const PairedFigure> figures,
                                          std::span<const TuneCase> cases) {
  std::optional<std::size_t> most;
  double moved_most = -1;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!cases[i].is_assumption) continue;
    double moved = 0;
    for (const PairedFigure& then : cases[i].figures) {
      const auto now = std::find_if(figures.begin(), figures.end(),
                                    [&](const PairedFigure& f) { return f.path == then.path; });
      if (now == figures.end()) continue;
      const double noticed =
          then.unit == Unit::kRatio ? kNoticedShare : kNoticedPart * std::fabs(now->today.value);
      if (noticed <= 0) continue;
      moved = std::max(moved, std::fabs(then.difference.value - now->difference.value) / noticed);
    }
    if (moved > moved_most) {
      moved_most = moved;
      most = i;
    }
  }
  return most;
}

}  // namespace sluice
