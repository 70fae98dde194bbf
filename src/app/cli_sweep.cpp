#include "app/cli_parts.hpp"
#include "app/sweep_command.hpp"

namespace sluice::app {
namespace {

void add_grid(CLI::App& sub, SweepArguments& arguments) {
  sub.add_option("--vary", arguments.vary,
                 "What varies: a list, as /organization/tier=start,build, or a range, as "
                 "/workloads/0/arrivals/rate=300/min..1200/min:4; may be repeated, for a grid")
      ->type_name("POINTER=VALUES")
      ->required()
      ->take_all()
      ->allow_extra_args(false);
  sub.add_option(
         "--metric", arguments.metrics,
         "What is read of every run, as latency.offered.p95 (sluice schema metrics); may be "
         "repeated (default: goodput, 429 share, p95, cost)")
      ->type_name("PATH")
      ->take_all()
      ->allow_extra_args(false);
  sub.add_option("--replications", arguments.replications,
                 "Independent runs of every cell (default: 10); with --precision the most of each "
                 "(default: 200)")
      ->check(CLI::Range(1, 10'000));
  sub.add_option("--precision", arguments.precision,
                 "Replicate each cell until all its figures are as precise, relative to their "
                 "means, as 5%")
      ->type_name("SHARE");
  sub.add_option("--threads", arguments.threads,
                 "Runs at once; never changes a result (default: all of this machine)")
      ->check(CLI::Range(1, 256));
}

}  // namespace

void add_sweep(CLI::App& app, SweepArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "sweep", "Run a scenario for every combination of some of its values, and compare");
  add_scenario(*sub, arguments.scenario);
  add_grid(*sub, arguments);
  sub->add_option("--out", arguments.out,
                  "Keep every finished run in this file (JSON lines); a sweep that was stopped or "
                  "killed goes on from it")
      ->type_name("FILE");
  sub->add_option("--format", arguments.format, "On stdout: text, json, csv, html or markdown")
      ->capture_default_str();
  sub->add_option("--output", arguments.outputs, "Also write a report to a file; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
  add_save(*sub, arguments.save);
  sub->footer(
      "\nExamples:\n"
      "  sluice sweep scenarios/quickstart.json --vary /organization/tier=start,build\n"
      "  sluice sweep scenarios/quickstart.json \\\n"
      "    --vary /workloads/0/arrivals/rate=300/min..1200/min:4 --threads 2 --out runs.jsonl\n"
      "\nAll cells see the same random numbers, so that their differences, which --format json "
      "and\n"
      "csv give with intervals, are much sharper than the figures themselves.\n");
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return sweep(arguments); }; });
}

}  // namespace sluice::app
