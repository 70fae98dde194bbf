// What a comparison is asked for, as texts of the command line, and the same once models, tiers and
// workloads have been found. Every error says which option was wrong and what would be right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/compare_models.hpp"
#include "experiment/compare_variants.hpp"
#include "experiment/scenario_text.hpp"
#include "scenario/load.hpp"

namespace sluice {

struct ComparisonTexts {
  std::string models = "haiku,sonnet,opus";
  std::string tiers{};               // "start,build"; empty: no table by tiers
  std::string what_if{};             // "cache,batch"; empty: none
  std::vector<std::string> mixes{};  // "haiku:80,opus:20" or "chat=haiku,agents=opus"
  std::string quality{};             // "haiku:0.7,opus:1"
  std::string min_quality{};         // "0.85"
  std::string max_latency_p95{};     // "10s"
};

// Either shares of all sessions, or a model for some of the workloads.
struct MixWish {
  std::string text;
  std::vector<ModelShare> shares;
  std::vector<std::string> model_of_workload;  // ids; empty: as it is
};

struct ComparisonWishes {
  std::vector<ComparedModel> models;
  std::vector<std::string> tiers;
  std::vector<WorkChange> changes;
  std::vector<MixWish> mixes;
  std::vector<double> quality;  // by model; empty: none was given
  std::optional<double> min_quality;
  std::optional<double> max_latency_p95;  // seconds

  bool wants_cheapest_mix() const noexcept {
    return min_quality.has_value() || max_latency_p95.has_value();
  }
};

Checked<ComparisonWishes> read_wishes(const ComparisonTexts& texts, const ScenarioText& scenario,
                                      const scenario::LoadedScenario& today);

}  // namespace sluice
