#include "app/cli_parts.hpp"
#include "app/limits_command.hpp"
#include "app/usage_command.hpp"

namespace sluice::app {
namespace {

constexpr const char* kKeyText =
    "\nThe Admin key comes from ANTHROPIC_ADMIN_KEY (or ANTHROPIC_ADMIN_API_KEY), --env-file or\n"
    "--admin-key-file, never from the command line, and is never shown. Exit codes: 0 fine, 1 the\n"
    "server or the network failed, 2 wrong usage or no key, 130 interrupted.\n";

void add_admin(CLI::App& sub, AdminArguments& arguments) {
  sub.add_option("--target", arguments.target, "Whose Admin API is asked: https, or loopback")
      ->type_name("URL")
      ->capture_default_str();
  sub.add_option("--env-file", arguments.env_file,
                 "Variables of a file (NAME=value lines), where the environment has none")
      ->type_name("FILE");
  sub.add_option("--admin-key-file", arguments.key_file, "Read the Admin key from this file")
      ->type_name("FILE");
  sub.add_option("--ca-file", arguments.ca_file,
                 "Certificates to trust instead of the system's (PEM)")
      ->type_name("FILE");
  sub.add_option("--catalog", arguments.catalog,
                 "Use the catalog in this folder, not the built-in one")
      ->type_name("DIR");
  sub.add_option("--format", arguments.format, "On stdout: text or json")->capture_default_str();
  sub.add_flag("--force", arguments.force, "Replace the file that -o names if it is there already");
}

}  // namespace

void add_limits(CLI::App& app, LimitsPullArguments& arguments, Chosen& chosen) {
  auto* limits = app.add_subcommand("limits", "An organization's real limits (limits pull)");
  limits->require_subcommand(1);
  auto* pull = limits->add_subcommand(
      "pull", "Read rate and spend limits from the Admin API and show what differs from a tier");
  add_admin(*pull, arguments.admin);
  pull->add_option("-o,--output", arguments.overlay,
                   "Write an overlay that scenarios name under \"overlays\"")
      ->type_name("FILE");
  pull->add_option("--tier", arguments.tier,
                   "Compare with this usage tier (default: the one that is nearest)")
      ->type_name("NAME");
  pull->add_flag("--all", arguments.all, "Show the limits that are as published too");
  pull->footer(
      std::string("\nExamples:\n"
                  "  sluice limits pull\n"
                  "  sluice limits pull -o limits.json --tier build\n"
                  "  sluice limits pull --target http://127.0.0.1:8010   (of sluice mock)\n") +
      kKeyText);
  pull->callback(
      [&chosen, &arguments] { chosen = [&arguments] { return pull_limits(arguments); }; });
}

void add_usage(CLI::App& app, UsagePullArguments& arguments, Chosen& chosen) {
  auto* usage = app.add_subcommand("usage", "An organization's usage and cost (usage pull)");
  usage->require_subcommand(1);
  auto* pull = usage->add_subcommand(
      "pull", "Read usage and cost reports from the Admin API, for sluice import usage-report");
  add_admin(*pull, arguments.admin);
  pull->add_option("-o,--output", arguments.output, "Write what was read to this file")
      ->required()
      ->type_name("FILE");
  pull->add_option("--from", arguments.from, "First day, UTC (default: six days before --to)")
      ->type_name("DATE");
  pull->add_option("--to", arguments.to, "Last day, included (default: today)")->type_name("DATE");
  pull->add_option("--width", arguments.width, "Of an interval: 1m, 1h or 1d")
      ->capture_default_str();
  pull->footer(
      std::string("\nExamples:\n"
                  "  sluice usage pull -o usage.json\n"
                  "  sluice usage pull --from 2026-11-01 --to 2026-11-14 --width 1h -o usage.json\n"
                  "  sluice import usage-report usage.json -o scenario.json\n") +
      kKeyText);
  pull->callback(
      [&chosen, &arguments] { chosen = [&arguments] { return pull_usage(arguments); }; });
}

}  // namespace sluice::app
