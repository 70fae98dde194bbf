#include "calibrate/differences.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/in_seconds.hpp"
#include "calibrate/estimate_names.hpp"

namespace sluice::calibrate {
namespace {

struct Quantiles {
  double p50 = 0;
  double p95 = 0;
};

// Of a fixed or a lognormal one; of others nothing is compared.
std::optional<Quantiles> quantiles_of(const DurationSpec& spec) {
  if (const auto* fixed = std::get_if<DurationFixed>(&spec)) {
    return Quantiles{in_seconds(fixed->value), in_seconds(fixed->value)};
  }
  if (const auto* lognormal = std::get_if<DurationLognormal>(&spec)) {
    return Quantiles{in_seconds(lognormal->p50), in_seconds(lognormal->p95)};
  }
  return std::nullopt;
}

std::optional<Quantiles> per_second(const SizeSpec& per_minute) {
  if (const auto* fixed = std::get_if<SizeFixed>(&per_minute)) {
    const double speed = static_cast<double>(fixed->value) / 60;
    return Quantiles{speed, speed};
  }
  if (const auto* lognormal = std::get_if<SizeLognormal>(&per_minute)) {
    return Quantiles{static_cast<double>(lognormal->p50) / 60,
                     static_cast<double>(lognormal->p95) / 60};
  }
  return std::nullopt;
}

class Comparison {
 public:
  void compare(const Estimate* estimate, double said) {
    if (estimate == nullptr || !estimate->is_identifiable) return;
    ++found.compared;
    if (estimate->interval.contains(said)) return;
    std::string what = estimate->of;
    for (const std::string& part : {estimate->limit, estimate->what}) {
      if (!part.empty()) what += (what.empty() ? "" : " ") + part;
    }
    found.outside.push_back({.what = std::move(what),
                             .unit = estimate->unit,
                             .said = said,
                             .measured = estimate->interval});
  }

  Differences found;
};

void compare_model(Comparison& comparison, const Calibration& found, const ModelPlan& model) {
  const auto estimate = [&](std::string_view what) {
    return identified(found.service, what, model.name);
  };
  const LatencySpec& said = model.latency;
  if (const auto ttft = quantiles_of(said.ttft_base)) {
    comparison.compare(estimate(kTtftP50), ttft->p50);
    comparison.compare(estimate(kTtftP95), ttft->p95);
  }
  comparison.compare(estimate(kPrefillSpeed), static_cast<double>(said.prefill_tokens_per_second));
  comparison.compare(estimate(kCachedSpeed), static_cast<double>(said.cached_tokens_per_second));
  if (const auto speed = per_second(said.output_tokens_per_minute)) {
    comparison.compare(estimate(kOutputP50), speed->p50);
    comparison.compare(estimate(kOutputP95), speed->p95);
  }
}

void compare_limits(Comparison& comparison, const Calibration& found, const RunPlan& plan) {
  for (const LimiterCalibration& limiter : found.limits) {
    if (!limiter.workspace.empty()) continue;
    for (const LimiterSpec& spec : plan.limits.limiters) {
      if (spec.workspace || spec.type != limiter.type) continue;
      if (plan.groups[index(spec.group)] != limiter.group) continue;
      comparison.compare(&limiter.refill, static_cast<double>(spec.limit));
      comparison.compare(&limiter.burst, in_seconds(plan.limits.burst_of(limiter.type)));
    }
  }
}

}  // namespace

Differences differences(const Calibration& found, const RunPlan& plan) {
  Comparison comparison;
  for (const ModelPlan& model : plan.models) compare_model(comparison, found, model);
  compare_limits(comparison, found, plan);
  return std::move(comparison.found);
}

}  // namespace sluice::calibrate
