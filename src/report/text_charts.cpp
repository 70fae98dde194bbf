#include "report/text_charts.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/spark.hpp"
#include "results/binding.hpp"

namespace sluice {

std::string use_over_time(const RunResult& result, std::size_t limiter, std::size_t columns) {
  std::vector<std::optional<double>> shares;
  for (const LimiterCell& cell : result.measured.levels[limiter].cells()) {
    if (cell.readings == 0) {
      shares.emplace_back();
    } else {
      const LimitUse use{.taken = cell.taken, .allowed = cell.allowed};
      shares.emplace_back(utilisation(use, period(result.facts.limiters[limiter])));
    }
  }
  return sparkline(shares, columns);
}

std::string use_legend(const RunResult& result) {
  const TimeSeries<TrafficCell>& traffic = result.measured.traffic;
  const Duration whole = traffic.width() * static_cast<std::int64_t>(traffic.cells().size());
  return fmt::format("▁ to █: share of the limit that was used, 0 to 100 %, from 0 s to {}",
                     short_text(whole));
}

std::vector<std::string> refusal_bars(const Measurements& measured) {
  constexpr std::size_t kColumns = 24;
  const auto counts = measured.all_workloads().attempts.rate_limited;
  const std::int64_t most = *std::max_element(counts.begin(), counts.end());
  std::size_t widest = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) widest = std::max(widest, name(static_cast<LimitCause>(i)).size());
  }
  std::vector<std::string> bars;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const double share = static_cast<double>(counts[i]) / static_cast<double>(most);
    bars.push_back(fmt::format("{:<{}}  {} {}", name(static_cast<LimitCause>(i)), widest,
                               bar_text(share, kColumns), with_thousands(counts[i])));
  }
  return bars;
}

}  // namespace sluice
