#include "fit/durations.hpp"

#include <algorithm>
#include <optional>

#include "fit/parametric.hpp"
#include "fit/sampler_distance.hpp"
#include "fit/sizes.hpp"

namespace sluice::fit {
namespace {

double in_seconds(std::int64_t nanoseconds) noexcept {
  return static_cast<double>(nanoseconds) / 1e9;
}

DurationSpec empirical(const LogHistogram& data) {
  DurationEmpirical spec;
  for (const WeightedSize& item : empirical_sizes(data).values) {
    spec.values.push_back({Duration{item.value}, item.weight});
  }
  return spec;
}

// Of the two ways to find a lognormal, what is nearer, if it is near enough.
std::optional<DurationLognormal> lognormal(const LogHistogram& data) {
  std::optional<DurationLognormal> found;
  double nearest = kDurationKsMax;
  for (const SizeLognormal& shape : lognormals_for(data)) {
    const DurationLognormal spec{.p50 = Duration{shape.p50},
                                 .p95 = Duration{shape.p95},
                                 .min = Duration{shape.min},
                                 .max = Duration{shape.max}};
    if (flaw_in(DurationSpec{spec})) continue;
    const DurationSampler sampler{DurationSpec{spec}};
    const double ks = sampler_distance(data, [&](std::uint64_t bits) { return ns(sampler(bits)); });
    if (found ? ks >= nearest : ks > nearest) continue;
    found = spec;
    nearest = ks;
  }
  return found;
}

}  // namespace

void DurationFitter::add(Duration duration) {
  histogram_.add(ns(std::clamp(duration, Duration{}, kDurationMax)));
}

FittedDuration DurationFitter::fit() const {
  FittedDuration fitted;
  const LogHistogram& data = histogram_;
  if (data.count() == 0) return fitted;
  fitted.p50 = in_seconds(data.quantile(0.5));
  fitted.p95 = in_seconds(data.quantile(0.95));
  if (data.min() == data.max()) {
    fitted.spec = DurationFixed{Duration{data.min()}};
    return fitted;
  }
  const auto found = lognormal(data);
  fitted.spec = found ? DurationSpec{*found} : DurationSpec{empirical(data)};
  return fitted;
}

}  // namespace sluice::fit
