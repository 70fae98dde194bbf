#include "experiment/scenario_text.hpp"

#include "scenario/read_file.hpp"

namespace sluice {

using scenario::LoadedScenario;
using scenario::LoadOptions;

Checked<ScenarioText> ScenarioText::open(const std::string& path, LoadOptions options) {
  Result<std::string> text = scenario::read_file(path);
  if (!text) return tl::unexpected(Errors{text.error()});
  return of(std::move(*text), path, std::move(options));
}

Checked<ScenarioText> ScenarioText::of(std::string text, std::string name, LoadOptions options) {
  Checked<scenario::Catalog> catalog = scenario::load_catalog(options.catalog_folder);
  if (!catalog) return tl::unexpected(std::move(catalog).error());
  return ScenarioText(std::move(text), std::move(name), std::move(options), std::move(*catalog));
}

Checked<LoadedScenario> ScenarioText::load(const std::vector<std::string>& overrides) const {
  LoadOptions options = options_;
  options.overrides.insert(options.overrides.end(), overrides.begin(), overrides.end());
  return scenario::load_scenario_text(text_, path_, options, catalog_);
}

}  // namespace sluice
