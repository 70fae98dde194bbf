#include "app/cli_parts.hpp"

#include <string>

#include "base/text.hpp"

namespace sluice::app {

// CLI11's own check names a range of three hundred digits.
CLI::Validator whole_number() {
  const auto check = [](const std::string& text) {
    const bool is_right = text.find_first_not_of("0123456789") == std::string::npos;
    return is_right ? std::string{} : in_quotes(text) + " is not a whole number, at least 0";
  };
  return CLI::Validator(check, "");
}

void add_bases(CLI::App& app, std::optional<std::string>& catalog,
               std::vector<std::string>& overlays) {
  app.add_option("--catalog", catalog, "Use the catalog in this folder, not the built-in one")
      ->type_name("DIR");
  app.add_option("--overlay", overlays,
                 "Lay this file between catalog and scenario (limits pull, calibrate); may be "
                 "repeated, later ones over earlier")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
}

void add_overrides(CLI::App& app, ScenarioArguments& arguments) {
  app.add_option("--set", arguments.overrides,
                 "Override a value: POINTER=VALUE, as /workloads/0/arrivals/rate=600/min")
      ->type_name("POINTER=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  add_bases(app, arguments.catalog, arguments.overlays);
}

void add_scenario(CLI::App& app, ScenarioArguments& arguments) {
  app.add_option("scenario", arguments.scenario, "Scenario file (docs/scenario.md)")->required();
  add_overrides(app, arguments);
}

}  // namespace sluice::app
