#include "fit/durations.hpp"

#include <algorithm>
#include <utility>

#include "fit/parametric.hpp"
#include "fit/sampler_distance.hpp"
#include "fit/sizes.hpp"

namespace sluice::fit {
namespace {

double in_seconds(std::int64_t nanoseconds) noexcept {
  return static_cast<double>(nanoseconds) / 1e9;
}

std::optional<stats::Interval> interval_of(const LogHistogram& data, double p) {
  const auto ranks = stats::quantile_ranks(static_cast<std::uint64_t>(data.count()), p);
  if (!ranks) return std::nullopt;
  const auto at = [&](std::uint64_t rank) {
    return in_seconds(data.at_rank(static_cast<std::int64_t>(rank)));
  };
  return stats::Interval{.value = at(ranks->value), .low = at(ranks->low), .high = at(ranks->high)};
}

DurationSpec empirical(const LogHistogram& data) {
  DurationEmpirical spec;
  for (const WeightedSize& item : empirical_sizes(data).values) {
    spec.values.push_back({Duration{item.value}, item.weight});
  }
  return spec;
}

// Of the two ways to find a lognormal, what is nearer.
void try_lognormal(FittedDuration& fitted, const LogHistogram& data) {
  for (const SizeLognormal& shape : lognormals_for(data)) {
    const DurationLognormal spec{.p50 = Duration{shape.p50},
                                 .p95 = Duration{shape.p95},
                                 .min = Duration{shape.min},
                                 .max = Duration{shape.max}};
    if (flaw_in(DurationSpec{spec})) continue;
    const DurationSampler sampler{DurationSpec{spec}};
    const double ks = sampler_distance(data, [&](std::uint64_t bits) { return ns(sampler(bits)); });
    if (fitted.lognormal && fitted.lognormal_ks <= ks) continue;
    fitted.lognormal = spec;
    fitted.lognormal_ks = ks;
  }
}

}  // namespace

void DurationFitter::add(Duration duration) {
  histogram_.add(ns(std::clamp(duration, Duration{}, kDurationMax)));
}

FittedDuration DurationFitter::fit() const {
  FittedDuration fitted;
  fitted.name = "fixed";
  const LogHistogram& data = histogram_;
  if (data.count() == 0) return fitted;
  fitted.count = data.count();
  fitted.mean = data.mean() / 1e9;
  fitted.p50 = in_seconds(data.quantile(0.5));
  fitted.p95 = in_seconds(data.quantile(0.95));
  fitted.p50_interval = interval_of(data, 0.5);
  fitted.p95_interval = interval_of(data, 0.95);
  if (data.min() == data.max()) {
    fitted.spec = DurationFixed{Duration{data.min()}};
    return fitted;
  }
  try_lognormal(fitted, data);
  if (fitted.lognormal && fitted.lognormal_ks <= kDurationKsMax) {
    fitted.name = "lognormal";
    fitted.spec = *fitted.lognormal;
  } else {
    fitted.name = "empirical";
    fitted.spec = empirical(data);
  }
  return fitted;
}

}  // namespace sluice::fit
