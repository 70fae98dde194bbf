// The command line of `sluice runs` and its five parts, and --save with --db for the commands whose
// results are kept.
#include <string>

#include "app/cli_parts.hpp"
#include "app/runs_command.hpp"

namespace sluice::app {
namespace {

constexpr const char* kDatabase =
    "The file that keeps them (default: SLUICE_RUNS_DB, else sluice/runs.db in XDG_DATA_HOME or "
    "~/.local/share)";

const char* const kKinds[] = {"simulate", "replay", "verify", "plan", "tune", "compare", "sweep"};

CLI::Validator is_kind() {
  return CLI::IsMember(std::vector<std::string>(std::begin(kKinds), std::end(kKinds)));
}

CLI::App* add_part(CLI::App& runs, const std::string& name, const std::string& about,
                   RunsArguments& arguments) {
  CLI::App* part = runs.add_subcommand(name, about);
  part->add_option("--db", arguments.database, kDatabase)->type_name("FILE");
  return part;
}

void add_formats(CLI::App& part, RunsArguments& arguments, const std::string& formats) {
  part.add_option("--format", arguments.format, "On stdout: " + formats)->capture_default_str();
  part.add_option("--output", arguments.outputs, "Also write it to a file; may be repeated")
      ->type_name("FORMAT=PATH")
      ->take_all()
      ->allow_extra_args(false);
}

void add_list(CLI::App& runs, RunsListArguments& arguments, Chosen& chosen) {
  CLI::App* part =
      add_part(runs, "list", "The runs that were kept, the newest first", arguments.runs);
  part->add_option("--scenario", arguments.scenario, "Of this name, or the begin of its digest")
      ->type_name("NAME|DIGEST");
  part->add_option("--kind", arguments.kind, "Of this command")->check(is_kind());
  part->add_option("--limit", arguments.limit, "So many at most; 0: all")
      ->check(whole_number())
      ->capture_default_str();
  add_formats(*part, arguments.runs, "text or json");
  part->callback([&] { chosen = [&] { return list_runs(arguments); }; });
}

void add_show(CLI::App& runs, RunsShowArguments& arguments, Chosen& chosen) {
  CLI::App* part = add_part(runs, "show", "A run's report, as it was", arguments.runs);
  part->add_option("run", arguments.id, "Its number")->required()->check(whole_number());
  add_formats(*part, arguments.runs, "text, json (what was kept, to the byte) or html");
  part->callback([&] { chosen = [&] { return show_run(arguments); }; });
}

void add_diff(CLI::App& runs, RunsDiffArguments& arguments, Chosen& chosen) {
  CLI::App* part = add_part(runs, "diff", "Two runs, number by number, and what of it is chance",
                            arguments.runs);
  part->add_option("first", arguments.first, "Number of the one")
      ->required()
      ->check(whole_number());
  part->add_option("second", arguments.second, "Number of the other")
      ->required()
      ->check(whole_number());
  part->add_flag("--all", arguments.all, "Show what is equal too, and what chance could do");
  add_formats(*part, arguments.runs, "text or json");
  part->callback([&] { chosen = [&] { return compare_runs(arguments); }; });
}

void add_trend(CLI::App& runs, RunsTrendArguments& arguments, Chosen& chosen) {
  CLI::App* part = add_part(runs, "trend", "A scenario's runs over time", arguments.runs);
  part->add_option("scenario", arguments.scenario, "Its name, or the begin of its digest")
      ->required();
  part->add_option("--metric", arguments.metrics,
                   "A figure by its path (docs/metrics.md); may be repeated")
      ->type_name("PATH")
      ->take_all()
      ->allow_extra_args(false);
  part->add_option("--kind", arguments.kind, "Of this command")->check(is_kind());
  part->add_option("--limit", arguments.limit, "The newest so many; 0: all")
      ->check(whole_number())
      ->capture_default_str();
  add_formats(*part, arguments.runs, "text, json or html (a chart)");
  part->callback([&] { chosen = [&] { return follow_runs(arguments); }; });
}

void add_remove(CLI::App& runs, RunsRemoveArguments& arguments, Chosen& chosen) {
  CLI::App* part = add_part(runs, "rm", "Take runs away; asks first on a terminal", arguments.runs);
  part->add_option("runs", arguments.ids, "Their numbers")->required()->check(whole_number());
  part->add_flag("--yes", arguments.yes, "Do not ask");
  part->callback([&] { chosen = [&] { return remove_runs(arguments); }; });
}

}  // namespace

void add_save(CLI::App& app, SaveArguments& arguments) {
  CLI::Option* save =
      app.add_flag("--save", arguments.wanted, "Keep the result (sluice runs lists what is kept)");
  app.add_option("--db", arguments.database, kDatabase)->type_name("FILE")->needs(save);
}

void add_runs(CLI::App& app, AllRunsArguments& arguments, Chosen& chosen) {
  CLI::App* runs = app.add_subcommand(
      "runs", "The results that --save has kept: list, show, compare, follow, remove");
  runs->require_subcommand(1);
  add_list(*runs, arguments.list, chosen);
  add_show(*runs, arguments.show, chosen);
  add_diff(*runs, arguments.diff, chosen);
  add_trend(*runs, arguments.trend, chosen);
  add_remove(*runs, arguments.remove, chosen);
  runs->footer(
      "\nExamples:\n"
      "  sluice simulate scenarios/quickstart.json --replications 10 --save\n"
      "  sluice runs list --scenario quickstart\n"
      "  sluice runs diff 12 13\n"
      "  sluice runs trend quickstart --metric latency.success.p95 --output html=trend.html\n");
}

}  // namespace sluice::app
