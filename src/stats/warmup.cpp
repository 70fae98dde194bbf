#include "stats/warmup.hpp"

#include <limits>
#include <vector>

#include "stats/intervals.hpp"

namespace sluice::stats {
namespace {

constexpr std::size_t kBatch = 5;

}  // namespace

std::string_view text(WarmupVerdict verdict) {
  return verdict == WarmupVerdict::kFound ? "found" : "run too short";
}

Warmup mser5(std::span<const double> values) {
  const std::vector<double> means = batch_means(values, kBatch);
  const std::size_t last = means.size() / 2;
  std::size_t best = 0;
  double best_error = std::numeric_limits<double>::infinity();
  // Welford's recursion from the back: mean and squared deviations of means[d..] without a second
  // pass.
  double center = 0;
  double squares = 0;
  for (std::size_t d = means.size(); d-- > 0;) {
    const double count = static_cast<double>(means.size() - d);
    const double step = means[d] - center;
    center += step / count;
    squares += step * (means[d] - center);
    const double error = squares / (count * count);
    if (d <= last && error <= best_error) {
      best = d;
      best_error = error;
    }
  }
  return Warmup{.values = best * kBatch,
                .verdict = best == last ? WarmupVerdict::kRunTooShort : WarmupVerdict::kFound};
}

}  // namespace sluice::stats
