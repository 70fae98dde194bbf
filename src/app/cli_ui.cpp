#include "app/cli_parts.hpp"

namespace sluice::app {

void add_ui(CLI::App& app, UiArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand(
      "ui", "Explore a scenario in a browser: move its levers, watch limits, 429s and cost");
  sub->add_option("scenario", arguments.scenario,
                  "Scenario file to begin with (default: the quickstart); new ones are saved in "
                  "its folder, or in the current one");
  add_bases(*sub, arguments.catalog, arguments.overlays);
  sub->add_option("--port", arguments.port, "Port to listen on, at 127.0.0.1; 0: any free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  sub->footer(
      "\nExamples:\n"
      "  sluice ui\n"
      "  sluice ui my-scenario.json --port 8020\n"
      "  sluice ui my-scenario.json --overlay limits.json\n"
      "\nOpen the address that it prints, all of it. Ctrl-C ends it.\n");
  sub->callback([&chosen, &arguments] { chosen = [&arguments] { return serve_ui(arguments); }; });
}

}  // namespace sluice::app
