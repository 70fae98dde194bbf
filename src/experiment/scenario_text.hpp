// One scenario, read once, from which many slightly different ones are loaded: the cells of a
// sweep, the tiers of a plan, the models of a comparison. Each is checked as if it stood in a file.
//
//   SLUICE_TRY(ScenarioText text, ScenarioText::open("quickstart.json", options));
//   Checked<LoadedScenario> build = text.load({"/organization/tier=build"});
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "scenario/catalog.hpp"
#include "scenario/load.hpp"

namespace sluice {

class ScenarioText {
 public:
  // Reads the file and the catalog; what the file says is looked at by load().
  static Checked<ScenarioText> open(const std::string& path, scenario::LoadOptions options);
  // A text that stands in no file; `name` is its path in messages.
  static Checked<ScenarioText> of(std::string text, std::string name,
                                  scenario::LoadOptions options);

  // With these overrides (POINTER=VALUE) after those of the options.
  Checked<scenario::LoadedScenario> load(const std::vector<std::string>& overrides = {}) const;

  const std::string& text() const noexcept { return text_; }
  const std::string& path() const noexcept { return path_; }
  const scenario::LoadOptions& options() const noexcept { return options_; }
  const scenario::Catalog& catalog() const noexcept { return catalog_; }

 private:
  ScenarioText(std::string text, std::string path, scenario::LoadOptions options,
               scenario::Catalog catalog)
      : text_(std::move(text)),
        path_(std::move(path)),
        options_(std::move(options)),
        catalog_(std::move(catalog)) {}

  std::string text_;
  std::string path_;
  scenario::LoadOptions options_;
  scenario::Catalog catalog_;
};

}  // namespace sluice
