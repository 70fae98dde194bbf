#include "app/load_arguments.hpp"

namespace sluice::app {

Checked<scenario::LoadedScenario> load(const ScenarioArguments& arguments) {
  scenario::LoadOptions options;
  options.overrides = arguments.overrides;
  options.catalog_folder = arguments.catalog;
  return scenario::load_scenario(arguments.scenario, options);
}

}  // namespace sluice::app
