#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/load_arguments.hpp"
#include "app/machine.hpp"
#include "app/progress.hpp"
#include "app/replay_run.hpp"
#include "app/report_format.hpp"
#include "app/save_run.hpp"
#include "app/version.hpp"
#include "base/decimal.hpp"
#include "base/rate.hpp"
#include "base/text.hpp"
#include "experiment/agreement_speed.hpp"
#include "experiment/run.hpp"
#include "live/record_reader.hpp"
#include "report/agreement_json.hpp"
#include "report/agreement_text.hpp"
#include "report/number_text.hpp"
#include "results/saved_reports.hpp"

namespace sluice::app {
namespace {

// Where attempts are refused, a round trip shifts who meets whom by its length x speed.
constexpr Duration kWallWanted = minutes(1);
constexpr Duration kWallWantedIfRefused = minutes(2);

Duration wall_wanted(const RunResult& predicted) {
  return predicted.binding.refuses() ? kWallWantedIfRefused : kWallWanted;
}

// What was compared, and the words above the table.
struct Verified {
  Agreement agreement;
  RunFacts facts;  // of the prediction
  std::int64_t speed_permille = 1000;
  std::string title;
  bool was_interrupted = false;
};

std::string text_of(const Verified& verified, const AgreementStyle& style) {
  std::string text = render_text(verified.agreement, verified.title, style);
  for (const std::string& note : verified.facts.notes) text += fmt::format("note: {}\n", note);
  return text;
}

using Render = std::string (*)(const Verified& verified, const AgreementStyle& style);

constexpr std::array kFormats = {
    Format<Render>{"text", text_of},
    Format<Render>{"json",
                   [](const Verified& verified, const AgreementStyle&) {
                     return render_json(verified.agreement, verified.facts,
                                        verified.speed_permille);
                   }},
    Format<Render>{"html",
                   [](const Verified& verified, const AgreementStyle&) {
                     return html_report(
                         render_json(verified.agreement, verified.facts, verified.speed_permille),
                         verified.facts.scenario_name + ", verified");
                   }},
    Format<Render>{"markdown",
                   [](const Verified& verified, const AgreementStyle&) {
                     return markdown_report(
                         render_json(verified.agreement, verified.facts, verified.speed_permille));
                   }},
    Format<Render>{"junit",
                   [](const Verified& verified, const AgreementStyle&) {
                     return junit_report(
                         render_json(verified.agreement, verified.facts, verified.speed_permille));
                   }},
};

// Read before anything runs.
struct Wishes {
  Render render = nullptr;
  std::vector<OutputFile<Render>> outputs;
  std::optional<std::int64_t> speed_permille;
  std::optional<std::int64_t> error_permille;  // --max-error
};

Result<Wishes> read_wishes(const VerifyArguments& arguments, const TakenFiles& taken) {
  Wishes wishes;
  SLUICE_TRY(wishes.render, format_named(kFormats, arguments.format, "--format"));
  for (const std::string& text : arguments.outputs) {
    if (auto added = add_output(kFormats, text, taken, wishes.outputs); !added)
      return tl::unexpected(added.error());
  }
  if (!arguments.speed.empty()) {
    if (!arguments.records.empty()) {
      return invalid("--speed", "records of an earlier run have the speed of that run");
    }
    SLUICE_TRY(wishes.speed_permille, parse_speed(arguments.speed));
  }
  if (auto can = check_can_save(arguments.save); !can) return tl::unexpected(can.error());
  if (arguments.max_error.empty()) return wishes;
  if (arguments.records.empty()) {
    return invalid("--max-error",
                   "is for --records; a replay against the mock has to agree within the model's "
                   "own tolerances");
  }
  const auto share = Fraction::parse(arguments.max_error);
  const std::int64_t permille = share ? static_cast<std::int64_t>(share->of(1000)) : 0;
  if (permille < 1 || permille > 10'000) {
    return invalid("--max-error", fmt::format("{} is not a share from 0.1 % to 1000 %, as in 10%",
                                              in_quotes(arguments.max_error)));
  }
  wishes.error_permille = permille;
  return wishes;
}

std::string speed_text(std::int64_t permille) { return decimal_text(int128{permille}, 3) + "x"; }

// Says on stderr what is about to happen, so that nobody waits without knowing for what.
std::int64_t decide_speed(const Wishes& wishes, const RunResult& predicted, const RunPlan& plan) {
  if (wishes.speed_permille) return *wishes.speed_permille;
  const MachineFacts machine = machine_facts();
  const Duration wanted = wall_wanted(predicted);
  const ChosenSpeed chosen = choose_speed(predicted, plan, machine.sends_per_second, wanted);
  const std::string why = chosen.is_slowed
                              ? "as fast as leaves half of this machine free"
                              : fmt::format("so that it plans for {} at most", short_text(wanted));
  print(stderr,
        fmt::format("replaying at {} ({}), about {}: the busiest second is {} sends, or as much "
                    "work in streams; this machine does {}\n",
                    speed_text(chosen.permille), why, short_text(chosen.wall),
                    with_thousands(static_cast<std::int64_t>(chosen.sends_per_second)),
                    ceiling_text(machine)));
  return chosen.permille;
}

Result<RunResult> predict(const scenario::LoadedScenario& scenario) {
  Monitor monitor;
  const ProgressLine line(monitor, scenario.title + ", simulated");
  auto predicted = run_scenario(scenario, {.version = std::string(version())}, monitor);
  if (predicted) predicted->facts.effective_scenario = scenario.echo;
  return predicted;
}

Checked<RunResult> measure(const VerifyArguments& arguments, scenario::LoadedScenario scenario,
                           const RunResult& predicted, std::int64_t speed_permille) {
  // A load run cannot look for the end of its warm-up: both leave out what the simulation found.
  scenario.plan.warmup = predicted.facts.counts_from - kRunStart;
  scenario.plan.warmup_is_automatic = false;
  live::ReplayOptions options;
  options.speed_permille = speed_permille;
  options.guard.stops_on_refusal = false;  // what the mock refuses is part of what is compared
  options.connections_ahead =
      static_cast<std::size_t>(std::min<std::int64_t>(predicted.measured.in_flight_max, 256));
  options.machine_ceiling = machine_facts().sends_per_second;
  ScenarioArguments named = arguments.scenario;
  if (arguments.seed) named.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  Monitor monitor;
  const ProgressLine line(monitor, scenario.title + ", replayed");
  return replay_against_mock(
      named, scenario, std::move(options), [&monitor](const live::ReplayView& view) {
        const int128 part = int128{ns(view.now - kRunStart)} * 1'000'000;
        monitor.done_ppm =
            static_cast<std::int64_t>(part / std::max<std::int64_t>(1, ns(view.duration)));
      });
}

Verified verified(const RunResult& predicted, const RunResult& measured,
                  const AgreementOptions& options) {
  Verified done;
  done.agreement = compare(predicted, measured, options);
  done.facts = predicted.facts;
  done.speed_permille = options.speed_permille;
  return done;
}

Checked<Verified> against_mock(const VerifyArguments& arguments, const Wishes& wishes,
                               const scenario::LoadedScenario& scenario,
                               const RunResult& predicted) {
  const std::int64_t speed = decide_speed(wishes, predicted, scenario.plan);
  auto measured = measure(arguments, scenario, predicted, speed);
  if (!measured) return tl::unexpected(std::move(measured).error());
  Verified done =
      verified(predicted, *measured,
               {.speed_permille = speed, .answers_lead_on = answers_lead_on(scenario.plan)});
  const LoadFacts& load = *measured->facts.load;
  done.was_interrupted =
      load.stopped == StopReason::kInterrupted || load.stopped == StopReason::kAborted;
  done.title = fmt::format("{}: {} simulated, then replayed against the mock in {} at {}",
                           predicted.facts.scenario_name, exact_text(predicted.facts.duration),
                           short_text(load.wall), speed_text(speed));
  return done;
}

Checked<Verified> against_records(const VerifyArguments& arguments, const Wishes& wishes,
                                  const scenario::LoadedScenario& scenario,
                                  const RunResult& predicted) {
  RunFacts facts = replay_facts(scenario);
  facts.counts_from = predicted.facts.counts_from;
  auto measured = live::result_of_records(arguments.records, scenario.plan, std::move(facts));
  if (!measured) return tl::unexpected(Errors{std::move(measured).error()});
  const AgreementOptions tolerances;
  Verified done = verified(
      predicted, measured->result,
      {.speed_permille = measured->speed_permille,
       .draws_are_equal = false,
       .count_permille = wishes.error_permille.value_or(tolerances.count_permille),
       .percentile_permille = wishes.error_permille.value_or(tolerances.percentile_permille)});
  done.title = fmt::format("{}: {} simulated, against the records of a run at {}",
                           predicted.facts.scenario_name, exact_text(predicted.facts.duration),
                           speed_text(measured->speed_permille));
  return done;
}

bool save(const SaveArguments& arguments, const Verified& done) {
  const AgreementStyle plain{.text = {}, .all = true};
  return save_report(arguments, saved_run(done.agreement, done.facts),
                     {.json = render_json(done.agreement, done.facts, done.speed_permille),
                      .text = text_of(done, plain)});
}

// The error of a prediction is news, not a failure, unless a bound was asked for.
Exit exit_of(const Verified& done, const VerifyArguments& arguments, const Wishes& wishes) {
  if (done.was_interrupted) return Exit::kInterrupted;
  if (!done.agreement.void_reason.empty()) return Exit::kLimited;
  if (!arguments.records.empty() && !wishes.error_permille) return Exit::kOk;
  return done.agreement.agrees() ? Exit::kOk : Exit::kExpectation;
}

}  // namespace

Exit verify(const VerifyArguments& arguments) {
  ScenarioArguments named = arguments.scenario;
  if (arguments.seed) named.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  const auto scenario = load(named);
  if (!scenario) return report(scenario.error());
  if (arguments.records.empty()) {
    if (auto fits = live::check_replayable(scenario->plan); !fits) return report(fits.error());
  }
  TakenFiles taken = taken_files(named, *scenario, arguments.save);
  if (!arguments.records.empty()) taken.read.push_back(arguments.records);
  const auto wishes = read_wishes(arguments, taken);
  if (!wishes) return report(wishes.error());
  const auto predicted = predict(*scenario);
  if (!predicted) return report(predicted.error());
  if (was_interrupted()) return Exit::kInterrupted;

  const auto compare_with = arguments.records.empty() ? against_mock : against_records;
  const auto done = compare_with(arguments, *wishes, *scenario, *predicted);
  if (!done) {
    const Exit usage = report(done.error());
    // A file that cannot be read is a wrong one, as everywhere.
    const bool is_of_world =
        arguments.records.empty() && done.error().front().code == ErrorCode::kIo;
    return is_of_world ? Exit::kFailure : usage;
  }
  const AgreementStyle style{.text = {.colour = wants_colour(stdout), .width = width_of(stdout)},
                             .all = arguments.all};
  const bool printed = print(stdout, wishes->render(*done, style));
  const bool saved = save(arguments.save, *done);
  const bool written =
      write_outputs(wishes->outputs, *done, AgreementStyle{.text = {}, .all = true});
  // What was asked for is right, the disk is not.
  if (!printed || !saved || !written) return Exit::kFailure;
  return exit_of(*done, arguments, *wishes);
}

}  // namespace sluice::app
