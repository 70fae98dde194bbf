#include "app/calibrate_command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "app/calibrate_agreement.hpp"
#include "app/kept_files.hpp"
#include "app/load_arguments.hpp"
#include "app/output_file.hpp"
#include "app/progress.hpp"
#include "app/report_format.hpp"
#include "app/taken_files.hpp"
#include "base/text.hpp"
#include "calibrate/calibrator.hpp"
#include "calibrate/differences.hpp"
#include "calibrate/overlay.hpp"
#include "calibrate/probe.hpp"
#include "describe/json.hpp"
#include "report/calibration_json.hpp"
#include "report/calibration_text.hpp"
#include "report/probe_text.hpp"

namespace sluice::app {
namespace {

using Render = std::string (*)(const CalibrationReport& report, TextStyle style);

constexpr std::array kFormats = {
    Format<Render>{"text", [](const CalibrationReport& report,
                              TextStyle style) { return render_text(report, style); }},
    Format<Render>{"json",
                   [](const CalibrationReport& report, TextStyle) { return render_json(report); }},
};

TextStyle terminal_style() { return {.colour = wants_colour(stdout), .width = width_of(stdout)}; }

Checked<Calibration> read_records(const std::vector<std::string>& files,
                                  calibrate::KnownModels known) {
  Monitor monitor;
  const ProgressLine line(monitor, "calibrate");
  auto found = calibrate::calibrate_files(files, std::move(known), monitor);
  if (!found) return tl::unexpected(Errors{std::move(found).error()});
  if (found->facts.records == 0 && !was_interrupted()) {
    return tl::unexpected(
        Errors{invalid_input(files.front(),
                             "has no record of an attempt; expected a line an attempt, as "
                             "sluice replay --records writes them")});
  }
  return std::move(*found);
}

// The scenario that was named, or none; and what is known of its models, or of the catalog's.
struct Background {
  std::optional<scenario::LoadedScenario> scenario;
  calibrate::KnownModels known;
};

Checked<Background> background(const ScenarioArguments& arguments) {
  Background made;
  auto catalog = scenario::load_catalog(arguments.catalog);
  if (!catalog) return tl::unexpected(std::move(catalog).error());
  if (arguments.scenario.empty()) {
    made.known = calibrate::known_models(*catalog);
    return made;
  }
  auto scenario = load(arguments);
  if (!scenario) return tl::unexpected(std::move(scenario).error());
  made.known = calibrate::known_models(*catalog, scenario->plan);
  made.scenario = std::move(*scenario);
  return made;
}

// Writes the overlay, if one is wanted and there is something to say.
Result<void> write_overlay(const CalibrateArguments& arguments, const Background& background,
                           CalibrationReport& report) {
  const std::vector<FaultSpec> none;
  calibrate::CalibratedOverlay overlay = calibrate::overlay_of(
      report.found, background.scenario ? background.scenario->plan.faults : none);
  report.notes = std::move(overlay.notes);
  if (arguments.output.empty()) return {};
  if (overlay.words == 0) {
    report.notes.push_back("nothing could be identified, so " + arguments.output +
                           " was not written");
    return {};
  }
  auto written = write_file(arguments.output, describe::to_json(overlay.document));
  if (!written) return written;
  report.overlay = arguments.output;
  report.overlay_words = overlay.words;
  return {};
}

// A part of a scenario does not agree with the whole of it, whatever the estimates are worth.
void note_a_shorter_run(Duration scenario, CalibrationReport& report) {
  const Duration recorded = report.found.facts.span;
  if (recorded >= scenario - scenario / 10) return;
  report.notes.push_back(fmt::format(
      "the records are of {} and the scenario lasts {}: to compare like with like, give the --set "
      "that the replay had",
      short_text(recorded), short_text(scenario)));
}

// The prediction against the records, as `verify --records` has it, without the overlay and with.
Checked<void> look_at_agreement(const CalibrateArguments& arguments, Duration scenario,
                                CalibrationReport& report) {
  if (report.overlay.empty()) return {};
  if (arguments.records.size() != 1) {
    report.notes.emplace_back("before and after are shown for the records of one run");
    return {};
  }
  auto before = agreement_with_records(arguments.scenario, arguments.records.front());
  if (!before) return tl::unexpected(std::move(before).error());
  ScenarioArguments calibrated = arguments.scenario;
  calibrated.overlays.push_back(report.overlay);
  auto after = agreement_with_records(calibrated, arguments.records.front());
  if (!after) return tl::unexpected(std::move(after).error());
  report.before = std::move(*before);
  report.after = std::move(*after);
  note_a_shorter_run(scenario, report);
  return {};
}

// What the scenario is made of is read as well.
Result<void> check_kept(const CalibrateArguments& arguments, const Background& background) {
  if (arguments.output.empty() || !background.scenario) return {};
  TakenFiles taken;
  add_files(*background.scenario, taken);
  return check_not_read({arguments.output}, taken.read);
}

Exit calibrate_records(const CalibrateArguments& arguments) {
  const auto render = format_named(kFormats, arguments.format, "--format");
  if (!render) return app::report(render.error());
  auto background = app::background(arguments.scenario);
  if (!background) return app::report(background.error());
  if (const auto kept = check_kept(arguments, *background); !kept) return report(kept.error());
  auto found = read_records(arguments.records, background->known);
  if (was_interrupted()) return Exit::kInterrupted;
  if (!found) return app::report(found.error());
  CalibrationReport report;
  report.found = std::move(*found);
  if (const auto written = write_overlay(arguments, *background, report); !written) {
    app::report(written.error());
    return Exit::kFailure;
  }
  if (background->scenario) {
    report.scenario = background->scenario->title;
    calibrate::Differences differences =
        calibrate::differences(report.found, background->scenario->plan);
    report.differences = std::move(differences.outside);
    report.compared = differences.compared;
    const auto looked = look_at_agreement(arguments, background->scenario->plan.duration, report);
    if (was_interrupted()) return Exit::kInterrupted;
    if (!looked) {
      return app::report(looked.error());
    }
  }
  if (!print(stdout, (*render)(report, terminal_style()))) return Exit::kFailure;
  return arguments.output.empty() || !report.overlay.empty() ? Exit::kOk : Exit::kFailure;
}

Checked<std::optional<Money>> parse_max_cost(const std::string& text) {
  if (text.empty()) return std::optional<Money>{};
  const auto money = Money::from_decimal(text);
  if (!money || *money < Money{}) {
    return tl::unexpected(
        Errors{invalid("--max-cost", in_quotes(text) + " is not dollars, as 2.50").value()});
  }
  return std::optional(*money);
}

// The overlays that the scenario has, as they are found from wherever the probe is written.
void name_overlays(describe::Value& document, const ScenarioArguments& named) {
  namespace fs = std::filesystem;
  std::vector<fs::path> paths;
  const fs::path folder = fs::path(named.scenario).parent_path();
  if (const describe::Value* const said = document.find("overlays")) {
    const bool is_one = said->is(describe::Value::Kind::kString);
    for (const describe::Value& path : is_one ? std::vector{*said} : said->items()) {
      paths.push_back(folder / path.as_string());
    }
  }
  paths.insert(paths.end(), named.overlays.begin(), named.overlays.end());
  if (paths.empty()) return;
  describe::Value all = describe::Value::array();
  std::error_code ignored;
  for (const fs::path& path : paths) all.push(fs::absolute(path, ignored).string());
  document.set("overlays", std::move(all));
}

Checked<ProbePlan> make_probe(const CalibrateArguments& arguments,
                              const std::optional<Money>& max_cost) {
  ScenarioArguments named = arguments.scenario;
  named.scenario = arguments.probe;
  auto background = app::background(named);
  if (!background) return tl::unexpected(std::move(background).error());
  if (auto kept = check_kept(arguments, *background); !kept) {
    return tl::unexpected(Errors{std::move(kept).error()});
  }
  auto document = describe::read_json(arguments.probe);
  if (!document) return tl::unexpected(std::move(document).error());
  name_overlays(*document, named);
  std::optional<Calibration> known;
  if (!arguments.records.empty()) {
    auto found = read_records(arguments.records, background->known);
    if (!found) return tl::unexpected(std::move(found).error());
    known = std::move(*found);
  }
  ProbePlan plan = calibrate::plan_probe({.plan = background->scenario->plan,
                                          .document = *document,
                                          .known = known ? &*known : nullptr,
                                          .max_cost = max_cost});
  plan.scenario = background->scenario->title;
  return plan;
}

// A file is wanted, and there is no part to put into it.
Exit nothing_to_probe(const CalibrateArguments& arguments, const ProbePlan& plan) {
  std::string why = "the records tell all that a probe could";
  if (!plan.left_out.empty()) {
    const auto cheapest =
        std::min_element(plan.left_out.begin(), plan.left_out.end(),
                         [](const ProbePart& a, const ProbePart& b) { return a.worst < b.worst; });
    why = arguments.max_cost.empty()
              ? std::string("each part is too dear without --max-cost")
              : fmt::format("no part fits into --max-cost {}", arguments.max_cost);
    why += fmt::format("; the cheapest ({}) may cost {}", cheapest->what, cheapest->worst.text());
  }
  app::report(Error{.where = arguments.output, .message = "not written: " + why});
  return Exit::kFailure;
}

Exit plan_probe(const CalibrateArguments& arguments) {
  const auto max_cost = parse_max_cost(arguments.max_cost);
  if (!max_cost) return app::report(max_cost.error());
  if (const auto known = format_named(kFormats, arguments.format, "--format"); !known) {
    return app::report(known.error());
  }
  const auto plan = make_probe(arguments, *max_cost);
  if (was_interrupted()) return Exit::kInterrupted;
  if (!plan) return app::report(plan.error());
  std::string written;
  if (!arguments.output.empty()) {
    if (plan->parts.empty()) return nothing_to_probe(arguments, *plan);
    const auto done = write_file(arguments.output, describe::to_json(plan->document));
    if (!done) {
      app::report(done.error());
      return Exit::kFailure;
    }
    written = arguments.output;
  }
  const std::string text = arguments.format == "json"
                               ? render_json(*plan, written)
                               : render_text(*plan, written, terminal_style());
  return print(stdout, text) ? Exit::kOk : Exit::kFailure;
}

std::vector<std::string> files_read(const CalibrateArguments& arguments) {
  std::vector<std::string> files = arguments.records;
  files.push_back(arguments.scenario.scenario);
  files.push_back(arguments.probe);
  files.insert(files.end(), arguments.scenario.overlays.begin(), arguments.scenario.overlays.end());
  return files;
}

}  // namespace

Exit calibrate(const CalibrateArguments& arguments) {
  if (!arguments.output.empty()) {
    if (const auto kept = check_not_read({arguments.output}, files_read(arguments)); !kept) {
      return report(kept.error());
    }
    if (const auto may = check_output(arguments.output, arguments.force); !may) {
      return report(may.error());
    }
  }
  if (!arguments.probe.empty()) return plan_probe(arguments);
  if (arguments.records.empty()) {
    return report(Error{.where = "calibrate",
                        .message = "needs records of a replay (--records), or --probe SCENARIO"});
  }
  return calibrate_records(arguments);
}

}  // namespace sluice::app
