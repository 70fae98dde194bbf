#include "app/plan_command.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "app/machine.hpp"
#include "app/output_file.hpp"
#include "app/progress.hpp"
#include "app/report_format.hpp"
#include "app/save_run.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "experiment/plan.hpp"
#include "report/plan_json.hpp"
#include "report/plan_text.hpp"
#include "results/saved_reports.hpp"

namespace sluice::app {
namespace {

using Render = std::string (*)(const PlanResult& plan, const TextStyle& style);

constexpr std::array kFormats = {
    Format<Render>{"text", [](const PlanResult& plan,
                              const TextStyle& style) { return render_text(plan, style); }},
    Format<Render>{"json",
                   [](const PlanResult& plan, const TextStyle&) { return render_json(plan); }},
    Format<Render>{"html",
                   [](const PlanResult& plan, const TextStyle&) {
                     return html_report(render_json(plan), plan.scenario + ", planned");
                   }},
    Format<Render>{"markdown", [](const PlanResult& plan,
                                  const TextStyle&) { return markdown_report(render_json(plan)); }},
};

struct Wishes {
  Render render = nullptr;
  std::vector<OutputFile<Render>> outputs;
  SaveArguments save;
};

Result<Wishes> read_wishes(const PlanArguments& arguments) {
  Wishes wishes;
  SLUICE_TRY(wishes.render, format_named(kFormats, arguments.format, "--format"));
  for (const std::string& text : arguments.outputs) {
    if (auto added = add_output(kFormats, text, wishes.outputs); !added)
      return tl::unexpected(added.error());
  }
  if (auto can = check_can_save(arguments.save); !can) return tl::unexpected(can.error());
  wishes.save = arguments.save;
  if (arguments.draft_file.empty()) return wishes;
  if (!arguments.scenario.scenario.empty()) {
    return invalid("--save-scenario",
                   "is for a plan without a scenario file: there is one already");
  }
  if (auto writable = check_writable(arguments.draft_file); !writable) {
    return tl::unexpected(std::move(writable).error());
  }
  return wishes;
}

Errors misuse(const std::string& message) {
  return {Error{.code = ErrorCode::kUsage, .where = "sluice plan", .message = message}};
}

// The scenario's file, or a draft of the numbers that were given.
Checked<ScenarioText> text_to_plan(const PlanArguments& arguments) {
  scenario::LoadOptions options = load_options(arguments.scenario);
  const bool has_file = !arguments.scenario.scenario.empty();
  if (has_file && any_given(arguments.draft)) {
    return tl::unexpected(
        misuse("a scenario file, or numbers (--model, --rate, ...), but not both; --set changes "
               "what stands in a file"));
  }
  if (has_file) return ScenarioText::open(arguments.scenario.scenario, std::move(options));
  if (!any_given(arguments.draft)) {
    return tl::unexpected(misuse(
        "needs a scenario file, or numbers as --model sonnet-5.5 --rate 300/min; see --help"));
  }
  SLUICE_TRY(const scenario::Catalog catalog, scenario::load_catalog(options.catalog_folder));
  SLUICE_TRY(std::string text, scenario::draft_scenario(with_defaults(arguments.draft), catalog));
  return ScenarioText::of(std::move(text), "draft", std::move(options));
}

Exit publish(const Wishes& wishes, const PlanResult& plan) {
  const TextStyle style{.colour = wants_colour(stdout), .width = width_of(stdout)};
  const bool printed = print(stdout, wishes.render(plan, style));
  const bool saved = save_report(wishes.save, saved_run(plan),
                                 {.json = render_json(plan), .text = render_text(plan, {})});
  const bool written = write_outputs(wishes.outputs, plan, TextStyle{});
  return printed && saved && written ? Exit::kOk : Exit::kFailure;
}

std::int64_t threads_of(const PlanArguments& arguments) {
  if (arguments.threads > 0) return arguments.threads;
  return all_threads();
}

}  // namespace

bool any_given(const GivenAnswers& answers) noexcept {
  return std::any_of(answers.begin(), answers.end(), [](const auto& answer) { return answer; });
}

scenario::DraftAnswers with_defaults(const GivenAnswers& answers) {
  scenario::DraftAnswers all = scenario::default_answers();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]) all[i] = *answers[i];
  }
  return all;
}

Exit plan(const PlanArguments& arguments) {
  const auto wishes = read_wishes(arguments);
  if (!wishes) return report(wishes.error());
  const auto text = text_to_plan(arguments);
  if (!text) return report(text.error());
  Monitor monitor;
  std::optional<Checked<PlanResult>> result;
  {
    const ProgressLine line(monitor, "plan");
    result = make_plan(*text, {.threads = threads_of(arguments), .version = std::string(version())},
                       monitor);
  }
  if (was_interrupted()) return Exit::kInterrupted;
  if (!*result) return report(result->error());
  const Exit published = publish(*wishes, **result);
  if (arguments.draft_file.empty()) return published;
  const auto written = write_file(arguments.draft_file, text->text());
  if (written) return published;
  report(written.error());
  return Exit::kFailure;
}

}  // namespace sluice::app
