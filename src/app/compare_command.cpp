#include "app/compare_command.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "app/progress.hpp"
#include "app/report_format.hpp"
#include "app/save_run.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "experiment/compare_scenario.hpp"
#include "report/compare_csv.hpp"
#include "report/compare_json.hpp"
#include "report/compare_text.hpp"
#include "results/saved_reports.hpp"

namespace sluice::app {
namespace {

using Render = std::string (*)(const ModelComparison& comparison, TextStyle style);

constexpr std::array kFormats = {
    Format<Render>{"text",
                   [](const ModelComparison& c, TextStyle style) { return render_text(c, style); }},
    Format<Render>{"json", [](const ModelComparison& c, TextStyle) { return render_json(c); }},
    Format<Render>{"csv", [](const ModelComparison& c, TextStyle) { return render_csv(c); }},
    Format<Render>{"html",
                   [](const ModelComparison& c, TextStyle) {
                     return html_report(render_json(c), c.scenario + ", compared");
                   }},
    Format<Render>{"markdown", [](const ModelComparison& c,
                                  TextStyle) { return markdown_report(render_json(c)); }},
};

Result<std::vector<OutputFile<Render>>> read_outputs(const CompareArguments& arguments,
                                                     const TakenFiles& taken) {
  SLUICE_TRY(const Render shown, format_named(kFormats, arguments.format, "--format"));
  std::vector<OutputFile<Render>> outputs = {{shown, ""}};
  for (const std::string& text : arguments.outputs) {
    if (auto added = add_output(kFormats, text, taken, outputs); !added)
      return tl::unexpected(added.error());
  }
  if (auto can = check_can_save(arguments.save); !can) return tl::unexpected(can.error());
  return outputs;
}

Checked<ScenarioText> open(const CompareArguments& arguments) {
  scenario::LoadOptions options = load_options(arguments.scenario);
  if (arguments.seed) options.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  options.whole_catalog = true;
  return ScenarioText::open(arguments.scenario.scenario, std::move(options));
}

Checked<ModelComparison> run(const CompareArguments& arguments, const ScenarioText& text) {
  Monitor monitor;
  const ProgressLine line(monitor, "compare");
  return compare_scenario(text, arguments.wishes,
                          {.replications = arguments.replications,
                           .threads = arguments.threads,
                           .version = std::string(version())},
                          monitor);
}

}  // namespace

Exit compare(const CompareArguments& arguments) {
  const auto text = open(arguments);
  if (!text) return report(text.error());
  const auto outputs = read_outputs(arguments, taken_files(*text, arguments.save));
  if (!outputs) return report(outputs.error());
  const auto comparison = run(arguments, *text);
  if (!comparison) {
    const Errors& errors = comparison.error();
    return errors.front().code == ErrorCode::kInterrupted ? Exit::kInterrupted : report(errors);
  }

  const TextStyle style{.colour = wants_colour(stdout), .width = width_of(stdout)};
  const bool printed = print(stdout, outputs->front().render(*comparison, style));
  const bool saved =
      save_report(arguments.save, saved_run(*comparison),
                  {.json = render_json(*comparison), .text = render_text(*comparison, {})});
  const bool written = write_outputs(*outputs, *comparison, TextStyle{});
  return printed && saved && written ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
