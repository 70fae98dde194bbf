#include "app/cli_parts.hpp"
#include "app/tune_command.hpp"

namespace sluice::app {

void add_tune(CLI::App& app, TuneArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "tune", "Find the client policy that serves a scenario best, and confirm it");
  add_scenario(*sub, arguments.scenario);
  sub->add_option("--client", arguments.client,
                  "Whose policy is tuned (default: the first workload's client)")
      ->type_name("NAME");
  sub->add_option("--goal", arguments.goals,
                  "goodput, latency_p95, latency_p99, rate_limited, attempts_per_success, cost; "
                  "the most important first (default: the scenario's, else "
                  "goodput,latency_p95,attempts_per_success)")
      ->delimiter(',')
      ->type_name("GOAL,...")
      ->allow_extra_args(false);
  sub->add_option(
         "--budget", arguments.budget,
         "Simulated runs, 300 or more, as 800, or the nominal time of one core, as 60s: the "
         "number of runs follows from the scenario, never from the clock (default: 60s)")
      ->type_name("RUNS|TIME");
  sub->add_option("--fallback", arguments.fallback,
                  "Let policies ask this model after a 429 or 529")
      ->type_name("MODEL");
  sub->add_option("--threads", arguments.threads,
                  "Runs at once; never changes a result (default: all of this machine)")
      ->check(CLI::Range(1, 256));
  sub->add_option("--seed", arguments.seed, "Seed of all draws (default: the scenario's)")
      ->check(whole_number());
  sub->add_option("--format", arguments.format,
                  "text, json, html, markdown, or the policy's code: python, typescript")
      ->capture_default_str();
  sub->add_option("--output", arguments.outputs, "Also write a report to a file; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
  add_save(*sub, arguments.save);
  sub->footer(
      "\nExamples:\n"
      "  sluice tune scenarios/retry-storm.json --threads 2\n"
      "  sluice tune scenarios/quickstart.json --goal goodput,rate_limited --budget 500\n"
      "  sluice tune scenarios/launch-spike.json --fallback haiku-5.5 --output python=client.py\n"
      "\nSmall differences decide nothing; what is recommended was confirmed on replications that\n"
      "the search has not seen. Exit codes: 0 fine (also where today's policy is kept), 1 "
      "failure,\n"
      "2 wrong usage or scenario, 130 interrupted (the best so far is printed, marked partial).\n");
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return tune(arguments); }; });
}

}  // namespace sluice::app
