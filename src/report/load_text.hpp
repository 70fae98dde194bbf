// What the text report says of a load run beyond a simulation: where it went, whether the generator
// kept its schedule, what it was allowed to spend, why it stopped. Rates stand side by side, so
// that none is read without the share that succeeded.
#pragma once

#include <string>
#include <vector>

#include "results/metric.hpp"
#include "results/run_result.hpp"

namespace sluice {

struct LabelledText {
  std::string label;
  std::string text;
};

// Requires result.facts.load.
std::vector<LabelledText> load_lines(const RunResult& result, const MetricReader& metric);

}  // namespace sluice
