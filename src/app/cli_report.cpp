// The command line of `sluice report`: a result's file, and what is to be made of it.
#include "app/cli_parts.hpp"

namespace sluice::app {

void add_report_command(CLI::App& app, ShowArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand("report", "Show a result again that a command wrote as JSON");
  sub->add_option("file", arguments.file, "JSON of simulate, replay, verify, plan, tune, ...")
      ->required();
  sub->add_option("--format", arguments.format, "On stdout: html, json, markdown or junit");
  sub->add_option("--output", arguments.outputs, "Write it to a file instead; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
  sub->footer(
      "\nExamples:\n"
      "  sluice simulate scenarios/quickstart.json --output json=run.json\n"
      "  sluice report run.json --output html=report.html\n");
  sub->callback(
      [&chosen, &arguments] { chosen = [&arguments] { return show_report(arguments); }; });
}

}  // namespace sluice::app
