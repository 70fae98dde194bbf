#include "app/run_report.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "app/save_run.hpp"
#include "base/text.hpp"
#include "report/chrome_trace.hpp"
#include "report/csv.hpp"
#include "report/json.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"
#include "report/open_metrics.hpp"

namespace sluice::app {
namespace {

constexpr std::array kFormats = {
    Format<RenderRun>{"text", [](const RunResult& result,
                                 TextStyle style) { return render_text(result, style); }},
    Format<RenderRun>{"json",
                      [](const RunResult& result, TextStyle) { return render_json(result); }},
    Format<RenderRun>{"csv", [](const RunResult& result, TextStyle) { return render_csv(result); }},
    Format<RenderRun>{"csv-series",
                      [](const RunResult& result, TextStyle) { return render_csv_series(result); }},
    Format<RenderRun>{"html",
                      [](const RunResult& result, TextStyle) {
                        return html_report(render_json(result), result.facts.scenario_name);
                      }},
    Format<RenderRun>{"markdown", [](const RunResult& result,
                                     TextStyle) { return render_markdown(to_value(result)); }},
    Format<RenderRun>{
        "junit", [](const RunResult& result, TextStyle) { return render_junit(to_value(result)); }},
    Format<RenderRun>{"openmetrics", [](const RunResult& result,
                                        TextStyle) { return render_open_metrics(result); }},
    Format<RenderRun>{
        "trace", [](const RunResult& result, TextStyle) { return render_chrome_trace(result); }},
};

bool is_asked_for(std::string_view format, const ReportArguments& arguments) {
  const auto is_it = [&](const std::string& output) {
    return output.starts_with(std::string(format) + "=");
  };
  return arguments.format == format ||
         std::any_of(arguments.outputs.begin(), arguments.outputs.end(), is_it);
}

void add(Errors& errors, const Errors& more) {
  errors.insert(errors.end(), more.begin(), more.end());
}

}  // namespace

Checked<ReportPlan> plan_report(const ReportArguments& arguments, const std::string& path,
                                const scenario::LoadedScenario& scenario, const TakenFiles& taken) {
  ReportPlan plan;
  plan.wants_trace = is_asked_for("trace", arguments);
  Errors errors;
  if (auto format = format_named(kFormats, arguments.format, "--format")) {
    plan.render = *format;
  } else {
    errors.push_back(format.error());
  }
  for (const std::string& text : arguments.outputs) {
    auto added = add_output(kFormats, text, taken, plan.outputs);
    if (!added) errors.push_back(std::move(added).error());
  }
  if (auto parsed = parse_expectations(arguments.fail_if, "--fail-if", scenario)) {
    plan.failures = std::move(*parsed);
  } else {
    add(errors, parsed.error());
  }
  const std::string where = path + ": /expect";
  if (auto parsed = parse_expectations(scenario.expectations, where, scenario)) {
    plan.expectations = std::move(*parsed);
  } else {
    add(errors, parsed.error());
  }
  if (auto can = check_can_save(arguments.save); !can) errors.push_back(can.error());
  plan.save = arguments.save;
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return plan;
}

std::vector<ExpectationCheck> checks_of(const ReportPlan& plan, const RunResult& result) {
  std::vector<ExpectationCheck> checks;
  for (const Expectation& e : plan.expectations) checks.push_back(evaluate(e, result));
  for (const Expectation& e : plan.failures) {
    checks.push_back(evaluate(e, result));
    checks.back().is_failure = true;
  }
  return checks;
}

namespace {

// Whether all is as it should be; says on stderr what is not.
bool holds(const std::vector<ExpectationCheck>& checks) {
  bool all = true;
  for (const ExpectationCheck& check : checks) {
    if (check.is_met()) continue;
    all = false;
    const char* const words =
        check.is_failure ? "failed, as --fail-if asks" : "expectation not met";
    print(stderr, fmt::format("{}: {}\n", words, check.message));
  }
  return all;
}

}  // namespace

Exit publish(const ReportPlan& plan, RunResult result) {
  result.expectations = checks_of(plan, result);
  const TextStyle style{
      .colour = wants_colour(stdout), .width = width_of(stdout), .charts = wants_charts(stdout)};
  const bool printed = print(stdout, plan.render(result, style));
  const bool saved = save_run(plan.save, result);
  const bool written = write_outputs(plan.outputs, result, TextStyle{});
  const bool all_hold = holds(result.expectations);
  // What was asked for is right, the disk is not.
  if (!printed || !saved || !written) return Exit::kFailure;
  return all_hold ? Exit::kOk : Exit::kExpectation;
}

}  // namespace sluice::app
