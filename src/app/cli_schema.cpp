#include <algorithm>
#include <string>
#include <vector>

#include "app/cli_parts.hpp"
#include "base/text.hpp"

namespace sluice::app {

namespace {

// Lists the words in --help, and says what was meant by another one.
CLI::Validator one_of(const std::vector<std::string>& names) {
  const auto check = [names](const std::string& word) {
    const bool is_known = std::find(names.begin(), names.end(), word) != names.end();
    return is_known ? std::string()
                    : in_quotes(word) + " is not one of " + join(names) + suggestion(word, names);
  };
  return {check, "{" + join(names, ",") + "}"};
}

}  // namespace

void add_schema(CLI::App& app, SchemaArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "schema", "Print a JSON Schema, or the reference made from the same descriptions");
  const std::vector<std::string> names = schema_names();
  sub->add_option("what", arguments.what, "What is to be described, see below")
      ->check(one_of(names))
      ->capture_default_str();
  sub->footer(
      "\nWhat people write: scenario, overlay; reference is the fields of a scenario as Markdown.\n"
      "What --format json prints, by the text after \"sluice-\" in its \"format\": result (of\n"
      "simulate and replay), agreement (verify), plan, tune, comparison (compare), sweep, import,\n"
      "calibration, probe (calibrate --probe), limits, usage, runs, diff and trend (runs ...),\n"
      "policies, selftest, machine (selftest --machine).\n"
      "Other files: records (a line of --records), usage-report (of usage pull). metrics is the\n"
      "list of all metrics as Markdown.\n"
      "\nExamples:\n"
      "  sluice schema > scenario.schema.json\n"
      "  sluice schema result\n");
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return schema(arguments); }; });
}

}  // namespace sluice::app
