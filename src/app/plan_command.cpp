#include "app/plan_command.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/kept_files.hpp"
#include "app/load_arguments.hpp"
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

Result<void> may_save_draft(const PlanArguments& arguments, const TakenFiles& taken) {
  if (!arguments.scenario.scenario.empty()) {
    return invalid("--save-scenario",
                   "is for a plan without a scenario file: there is one already");
  }
  if (auto free = check_free(arguments.draft_file, "--save-scenario", taken); !free) return free;
  return check_output(arguments.draft_file, arguments.force);
}

Result<Wishes> read_wishes(const PlanArguments& arguments, const ScenarioText& scenario) {
  Wishes wishes;
  SLUICE_TRY(wishes.render, format_named(kFormats, arguments.format, "--format"));
  TakenFiles taken = taken_files(scenario, arguments.save);
  // A draft's name is that of no file.
  if (arguments.scenario.scenario.empty()) std::erase(taken.read, scenario.path());
  if (!arguments.draft_file.empty()) {
    if (auto may = may_save_draft(arguments, taken); !may) return tl::unexpected(may.error());
    taken.written.push_back(arguments.draft_file);
  }
  for (const std::string& text : arguments.outputs) {
    if (auto added = add_output(kFormats, text, taken, wishes.outputs); !added)
      return tl::unexpected(added.error());
  }
  if (auto can = check_can_save(arguments.save); !can) return tl::unexpected(can.error());
  wishes.save = arguments.save;
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
  const auto text = text_to_plan(arguments);
  if (!text) return report(text.error());
  const auto wishes = read_wishes(arguments, *text);
  if (!wishes) return report(wishes.error());
  Monitor monitor;
  std::optional<Checked<PlanResult>> result;
  {
    const ProgressLine line(monitor, "plan");
    result = make_plan(*text, {.threads = arguments.threads, .version = std::string(version())},
                       monitor);
  }
  if (!*result) {
    const Errors& errors = result->error();
    return errors.front().code == ErrorCode::kInterrupted ? Exit::kInterrupted : report(errors);
  }
  const Exit published = publish(*wishes, **result);
  if (arguments.draft_file.empty()) return published;
  const auto written = write_file(arguments.draft_file, text->text());
  if (written) return published;
  report(written.error());
  return Exit::kFailure;
}

}  // namespace sluice::app
