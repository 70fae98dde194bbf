#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/dashboard_replay.hpp"
#include "app/debug_request.hpp"
#include "app/live_view.hpp"
#include "app/machine.hpp"
#include "app/question.hpp"
#include "app/replay_estimate.hpp"
#include "app/replay_run.hpp"
#include "app/replay_wishes.hpp"
#include "app/signals_blocked.hpp"
#include "base/text.hpp"
#include "experiment/agreement_speed.hpp"
#include "live/secret.hpp"

namespace sluice::app {
namespace {

ViewKind view_kind(const std::string& wanted) {
  if (wanted == "none") return ViewKind::kNone;
  if (wanted == "plain" || !is_terminal(stderr)) return ViewKind::kLines;
  return ViewKind::kBlock;
}

// What the run would ask of this machine, against what the machine can do. Says so before it
// starts.
void warn_of_ceiling(const RunResult& estimate, const scenario::LoadedScenario& scenario,
                     live::ReplayOptions& options) {
  const MachineFacts machine = machine_facts();
  if (machine.is_measured) options.machine_ceiling = machine.sends_per_second;
  // The estimate is the sum of its runs.
  const double asked = busiest_second(estimate, scenario.plan, options.speed_permille) /
                       static_cast<double>(estimate.replications.size());
  if (asked <= machine.sends_per_second) return;
  print(stderr, fmt::format("warning: the busiest second needs {:.0f} sends; ceiling {}\n", asked,
                            ceiling_text(machine)));
}

// What a script can tell the end of a load run by. A run that was cut short says nothing of the
// machine; one whose own lateness spoils its claims says so before an expectation does.
Exit exit_of(const RunResult& result, Exit published) {
  const LoadFacts& load = *result.facts.load;
  switch (load.stopped) {
    case StopReason::kInterrupted:
    case StopReason::kAborted:
      return Exit::kInterrupted;
    case StopReason::kSpendCap:
      return published == Exit::kFailure ? published : Exit::kBudget;
    case StopReason::kAuthentication:
    case StopReason::kPermission:
    case StopReason::kCreditGone:
    case StopReason::kErrorShare:
      return Exit::kFailure;
    case StopReason::kNone:
      break;
  }
  const RequestTotals requests = result.measured.all_workloads().requests;
  if (requests.offered > 0 && requests.succeeded() == 0) {
    print(stderr, "error: no request was answered\n");
    return Exit::kFailure;
  }
  if (published == Exit::kFailure) return published;
  return judge(load).ok ? published : Exit::kLimited;
}

// Of errors before there is a result. Where nobody answers, what was asked for is right and the
// world is not.
Exit end_of(const Errors& errors) {
  const Exit usage = report(errors);
  switch (errors.front().code) {
    case ErrorCode::kInterrupted:
      return Exit::kInterrupted;
    case ErrorCode::kIo:
      return Exit::kFailure;
    case ErrorCode::kUsage:
    case ErrorCode::kInvalidInput:
      break;
  }
  return usage;
}

Checked<RunResult> run(const ReplayArguments& arguments, const scenario::LoadedScenario& scenario,
                       ReplayWishes& wishes, LiveView& view, Dashboard* dashboard,
                       std::optional<SignalsBlocked>& blocked) {
  const LookAtReplay look = [&](const live::ReplayView& now) {
    view.show(now);
    if (dashboard != nullptr) show(*dashboard, now);
  };
  if (wishes.kind == TargetKind::kEmbedded) {
    ScenarioArguments named = arguments.scenario;
    if (arguments.seed) named.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
    return replay_against_mock(named, scenario, std::move(wishes.options), look,
                               [&] { blocked.emplace(); });
  }
  auto replay = make_replay(scenario, std::move(wishes.options), std::move(wishes.credentials));
  if (!replay) return tl::unexpected(Errors{std::move(replay).error()});
  auto ran = run_unless_interrupted(**replay, look);
  blocked.emplace();
  if (!ran) return tl::unexpected(Errors{std::move(ran).error()});
  return (*replay)->result();
}

}  // namespace

Exit replay(const ReplayArguments& arguments) {
  live::forbid_core_files();
  const auto scenario = load_for_replay(arguments);
  if (!scenario) return report(scenario.error());
  if (auto fits = live::check_replayable(scenario->plan); !fits) return report(fits.error());
  auto wishes = read_wishes(arguments, *scenario);
  if (!wishes) return report(wishes.error());
  if (auto met = meet_target(arguments, *wishes); !met) return end_of(met.error());
  if (arguments.debug) return send_one(arguments, *scenario, *wishes);

  const auto estimate = estimate_run(*scenario);
  if (!estimate) return report(estimate.error());
  if (const auto cost = lookup(*estimate, "cost.total")) {
    if (const auto* money = std::get_if<Money>(&cost->number)) {
      wishes->options.expected_cost = *money;
    }
  }
  warn_of_ceiling(*estimate, *scenario, wishes->options);
  const std::string target = wishes->kind == TargetKind::kEmbedded
                                 ? std::string("embedded mock")
                                 : wishes->options.http.target.text();
  const std::string announced =
      estimate_text(*estimate, target, wishes->credentials.source, wishes->options.guard.max_cost);
  if (arguments.dry_run) return print(stdout, announced) ? Exit::kOk : Exit::kFailure;
  if (wishes->kind == TargetKind::kMoney) {
    print(stderr, announced);
    if (!arguments.yes && !agrees_to("Send it?")) {
      print(stderr, "nothing was sent\n");
      return Exit::kFailure;
    }
  }

  const ReportPlan report_plan = std::move(wishes->report);
  wishes->options.keeps_trace = report_plan.wants_trace;
  const auto dashboard = dashboard_for(arguments, *scenario);
  if (!dashboard) return report(dashboard.error());
  // From the end of the loop, which has the signals until then, to that of the report.
  std::optional<SignalsBlocked> blocked;
  std::optional<Checked<RunResult>> result;
  {
    LiveView view(view_kind(arguments.ui), scenario->title, &*estimate);
    wishes->options.wants_look = [&view] { return view.wants_look(); };
    result = run(arguments, *scenario, *wishes, view, dashboard->get(), blocked);
  }
  if (!*result) {
    const Exit end = end_of(result->error());
    return end == Exit::kUsage ? Exit::kFailure : end;
  }
  Exit published = publish(report_plan, **result);
  if (const std::string& why = (*result)->facts.load->records_failure; !why.empty()) {
    print(stderr, fmt::format("error: {}; the records are not complete\n", why));
    published = Exit::kFailure;
  }
  blocked.reset();
  if (*dashboard) {
    (*result)->expectations = checks_of(report_plan, **result);
    (*dashboard)->end(**result);
  }
  return exit_of(**result, published);
}

}  // namespace sluice::app
