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
    ReportFormat{"text", [](const RunResult& result,
                            TextStyle style) { return render_text(result, style); }},
    ReportFormat{"json", [](const RunResult& result, TextStyle) { return render_json(result); }},
    ReportFormat{"csv", [](const RunResult& result, TextStyle) { return render_csv(result); }},
    ReportFormat{"csv-series",
                 [](const RunResult& result, TextStyle) { return render_csv_series(result); }},
};

Result<const ReportFormat*> format_named(std::string_view wanted, std::string where) {
  std::vector<std::string> names;
  for (const ReportFormat& format : kFormats) {
    if (format.name == wanted) return &format;
    names.emplace_back(format.name);
  }
  return invalid(std::move(where), fmt::format("\"{}\" is not one of {}{}", wanted,
                                               join(names, ", "), suggestion(wanted, names)));
}

Result<ReportOutput> parse_output(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size()) {
    return invalid("--output",
                   fmt::format("\"{}\" is not FORMAT=PATH, as in json=result.json", text));
  }
  SLUICE_TRY(const ReportFormat* format, format_named(text.substr(0, equals), "--output"));
  ReportOutput output{format, text.substr(equals + 1)};
  if (auto writable = check_writable(output.path); !writable) {
    return tl::unexpected(std::move(writable).error());
  }
  return output;
}

void add(Errors& errors, const Errors& more) {
  errors.insert(errors.end(), more.begin(), more.end());
}

}  // namespace

Checked<ReportPlan> plan_report(const ReportArguments& arguments, const std::string& path,
                                const scenario::LoadedScenario& scenario) {
  ReportPlan plan;
  Errors errors;
  if (auto format = format_named(arguments.format, "--format")) {
    plan.format = *format;
  } else {
    errors.push_back(format.error());
  }
  for (const std::string& text : arguments.outputs) {
    if (auto output = parse_output(text)) {
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
  const bool printed = print(stdout, plan.format->render(result, style));
  for (const ReportOutput& output : plan.outputs) {
    const auto written = write_file(output.path, output.format->render(result, {}));
    if (written) continue;
    report(written.error());
    return Exit::kFailure;  // what was asked for is right, the disk is not
  }
  const bool all_hold = holds(plan, result);
  if (!printed) return Exit::kFailure;
  return all_hold ? Exit::kOk : Exit::kExpectation;
}

}  // namespace sluice::app
