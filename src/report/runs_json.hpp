// The history as JSON: sluice-runs (a list), sluice-diff (two runs) and sluice-trend (a scenario
// over time), in the layouts of docs/runs.schema.json, diff and trend. Numbers are in the metric's
// unit: seconds, dollars.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/run_diff.hpp"
#include "results/run_trend.hpp"
#include "results/saved_run.hpp"

namespace sluice {

std::string render_json(const std::vector<SavedRun>& runs, std::int64_t total);
std::string render_json(const RunDiff& diff);
std::string render_json(const RunTrend& trend);

std::string runs_schema();
std::string run_diff_schema();
std::string run_trend_schema();

}  // namespace sluice
