// The command line of `sluice plan` and `sluice init`. The options that describe traffic in a few
// numbers are the questions of scenario/draft.hpp.
#include <memory>
#include <string>

#include "app/cli_parts.hpp"
#include "app/plan_command.hpp"

namespace sluice::app {
namespace {

void add_draft(CLI::App& sub, GivenAnswers& answers) {
  const auto questions = scenario::draft_questions();
  answers.resize(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const std::string help = std::string(questions[i].question) + " As " +
                             std::string(questions[i].example) +
                             " (default: " + std::string(questions[i].fallback) + ")";
    sub.add_option("--" + std::string(questions[i].name), answers[i], help)
        ->type_name("TEXT")
        ->group("Traffic in a few numbers, instead of a scenario file");
  }
}

}  // namespace

void add_plan(CLI::App& app, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "plan", "Which tier fits, which rate lasts, what would raise it, what does a month cost?");
  const auto arguments = std::make_shared<PlanArguments>();
  sub->add_option("scenario", arguments->scenario.scenario, "Scenario file (docs/scenario.md)");
  add_overrides(*sub, arguments->scenario);
  sub->add_option("--threads", arguments->threads,
                  "Simulations run at once; never changes a result (default: all of this machine)")
      ->check(CLI::Range(1, 256));
  sub->add_option("--format", arguments->format, "On stdout: text or json")->capture_default_str();
  sub->add_option("--output", arguments->outputs, "Also write the plan to a file; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
  add_draft(*sub, arguments->draft);
  sub->add_option("--save", arguments->save, "Write the scenario that these numbers make")
      ->type_name("FILE");
  sub->footer(
      "\nExamples:\n"
      "  sluice plan scenarios/quickstart.json\n"
      "  sluice plan scenarios/quickstart.json --set /workloads/0/arrivals/rate=600/min\n"
      "  sluice plan --model sonnet-5.5 --rate 300/min --input 2000:8000 --output 400:1500 "
      "--cached 3000\n");
  sub->callback([arguments, &chosen] { chosen = [arguments] { return plan(*arguments); }; });
}

void add_init(CLI::App& app, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "init", "Ask a planner's questions and write the scenario; or take the answers as options");
  const auto arguments = std::make_shared<InitArguments>();
  sub->add_option("file", arguments->path, "Where to write it")->capture_default_str();
  sub->add_option("--catalog", arguments->catalog, "Use the catalog in this folder")
      ->type_name("DIR");
  sub->add_flag("--force", arguments->force, "Replace an existing file");
  add_draft(*sub, arguments->draft);
  sub->callback([arguments, &chosen] { chosen = [arguments] { return init(*arguments); }; });
}

}  // namespace sluice::app
