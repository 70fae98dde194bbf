#include "app/cli_parts.hpp"

namespace sluice::app {

void add_catalog(CLI::App& app, AllCatalogArguments& arguments, Chosen& chosen) {
  auto* sub = app.add_subcommand("catalog", "Show models, limits and prices, guesses marked");
  sub->require_subcommand(0, 1);
  sub->add_option("--as-of", arguments.show.as_of, "As it was on this day (default: the newest)")
      ->type_name("YYYY-MM-DD");
  sub->add_option("--catalog", arguments.show.catalog, "Show the catalog in this folder")
      ->type_name("DIR");
  sub->callback([&chosen, &arguments] {
    if (!chosen) chosen = [&arguments] { return catalog(arguments.show); };
  });

  auto* diff = sub->add_subcommand("diff", "Say row by row what differs between two catalogs");
  diff->add_option("before", arguments.diff.before, "Folder, or embedded")->required();
  diff->add_option("after", arguments.diff.after, "Folder, or embedded")->required();
  diff->callback(
      [&chosen, &arguments] { chosen = [&arguments] { return catalog_diff(arguments.diff); }; });

  auto* check = sub->add_subcommand("check", "Say what a catalog lacks or has wrong, line by line");
  check->add_option("catalog", arguments.check.catalog, "Folder, or embedded")
      ->capture_default_str();
  check
      ->add_option("--npm", arguments.check.node_modules,
                   "Also compare prices with @pydantic/genai-prices and @earendil-works/pi-ai in "
                   "this node_modules (default: ./node_modules, if there is one)")
      ->type_name("DIR");
  check->callback(
      [&chosen, &arguments] { chosen = [&arguments] { return catalog_check(arguments.check); }; });
  sub->footer(
      "\nExamples:\n"
      "  sluice catalog --as-of 2026-05-01\n"
      "  sluice catalog check scenarios/catalog\n"
      "  sluice catalog diff embedded scenarios/catalog\n"
      "\nExit code of check: 3 if it found something. docs/catalog.md says how to edit a "
      "catalog.\n");
}

}  // namespace sluice::app
