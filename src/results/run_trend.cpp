#include "results/run_trend.hpp"

namespace sluice {

std::vector<std::string> RunTrend::changes(std::size_t i) const {
  std::vector<std::string> found;
  if (i == 0) return found;
  const SavedRun& before = runs[i - 1];
  const SavedRun& now = runs[i];
  if (now.scenario_digest != before.scenario_digest) found.emplace_back(what_differs(before, now));
  if (now.catalog_digest != before.catalog_digest || now.catalog_date != before.catalog_date) {
    found.emplace_back("catalog");
  }
  if (now.version != before.version) found.emplace_back("version");
  return found;
}

}  // namespace sluice
