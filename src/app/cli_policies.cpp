// The command line of `sluice policies`: what is asked for is read off the parser when it is done.
// Unknown formats end there; unknown names are the command's business.
#include <string>

#include "app/cli_parts.hpp"
#include "app/policies_command.hpp"

namespace sluice::app {

void add_policies(CLI::App& app, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "policies", "List what clients can do about limits: formulas, constants, sources, waits");
  const CLI::Option* name = sub->add_option("name", "Show all of one, and how a scenario names it");
  const CLI::Option* format = sub->add_option("--format", "text (default), json or markdown")
                                  ->check(CLI::IsMember({"text", "json", "markdown"}));
  sub->footer(
      "\nExamples:\n"
      "  sluice policies\n"
      "  sluice policies retry-after-jitter\n"
      "  sluice policies --format json\n");
  sub->callback([name, format, &chosen] {
    PoliciesArguments arguments;
    if (name->count() > 0) arguments.name = name->as<std::string>();
    if (format->count() > 0) arguments.format = format->as<std::string>();
    chosen = [arguments] { return policies(arguments); };
  });
}

}  // namespace sluice::app
