#include "app/load_arguments.hpp"

#include <utility>

#include <fmt/format.h>

#include "experiment/run_facts.hpp"

namespace sluice::app {

scenario::LoadOptions load_options(const ScenarioArguments& arguments) {
  scenario::LoadOptions options;
  options.overrides = arguments.overrides;
  options.catalog_folder = arguments.catalog;
  options.overlays = arguments.overlays;
  return options;
}

Checked<scenario::LoadedScenario> load(const ScenarioArguments& arguments) {
  return scenario::load_scenario(arguments.scenario, load_options(arguments));
}

Checked<std::vector<Expectation>> parse_expectations(const std::vector<std::string>& texts,
                                                     const std::string& where,
                                                     const scenario::LoadedScenario& scenario) {
  std::vector<Expectation> expectations;
  Errors errors;
  const Names names = facts_of(scenario).names;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto parsed = parse_expectation(texts[i]);
    auto flaw = parsed ? check_terms(*parsed, names) : std::optional(std::move(parsed).error());
    if (flaw) {
      flaw->where = fmt::format("{}/{}", where, i);
      errors.push_back(std::move(*flaw));
    } else {
      expectations.push_back(std::move(*parsed));
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return expectations;
}

}  // namespace sluice::app
