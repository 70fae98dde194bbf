// `sluice compare`: the same work on several models, in several tiers, with one thing changed, or
// split over models; what each costs and whether it keeps what the scenario asks for. All rows have
// the same replications and so the same draws: differences are paired.
//
//   SLUICE_TRY(ScenarioText text, ScenarioText::open("chat.json", {.whole_catalog = true}));
//   auto found = compare_scenario(text, {.models = "haiku,opus"}, {.replications = 5}, monitor);
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "experiment/compare_wishes.hpp"
#include "experiment/monitor.hpp"
#include "experiment/scenario_text.hpp"
#include "results/compare_result.hpp"

namespace sluice {

struct ComparisonOptions {
  std::int64_t replications = 5;
  std::int64_t threads = 1;
  std::string version{};
};

// `text` was opened with whole_catalog, so that limits of every model are there to be met. A model
// that the scenario cannot have (no limits in the tier, prompts beyond its context) is a row that
// says why; errors are those of the scenario itself, of the wishes, of a trace, or that
// monitor.stop ended it.
Checked<ModelComparison> compare_scenario(const ScenarioText& text, const ComparisonTexts& texts,
                                          const ComparisonOptions& options, Monitor& monitor);

}  // namespace sluice
