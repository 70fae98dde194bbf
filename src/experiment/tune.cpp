#include "experiment/tune.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "experiment/run.hpp"
#include "experiment/tune_cases.hpp"
#include "experiment/tune_figures.hpp"
#include "experiment/tune_overload.hpp"
#include "experiment/tune_search.hpp"

namespace sluice {
namespace {

TuneGoal described(const GoalMetric& goal) {
  return {.name = std::string(name(goal.goal)),
          .path = std::string(goal.path),
          .unit = goal.unit,
          .more_is_better = goal.more_is_better};
}

bool any_fails_in_stream(const RunPlan& plan) {
  return std::any_of(plan.faults.begin(), plan.faults.end(), [](const FaultSpec& fault) {
    return fault.kind == FaultKind::kErrorInStream || fault.kind == FaultKind::kDisconnect;
  });
}

// One `tune`, stage by stage; each fills in its part of the result.
class Tuning {
 public:
  Tuning(const TuneSubject& subject, const TuneOptions& options, Monitor& monitor)
      : subject_(subject), options_(options), monitor_(monitor) {}

  Checked<TuneResult> run() {
    SLUICE_TRY(const RunResult today, run_today());
    judge_by(today);
    worlds_ = world_cases(subject_.today().plan);
    const auto attempts = MetricReader(today)("attempts.total");
    const auto offered = MetricReader(today)("requests.offered");
    const double size = as_double(attempts->number) + as_double(offered->number) / 2;
    effort_ = effort_for(trials_for(options_.budget, static_cast<std::int64_t>(size)),
                         static_cast<std::int64_t>(worlds_.size()));
    describe_subject(today);
    TrialRunner runner(judged_.paths, {.threads = options_.threads, .version = options_.version},
                       monitor_);
    auto done = stages(runner);
    if (!done) return tl::unexpected(Errors{std::move(done).error()});
    return std::move(result_);
  }

 private:
  Checked<RunResult> run_today() {
    Monitor own;
    own.whole = &monitor_;
    auto result = run_scenario(subject_.today(), {.version = options_.version}, own);
    if (!result) return tl::unexpected(Errors{std::move(result).error()});
    if (result->partial()) {
      return tl::unexpected(Errors{Error{ErrorCode::kInterrupted, "", "stopped"}});
    }
    return std::move(*result);
  }

  // Goals that the run has no number for (a cost where nothing is priced) are left out, and said.
  void judge_by(const RunResult& today) {
    const MetricReader metric(today);
    const auto wanted =
        options_.goals.empty() ? goals_of(subject_.today().objectives) : options_.goals;
    for (const scenario::Goal goal : wanted) {
      if (metric(metric_of(goal).path)) {
        judged_.goals.push_back(metric_of(goal));
      } else {
        result_.notes.push_back(fmt::format("{} is no goal here: a run of the scenario has no {}",
                                            name(goal), metric_of(goal).path));
      }
    }
    if (judged_.goals.empty()) judged_.goals.push_back(metric_of(scenario::Goal::kGoodput));
    for (Requirement& bound : requirements_of(subject_.today().objectives)) {
      if (!bound.is_default) judged_.bounds.push_back(std::move(bound));
    }
    const auto add = [this](std::string_view path) {
      auto& paths = judged_.paths;
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.emplace_back(path);
    };
    shown_ = shown_metrics(judged_.goals);
    for (const GoalMetric& goal : shown_) add(goal.path);
    for (const Requirement& bound : judged_.bounds) add(bound.path);
  }

  void describe_subject(const RunResult& today) {
    const scenario::LoadedScenario& scenario = subject_.today();
    result_.scenario = scenario.title;
    result_.scenario_digest = scenario.digest;
    result_.effective_scenario = scenario.echo;
    result_.catalog_date = today.facts.catalog_date;
    result_.version = options_.version;
    result_.seed = scenario.plan.seed;
    result_.client = subject_.client().name;
    result_.today_text = subject_.today_text();
    for (const GoalMetric& goal : judged_.goals) result_.goals.push_back(described(goal));
    result_.overload = lasting_overload(scenario.plan, today);
    result_.spend_stop = spend_stop(scenario.plan, today);
    result_.notes.insert(result_.notes.end(), scenario.notes.begin(), scenario.notes.end());
    result_.assumed_deadline = subject_.assumed_deadline();
  }

  Result<void> stages(TrialRunner& runner) {
    TuneArena searched(runner, judged_);
    const TuneSpace space{.fallback = options_.fallback,
                          .in_stream = any_fails_in_stream(subject_.today().plan)};
    auto found = sluice::search(subject_, space, judged_, effort_, searched, watch(searched));
    if (!found) return tl::unexpected(std::move(found).error());
    result_.effort.candidates = static_cast<std::int64_t>(searched.entrants().size()) - 1;
    result_.effort.search_trials = runner.trials_run();
    result_.effort.as_today = found->as_today;
    if (found->unfit > 0) {
      result_.notes.push_back(fmt::format(
          "{} designs were left out because the scenario refuses them (a pacer without a limit to "
          "take its rate from, ...)",
          found->unfit));
    }
    if (found->was_stopped || found->finalists.empty()) return best_so_far(searched, *found);

    // What chooses among the finalists has not been seen by what made them finalists, and what
    // confirms the choice by neither.
    TuneArena finals(runner, judged_, kFirstConfirmation);
    TuneArena confirmed(runner, judged_, first_confirmation());
    if (auto done = confirm(searched, *found, finals, confirmed); !done) {
      if (done.error().code != ErrorCode::kInterrupted) return done;
      return best_so_far(searched, *found);
    }
    result_.bounds = bounds_of(confirmed, used(), searched, judged_);
    auto done = look_at_worlds(runner, confirmed);
    if (!done && done.error().code == ErrorCode::kInterrupted) {
      result_.partial = true;
      done = Result<void>();
    }
    result_.effort.confirm_trials = runner.trials_run() - result_.effort.search_trials;
    return done;
  }

  // Stopped before anything was confirmed.
  Result<void> best_so_far(const TuneArena& searched, const Found& found) {
    const bool is_empty =
        found.finalists.empty() || searched.entrants()[found.today].samples.empty();
    if (is_empty) return tl::unexpected(Error{ErrorCode::kInterrupted, "", "stopped: nothing yet"});
    result_.partial = true;
    const std::size_t best = found.finalists.front();
    paste(searched.entrants()[best]);
    result_.figures = paired_figures(searched, judged_, shown_, found.today, best);
    const Order order =
        overall_order(searched.scores(best), searched.scores(found.today), judged_.goals);
    result_.verdict = order == Order::kBetter ? TuneVerdict::kBetter : TuneVerdict::kKeep;
    return {};
  }

  std::int64_t first_confirmation() const noexcept {
    return kFirstConfirmation + effort_.confirm_replications;
  }

  // Of those on the front the best; where only today's is on it, the best of the others.
  std::size_t choice(const TuneArena& finals) const {
    const auto choose = [&](bool only_front) {
      std::vector<std::size_t> who;
      std::vector<Scores> scores;
      for (std::size_t i = 1; i < result_.points.size(); ++i) {
        if (only_front && !result_.points[i].is_on_front) continue;
        who.push_back(i);
        scores.push_back(finals.scores(i));
      }
      return who.empty() ? std::size_t{0} : who[best_of(scores, judged_.goals)];
    };
    const std::size_t on_front = choose(true);
    return on_front == 0 ? choose(false) : on_front;
  }

  // In `confirmed` entrant 0 is today's, 1 the chosen one.
  Result<void> confirm(const TuneArena& searched, const Found& found, TuneArena& finals,
                       TuneArena& confirmed) {
    std::vector<std::size_t> who = {found.today};
    who.insert(who.end(), found.finalists.begin(), found.finalists.end());
    std::vector<TuneArena::Wish> wishes;
    std::vector<std::size_t> entrants;
    for (const std::size_t i : who) {
      Entrant fresh = searched.entrants()[i];
      fresh.samples.clear();
      entrants.push_back(finals.enter(std::move(fresh)));
      wishes.push_back({entrants.back(), effort_.confirm_replications});
    }
    if (auto done = finals.play(wishes, counter()); !done) return done;
    result_.points = points_of(finals, judged_, entrants);
    const std::size_t chosen = choice(finals);
    result_.points[chosen].is_chosen = true;
    for (const std::size_t i : {std::size_t{0}, chosen}) {
      Entrant fresh = finals.entrants()[i];
      fresh.samples.clear();
      confirmed.enter(std::move(fresh));
    }
    const std::array<TuneArena::Wish, 2> both = {
        {{0, effort_.confirm_replications}, {1, effort_.confirm_replications}}};
    if (auto done = confirmed.play(both, counter()); !done) return done;
    result_.effort.finalists = static_cast<std::int64_t>(found.finalists.size());
    result_.effort.confirm_replications = effort_.confirm_replications;
    result_.effort.first_confirmation = first_confirmation();
    result_.figures = paired_figures(confirmed, judged_, shown_, 0, 1);
    const Order order = overall_order(confirmed.scores(1), confirmed.scores(0), judged_.goals);
    const bool is_better = order == Order::kBetter && result_.points[chosen].is_on_front;
    result_.verdict = is_better ? TuneVerdict::kBetter : TuneVerdict::kKeep;
    paste(confirmed.entrants()[1]);
    return {};
  }

  std::size_t used() const { return result_.verdict == TuneVerdict::kBetter ? 1 : 0; }

  void paste(const Entrant& chosen) {
    result_.chosen = chosen.design;
    result_.chosen_text = text_of(chosen.design);
    result_.overrides = subject_.overrides(chosen.design);
    result_.client_json = subject_.json(chosen.design);
    subject_.describe(chosen.scenario, result_);
  }

  // The same pairs of replications in every world, so that worlds too are compared like with like.
  Result<void> look_at_worlds(TrialRunner& runner, const TuneArena& confirmed) {
    for (const WorldCase& world : worlds_) {
      TuneArena arena(runner, judged_, first_confirmation());
      std::vector<TuneArena::Wish> wishes;
      for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        const Entrant& entrant = confirmed.entrants()[i];
        wishes.push_back({arena.enter({.design = entrant.design,
                                       .scenario = with(entrant.scenario, world),
                                       .is_today = entrant.is_today}),
                          effort_.case_replications});
      }
      if (auto done = arena.play(wishes, counter()); !done) return done;
      result_.cases.push_back({.name = world.name,
                               .words = world.words,
                               .is_assumption = world.is_assumption,
                               .figures = paired_figures(arena, judged_, judged_.goals, 0, 1)});
    }
    result_.most_sensitive = most_sensitive(result_.figures, result_.cases);
    return {};
  }

  std::function<void(std::int64_t)> counter() {
    return [this](std::int64_t trials) {
      done_ += trials;
      const std::int64_t total = std::max(effort_.total, done_);
      monitor_.done_ppm = done_ * 1'000'000 / total;
    };
  }

  TuneWatch watch(const TuneArena& arena) {
    return {.trials_done = counter(),
            .stage = [this, &arena](const std::string& stage, const Entrant& best,
                                    const Scores& scores) {
              if (!options_.on_stage) return;
              TuneStage told{.stage = stage,
                             .text = text_of(best.design),
                             .goals = result_.goals,
                             .best = {},
                             .today = {}};
              const Scores today = arena.scores(0);
              for (std::size_t i = 0; i < scores.goals.size(); ++i) {
                told.best.push_back(stats::mean(scores.goals[i]));
                told.today.push_back(stats::mean(today.goals[i]));
              }
              options_.on_stage(told);
            }};
  }

  const TuneSubject& subject_;
  const TuneOptions& options_;
  Monitor& monitor_;
  Judged judged_;
  std::vector<GoalMetric> shown_;
  std::vector<WorldCase> worlds_;
  Effort effort_;
  TuneResult result_;
  std::int64_t done_ = 0;
};

}  // namespace

Checked<TuneResult> tune(const ScenarioText& text, const TuneOptions& options, Monitor& monitor) {
  for (std::size_t i = 0; i < options.goals.size(); ++i) {
    const auto before = options.goals.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(options.goals.begin(), before, *before) == before) continue;
    return tl::unexpected(
        Errors{invalid("--goal", in_quotes(name(*before)) + " is named twice; each goal once, the "
                                                            "most important first")
                   .value()});
  }
  if (!options.fallback.empty() && text.catalog().model(options.fallback) == nullptr) {
    const std::vector<std::string> names = text.catalog().model_names();
    return tl::unexpected(Errors{invalid("--fallback", in_quotes(options.fallback) +
                                                           " is not a model of the catalog" +
                                                           suggestion(options.fallback, names))
                                     .value()});
  }
  SLUICE_TRY(const TuneSubject subject, TuneSubject::open(text, options.client));
  return Tuning(subject, options, monitor).run();
}

}  // namespace sluice
