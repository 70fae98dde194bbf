#include "app/cli_parts.hpp"
#include "app/import_command.hpp"

namespace sluice::app {
namespace {

void add_reading(CLI::App& sub, ImportArguments& arguments) {
  sub.add_option("sources", arguments.sources,
                 "Files or folders of logs; before them, perhaps, their format: azure, burstgpt, "
                 "mooncake, servegen, claude-code, litellm, otel, usage-report, records, csv, "
                 "jsonl (default: found)")
      ->required()
      ->type_name("[FORMAT] FILE...");
  sub.add_flag("--strict", arguments.strict, "Stop at the first bad row instead of leaving it out");
  sub.add_option("--column", arguments.columns,
                 "Of csv and jsonl: their name for a column of ours (docs/traces.md); may be "
                 "repeated")
      ->type_name("OURS=THEIRS")
      ->take_all()
      ->allow_extra_args(false);
  sub.add_option("--window-start", arguments.window_start,
                 "Of servegen: leave out what is before, from the start of its windows")
      ->type_name("TIME");
  sub.add_option("--window-length", arguments.window_length,
                 "Of servegen: leave out what is after so much")
      ->type_name("TIME");
  sub.add_option("--request-tokens", arguments.request_tokens,
                 "Of usage-report: the mean prompt of the calls behind its sums, a guess")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
}

void add_writing(CLI::App& sub, ImportArguments& arguments) {
  sub.add_option("-o,--output", arguments.output,
                 "The scenario; its traces are written beside it, as NAME.MODEL.csv")
      ->required()
      ->type_name("FILE");
  sub.add_flag("--force", arguments.force, "Replace files that are there already");
  sub.add_flag("--fit", arguments.fit,
               "Distributions instead of traces, held against the trace by simulation");
  sub.add_option("--replications", arguments.replications,
                 "Of a fit, where it is held against its trace")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  sub.add_option("--threads", arguments.threads, "Replications at once; never changes a result")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  sub.add_option("--model", arguments.model,
                 "Model for calls whose own is not in the catalog, or not told")
      ->type_name("NAME")
      ->capture_default_str();
  sub.add_option("--tier", arguments.tier, "Usage tier of the scenario")
      ->type_name("NAME")
      ->capture_default_str();
  sub.add_option("--seed", arguments.seed, "Seed of all draws")
      ->check(whole_number())
      ->capture_default_str();
  sub.add_option("--catalog", arguments.catalog, "Use the catalog in this folder")
      ->type_name("DIR");
  sub.add_option("--format", arguments.format, "Of what is printed: text or json")
      ->capture_default_str();
}

}  // namespace

void add_import(CLI::App& app, ImportArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "import", "Make a scenario from logs, and say what they have cost and where they would fit");
  add_reading(*sub, arguments);
  add_writing(*sub, arguments);
  sub->footer(
      "\nExamples:\n"
      "  sluice import ~/.claude/projects -o mine.json\n"
      "  sluice import azure AzureLLMInferenceTrace_conv.csv -o azure.json --fit\n"
      "  sluice import csv calls.csv --column input_tokens=prompt_len -o app.json\n"
      "\nOnly counts, times, models and hashes leave a log: docs/import.md. Exit codes: 0 fine,\n"
      "1 failure, 2 wrong usage or a log that cannot be read, 130 interrupted (nothing is "
      "written).\n");
  sub->callback(
      [&chosen, &arguments] { chosen = [&arguments] { return import_logs(arguments); }; });
}

}  // namespace sluice::app
