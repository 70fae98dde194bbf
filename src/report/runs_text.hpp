// The history as people read it: a list of kept runs, one run's report with who made it above, two
// runs number by number, a scenario over time with a sparkline of each figure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/text.hpp"
#include "results/run_diff.hpp"
#include "results/run_trend.hpp"
#include "results/saved_run.hpp"

namespace sluice {

// `total` is how many there are, of which these are the newest.
std::string render_text(const std::vector<SavedRun>& runs, std::int64_t total, TextStyle style);

std::string render_text(const SavedRun& run, const SavedDocument& document, TextStyle style);

// With `all`, what does not differ too.
std::string render_text(const RunDiff& diff, bool all, TextStyle style);

std::string render_text(const RunTrend& trend, TextStyle style);

// "run 12 (simulate quickstart, 2026-11-21 12:30)".
std::string one_line(const SavedRun& run);

}  // namespace sluice
