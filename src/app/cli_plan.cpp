// The command line of `sluice plan` and `sluice init`. The options that describe traffic in a few
// numbers are the questions of scenario/draft.hpp.
#include <optional>
#include <string>
#include <vector>

#include "app/cli_parts.hpp"
#include "app/plan_command.hpp"

namespace sluice::app {
namespace {

constexpr const char* kDraftGroup = "Traffic in a few numbers, instead of a scenario file";

void add_question(CLI::App& sub, const scenario::DraftQuestion& question,
                  std::optional<std::string>& answer) {
  const std::string help = std::string(question.question) + " As " + std::string(question.example) +
                           " (default: " + std::string(question.fallback) + ")";
  sub.add_option("--" + std::string(question.name), answer, help)
      ->type_name("TEXT")
      ->group(kDraftGroup);
}

// `files` takes FORMAT=PATH of --output, which is a question's name too; null: it is that alone.
void add_draft(CLI::App& sub, GivenAnswers& answers, std::vector<std::string>* files) {
  const auto questions = scenario::draft_questions();
  answers.resize(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (files == nullptr || questions[i].name != "output") {
      add_question(sub, questions[i], answers[i]);
      continue;
    }
    const auto sort = [&answer = answers[i], files](const std::vector<std::string>& given) {
      for (const std::string& text : given) {
        if (text.find('=') == std::string::npos) {
          answer = text;
        } else {
          files->push_back(text);
        }
      }
    };
    sub.add_option_function<std::vector<std::string>>("--output", sort,
                                                      "Output tokens, as 400:1500 (median:p95); or "
                                                      "FORMAT=PATH: also write the plan to a file; "
                                                      "may be repeated")
        ->type_name("TOKENS|FORMAT=PATH")
        ->take_all()
        ->allow_extra_args(false);
  }
}

}  // namespace

void add_plan(CLI::App& app, PlanArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "plan", "Which tier fits, which rate lasts, what would raise it, what does a month cost?");
  sub->add_option("scenario", arguments.scenario.scenario, "Scenario file (docs/scenario.md)");
  add_overrides(*sub, arguments.scenario);
  sub->add_option("--threads", arguments.threads,
                  "Simulations run at once; never changes a result (default: all of this machine)")
      ->check(CLI::Range(1, 256));
  sub->add_option("--format", arguments.format, "On stdout: text, json, html or markdown")
      ->capture_default_str();
  add_draft(*sub, arguments.draft, &arguments.outputs);
  sub->add_option("--save-scenario", arguments.draft_file,
                  "Write the scenario that these numbers make")
      ->type_name("FILE");
  sub->add_flag("--force", arguments.force, "Replace a file that --save-scenario names");
  add_save(*sub, arguments.save);
  sub->footer(
      "\nExamples:\n"
      "  sluice plan scenarios/quickstart.json\n"
      "  sluice plan scenarios/quickstart.json --set /workloads/0/arrivals/rate=600/min\n"
      "  sluice plan --model sonnet-5.5 --rate 300/min --input 2000:8000 --output 400:1500 "
      "--cached 3000\n");
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return plan(arguments); }; });
}

void add_init(CLI::App& app, InitArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "init", "Ask a planner's questions and write the scenario; or take the answers as options");
  sub->add_option("file", arguments.path, "Where to write it")->capture_default_str();
  sub->add_option("--catalog", arguments.catalog, "Use the catalog in this folder")
      ->type_name("DIR");
  sub->add_flag("--force", arguments.force, "Replace an existing file");
  add_draft(*sub, arguments.draft, nullptr);
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return init(arguments); }; });
}

}  // namespace sluice::app
