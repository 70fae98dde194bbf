#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/load_arguments.hpp"
#include "app/output_file.hpp"
#include "app/progress.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "experiment/run.hpp"
#include "report/csv.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace sluice::app {
namespace {

struct Format {
  std::string_view name;
  std::string (*render)(const RunResult& result, TextStyle style);
};

constexpr std::array kFormats = {
    Format{"text",
           [](const RunResult& result, TextStyle style) { return render_text(result, style); }},
    Format{"json", [](const RunResult& result, TextStyle) { return render_json(result); }},
    Format{"csv", [](const RunResult& result, TextStyle) { return render_csv(result); }},
    Format{"csv-series",
           [](const RunResult& result, TextStyle) { return render_csv_series(result); }},
};

Result<const Format*> format_named(std::string_view wanted, std::string where) {
  std::vector<std::string> names;
  for (const Format& format : kFormats) {
    if (format.name == wanted) return &format;
    names.emplace_back(format.name);
  }
  return invalid(std::move(where), fmt::format("\"{}\" is not one of {}{}", wanted,
                                               join(names, ", "), suggestion(wanted, names)));
}

struct Output {
  const Format* format;
  std::string path;
};

// What is to be checked and written, parsed before the run so that it does not end in a refusal.
struct Wishes {
  const Format* format = nullptr;
  std::vector<Output> outputs;
  std::vector<Expectation> expectations;
  std::vector<Expectation> failures;
};

Result<Output> parse_output(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size()) {
    return invalid("--output",
                   fmt::format("\"{}\" is not FORMAT=PATH, as in json=result.json", text));
  }
  SLUICE_TRY(const Format* format, format_named(text.substr(0, equals), "--output"));
  Output output{format, text.substr(equals + 1)};
  if (auto writable = check_writable(output.path); !writable) {
    return tl::unexpected(std::move(writable).error());
  }
  return output;
}

void add(Errors& errors, const Errors& more) {
  errors.insert(errors.end(), more.begin(), more.end());
}

Checked<Wishes> parse_wishes(const SimulateArguments& arguments,
                             const scenario::LoadedScenario& scenario) {
  Wishes wishes;
  Errors errors;
  if (auto format = format_named(arguments.format, "--format")) {
    wishes.format = *format;
  } else {
    errors.push_back(format.error());
  }
  for (const std::string& text : arguments.outputs) {
    if (auto output = parse_output(text)) {
      wishes.outputs.push_back(std::move(*output));
    } else {
      errors.push_back(output.error());
    }
  }
  if (auto parsed = parse_expectations(arguments.fail_if, "--fail-if", scenario)) {
    wishes.failures = std::move(*parsed);
  } else {
    add(errors, parsed.error());
  }
  const std::string where = arguments.scenario.scenario + ": /expect";
  if (auto parsed = parse_expectations(scenario.expectations, where, scenario)) {
    wishes.expectations = std::move(*parsed);
  } else {
    add(errors, parsed.error());
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return wishes;
}

// Every expectation against the result; says on stderr what is not as it should be.
bool holds(const Wishes& wishes, const RunResult& result) {
  bool all = true;
  const auto judge = [&](const Expectation& expectation, bool wanted, const char* words) {
    const ExpectationOutcome outcome = evaluate(expectation, result);
    if (outcome.holds == wanted) return;
    all = false;
    print(stderr, fmt::format("{}: {}\n", words, outcome.message));
  };
  for (const Expectation& e : wishes.expectations) judge(e, true, "expectation not met");
  for (const Expectation& e : wishes.failures) judge(e, false, "failed, as --fail-if asks");
  return all;
}

Checked<scenario::LoadedScenario> load_for_run(const SimulateArguments& arguments) {
  ScenarioArguments wanted = arguments.scenario;
  if (arguments.seed) wanted.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  auto scenario = load(wanted);
  if (!scenario || !arguments.skip_bad_rows) return scenario;
  for (WorkloadSpec& workload : scenario->plan.workloads) {
    if (auto* trace = std::get_if<TraceArrivals>(&workload.arrivals)) trace->skip_bad_rows = true;
  }
  return scenario;
}

}  // namespace

Exit simulate(const SimulateArguments& arguments) {
  const auto scenario = load_for_run(arguments);
  if (!scenario) return report(scenario.error());
  const auto wishes = parse_wishes(arguments, *scenario);
  if (!wishes) return report(wishes.error());

  Monitor monitor;
  std::optional<Result<RunResult>> result;
  {
    const ProgressLine line(monitor, scenario->title);
    result = run_scenario(
        *scenario,
        {.replications = arguments.replications,
         .threads = arguments.threads,
         .queue = arguments.event_queue == "heap" ? QueueKind::kHeap : QueueKind::kRadix,
         .version = std::string(version())},
        monitor);
  }
  if (!*result) return report(result->error());
  const RunResult& run = **result;

  const TextStyle style{.colour = wants_colour(stdout), .width = width_of(stdout)};
  const bool printed = print(stdout, wishes->format->render(run, style));
  for (const Output& output : wishes->outputs) {
    const auto written = write_file(output.path, output.format->render(run, {}));
    if (written) continue;
    report(written.error());
    return Exit::kFailure;  // what was asked for is right, the disk is not
  }
  const bool all_hold = holds(*wishes, run);
  if (was_interrupted()) return Exit::kInterrupted;
  if (!printed) return Exit::kFailure;
  return all_hold ? Exit::kOk : Exit::kExpectation;
}

}  // namespace sluice::app
