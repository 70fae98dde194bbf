#include "report/verdict_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"

namespace sluice {
namespace {

std::string seen_by_a_client(const RunResult& result, const MetricReader& metric) {
  const auto refused = metric("attempts.rate_limited");
  if (!refused || as_double(refused->number) == 0) return "No attempt was refused for a limit";
  TimePoint first = kNever;
  for (const TimePoint time : result.measured.first_rate_limited) first = std::min(first, time);
  return fmt::format("{} of {} attempts ({}) were refused with 429, the first after {}: {}",
                     metric_text(refused), metric_text(metric("attempts.total")),
                     metric_text(metric("attempts.rate_limited_share")),
                     short_text(first - kRunStart), parts_text(metric, "attempts.rate_limited"));
}

std::string how_often(const RunResult& result, const BindingLimit& limit) {
  // Cells of all replications together: the more of them, the fewer cells without a refusal.
  if (const std::size_t replications = result.replications.size(); replications > 1) {
    return fmt::format(" in the earliest of {} replications", replications);
  }
  const auto cells = static_cast<double>(std::max<std::int64_t>(1, result.binding.cells));
  return ", refusing in " + percent_text(static_cast<double>(limit.cells_refusing) / cells) +
         " of the time";
}

}  // namespace

std::string verdict_sentence(const RunResult& result, const MetricReader& metric) {
  if (result.facts.load) return seen_by_a_client(result, metric);
  const Binding& binding = result.binding;
  if (!binding.main) return "No limit was touched";
  const BindingLimit& limit = binding.limits[*binding.main];
  const std::string peak =
      "its busiest minute used " + percent_text(limit.peak_minute) + " of the limit";
  if (limit.refused == 0) return "The tightest limit is " + limit.name + ": " + peak;
  std::string sentence = limit.name + " binds: first after " +
                         short_text(limit.first_refused - kRunStart) + how_often(result, limit);
  // Spending, the ramp and concurrency have no utilisation.
  if (limit.peak_minute > 0) sentence += "; " + peak;
  return sentence;
}

}  // namespace sluice
