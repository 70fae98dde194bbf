// What a comparison's runs advise: the cheapest mix under constraints, which row is to be
// recommended and what that hangs on, and where caching and batches begin to pay.
#pragma once

#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "experiment/compare_figures.hpp"
#include "experiment/compare_table.hpp"
#include "experiment/compare_wishes.hpp"
#include "results/compare_result.hpp"

namespace sluice {

struct MixSearch {
  const ScenarioText& text;
  const scenario::LoadedScenario& today;
  const ComparisonWishes& wishes;
  std::size_t today_row = 0;
  const std::vector<std::size_t>& model_rows;
};

// By the linear program of compare_mix.hpp. Its coefficients are first those of runs without
// limits: if no mix keeps the constraints there, none does at all. What it finds is simulated with
// limits; where that fails, the share in time is asked for with a margin (up to one point), then
// the coefficients are those of runs with limits, each model on its own. A confirmed mix is a row
// of the table. Models without a price take no part.
Result<MixAdvice> find_cheapest_mix(const MixSearch& search, const ComparedMetrics& metrics,
                                    ComparedTable& table);

struct JudgedTable {
  const ComparedTable& table;
  const ComparedMetrics& metrics;
  const std::vector<std::size_t>& model_rows;
};

// Fills recommended, next, sensitivity, break_evens, prefixes and service_times_are_guesses of a
// comparison whose rows are finished. The recommended row is the cheapest per success of today, the
// models and the mixes that keeps all requirements.
void judge(ModelComparison& comparison, const JudgedTable& judged);

}  // namespace sluice
