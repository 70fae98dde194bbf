#include "app/calibrate_command.hpp"
#include "app/cli_parts.hpp"

namespace sluice::app {

void add_calibrate(CLI::App& app, CalibrateArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "calibrate", "Fit limits, service times and errors from the records of a replay");
  sub->add_option("records", arguments.records, "Files of `sluice replay --records`, a run each")
      ->type_name("RECORDS");
  sub->add_option("-o,--overlay-file", arguments.output,
                  "Write what was identified as an overlay that scenarios can name; with --probe "
                  "the scenario to run")
      ->type_name("PATH");
  sub->add_flag("--force", arguments.force,
                "Replace the file that -o names if it is there already");
  auto* scenario = sub->add_option(
      "--scenario", arguments.scenario.scenario,
      "Also say what differs from this scenario, and how far the simulation agrees with the "
      "records before and after");
  scenario->type_name("SCENARIO");
  add_overrides(*sub, arguments.scenario);
  sub->add_option("--probe", arguments.probe,
                  "Plan the cheapest requests that tell what is missing, of this scenario's "
                  "organization and models")
      ->type_name("SCENARIO")
      ->excludes(scenario);
  sub->add_option("--max-cost", arguments.max_cost, "What a probe may cost at worst")
      ->type_name("DOLLARS");
  sub->add_option("--format", arguments.format, "text or json")->capture_default_str();
  sub->footer(
      "\nExamples:\n"
      "  sluice replay scenarios/quickstart.json --speed 60 --records run.jsonl\n"
      "  sluice calibrate run.jsonl -o calibrated.json --scenario scenarios/quickstart.json\n"
      "  sluice verify scenarios/quickstart.json --overlay calibrated.json --records run.jsonl\n"
      "  sluice calibrate --probe scenarios/quickstart.json --max-cost 2 -o probe.json\n"
      "\nWhat the records cannot tell is said and left out. Exit codes: 0 fine, 1 failure (also\n"
      "where nothing could be identified for -o), 2 wrong usage, scenario or records, 130 "
      "interrupted.\n");
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return calibrate(arguments); }; });
}

}  // namespace sluice::app
