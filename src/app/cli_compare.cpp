#include "app/cli_parts.hpp"
#include "app/compare_command.hpp"

namespace sluice::app {
namespace {

void add_wishes(CLI::App& sub, ComparisonTexts& wishes) {
  sub.add_option("--models", wishes.models,
                 "Ids, aliases, or families (their newest): haiku,sonnet-5.5")
      ->type_name("LIST")
      ->capture_default_str();
  sub.add_option("--tiers", wishes.tiers, "Also each model in each of these tiers: start,build")
      ->type_name("LIST");
  sub.add_option("--what-if", wishes.what_if,
                 "Also each model with one thing changed: cache, no-cache, 5m, 1h, batch, "
                 "half-batch, fast")
      ->type_name("LIST");
  sub.add_option("--mix", wishes.mixes,
                 "Also the sessions split by share, or workloads routed; may be repeated: "
                 "haiku:80,opus:20 or chat=haiku,agents=opus")
      ->type_name("MIX")
      ->take_all()
      ->allow_extra_args(false);
  sub.add_option("--quality", wishes.quality,
                 "What an answer of each model is worth to you: haiku:0.7,sonnet:0.9,opus:1")
      ->type_name("LIST");
  sub.add_option("--min-quality", wishes.min_quality,
                 "Find the cheapest mix whose mean weight is at least this")
      ->type_name("WEIGHT");
  sub.add_option("--max-latency-p95", wishes.max_latency_p95,
                 "Find the cheapest mix that answers 95 % of its requests within this")
      ->type_name("DURATION");
}

}  // namespace

void add_compare(CLI::App& app, CompareArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "compare", "The same work on several models: costs, limits, latency, the cheapest mix");
  add_scenario(*sub, arguments.scenario);
  add_wishes(*sub, arguments.wishes);
  sub->add_option("--seed", arguments.seed, "Seed of all draws (default: the scenario's)")
      ->check(whole_number());
  sub->add_option("--replications", arguments.replications,
                  "Runs of every row, with the same draws in each; for intervals at least 2")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub->add_option("--threads", arguments.threads,
                  "Runs at once; never changes a result (default: all of this machine)")
      ->check(CLI::Range(1, 256));
  sub->add_option("--format", arguments.format, "On stdout: text, json, csv, html or markdown")
      ->capture_default_str();
  sub->add_option("--output", arguments.outputs, "Also write a report to a file; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
  add_save(*sub, arguments.save);
  sub->footer(
      "\nExamples:\n"
      "  sluice compare scenarios/quickstart.json\n"
      "  sluice compare scenarios/support-chat.json --what-if no-cache,1h,batch\n"
      "  sluice compare scenarios/quickstart.json --mix haiku:80,sonnet:15,opus:5 --tiers "
      "start,build\n"
      "  sluice compare scenarios/quickstart.json --quality haiku:0.7,sonnet:0.9,opus:1 \\\n"
      "      --min-quality 0.85 --max-latency-p95 15s\n"
      "\nDifferences are to the scenario as it is, run by run with the same draws.\n");
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return compare(arguments); }; });
}

}  // namespace sluice::app
