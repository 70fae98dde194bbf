// A scenario with overlays beside it in a folder of their own, for tests of what comes of them.
// Errors come back as text without the folder's path.
#pragma once

#include <fstream>
#include <string>

#include "scenario/load.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace sluice::testing {

using scenario::LoadedScenario;
using scenario::LoadOptions;

inline std::string error_text(const Errors& errors) {
  std::string all;
  for (const Error& error : errors) all += error.text() + "\n";
  return all;
}

// A folder with overlays in it and a scenario that names some of them.
class Case {
 public:
  Case& overlay(const std::string& name, const std::string& rest) {
    return file(name, R"({"sluice_overlay": 1)" + (rest.empty() ? "" : ",\n" + rest) + "}");
  }
  Case& file(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
    return *this;
  }
  // `more` goes before the workload.
  Checked<LoadedScenario> load(const std::string& more, const LoadOptions& options = {}) const {
    const std::string text = "{\"sluice\": 1,\n" + more +
                             R"("workloads": [{"model": "sonnet-5.5", "input": 1000, "output": 200,
        "arrivals": {"type": "poisson", "rate": "10/s"}}]})";
    return scenario::load_scenario_text(text, path("scenario.json"), options);
  }
  LoadedScenario loaded(const std::string& more, const LoadOptions& options = {}) const {
    auto scenario = load(more, options);
    INFO((scenario ? std::string{} : error_text(scenario.error())));
    REQUIRE(scenario);
    return *std::move(scenario);
  }
  std::string errors(const std::string& more, const LoadOptions& options = {}) const {
    const auto scenario = load(more, options);
    REQUIRE_FALSE(scenario);
    std::string text = error_text(scenario.error());
    for (std::size_t at = text.find(prefix()); at != std::string::npos; at = text.find(prefix())) {
      text.erase(at, prefix().size());
    }
    return text;
  }
  std::string path(const std::string& name) const { return prefix() + name; }

 private:
  std::string prefix() const { return folder_.path().string() + "/"; }
  TemporaryFolder folder_;
};

inline constexpr const char* kNamed = R"("overlays": ["a.json"],)";

}  // namespace sluice::testing
