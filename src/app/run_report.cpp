#include "app/run_report.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "app/output_file.hpp"
#include "base/text.hpp"
#include "report/csv.hpp"
#include "report/json.hpp"

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
};

void add(Errors& errors, const Errors& more) {
  errors.insert(errors.end(), more.begin(), more.end());
}

}  // namespace

Checked<ReportPlan> plan_report(const ReportArguments& arguments, const std::string& path,
                                const scenario::LoadedScenario& scenario) {
  ReportPlan plan;
  Errors errors;
  if (auto format = format_named(kFormats, arguments.format, "--format")) {
    plan.render = *format;
  } else {
    errors.push_back(format.error());
  }
  for (const std::string& text : arguments.outputs) {
    if (auto output = parse_output(kFormats, text)) {
      plan.outputs.push_back(std::move(*output));
    } else {
      errors.push_back(output.error());
    }
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
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return plan;
}

namespace {

// Every expectation against the result; says on stderr what is not as it should be.
bool holds(const ReportPlan& plan, const RunResult& result) {
  bool all = true;
  const auto judge = [&](const Expectation& expectation, bool wanted, const char* words) {
    const ExpectationOutcome outcome = evaluate(expectation, result);
    if (outcome.holds == wanted) return;
    all = false;
    print(stderr, fmt::format("{}: {}\n", words, outcome.message));
  };
  for (const Expectation& e : plan.expectations) judge(e, true, "expectation not met");
  for (const Expectation& e : plan.failures) judge(e, false, "failed, as --fail-if asks");
  return all;
}

}  // namespace

Exit publish(const ReportPlan& plan, const RunResult& result) {
  const TextStyle style{.colour = wants_colour(stdout), .width = width_of(stdout)};
  const bool printed = print(stdout, plan.render(result, style));
  for (const OutputFile<RenderRun>& output : plan.outputs) {
    const auto written = write_file(output.path, output.render(result, {}));
    if (written) continue;
    report(written.error());
    return Exit::kFailure;  // what was asked for is right, the disk is not
  }
  const bool all_hold = holds(plan, result);
  if (!printed) return Exit::kFailure;
  return all_hold ? Exit::kOk : Exit::kExpectation;
}

}  // namespace sluice::app
