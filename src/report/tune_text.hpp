// What `tune` found, for people: the verdict first, then the paired figures behind it, the Pareto
// front, how the choice holds in other worlds, what it rests on, and what to paste.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/tune_result.hpp"

namespace sluice {

// `path`: of the scenario, in the command that reproduces the recommendation.
std::string render_text(const TuneResult& result, const std::string& path, TextStyle style);

// "goodput.share 92.1 % (today 48.0 %), latency.offered.p95 40.1 s (today 10.00 min)".
std::string goals_text(const std::vector<TuneGoal>& goals, const std::vector<double>& best,
                       const std::vector<double>& today);

}  // namespace sluice
