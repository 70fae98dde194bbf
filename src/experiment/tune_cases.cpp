#include "experiment/tune_cases.hpp"

#include <algorithm>
#include <variant>

#include "base/quantity.hpp"
#include "experiment/scale_load.hpp"

namespace sluice {
namespace {

constexpr Duration kOutage = minutes(1);

void double_load(RunPlan& plan) { scale_load(plan, Fraction::whole(2)); }

// A minute of nothing but 529 in the middle, or a quarter of a short run.
void add_outage(RunPlan& plan) {
  const Duration lasts = std::min(kOutage, plan.duration / 4);
  const TimePoint from = kRunStart + plan.duration / 2;
  plan.faults.push_back({.kind = FaultKind::kOverloaded,
                         .probability_ppm = 1'000'000,
                         .from = from,
                         .until = from + lasts});
}

std::int64_t two_thirds(std::int64_t value) { return std::max<std::int64_t>(1, value * 2 / 3); }
Duration half_more(Duration value) { return std::min(value + value / 2, kDurationMax); }

struct Longer {
  void operator()(DurationFixed& d) const { d.value = half_more(d.value); }
  void operator()(DurationUniform& d) const {
    d.low = half_more(d.low);
    d.high = half_more(d.high);
  }
  void operator()(DurationLognormal& d) const {
    d.p50 = half_more(d.p50);
    d.p95 = half_more(d.p95);
    d.max = half_more(d.max);
  }
  void operator()(DurationExponential& d) const {
    d.mean = half_more(d.mean);
    d.max = half_more(d.max);
  }
  void operator()(DurationEmpirical& d) const {
    for (WeightedDuration& value : d.values) value.value = half_more(value.value);
  }
};

struct Slower {
  void operator()(SizeFixed& s) const { s.value = two_thirds(s.value); }
  void operator()(SizeUniform& s) const {
    s.low = two_thirds(s.low);
    s.high = two_thirds(s.high);
  }
  void operator()(SizeLognormal& s) const {
    s.p50 = two_thirds(s.p50);
    s.p95 = std::max(two_thirds(s.p95), s.p50);
    s.min = s.min == 0 ? 0 : two_thirds(s.min);
  }
  void operator()(SizeZipf& s) const { s.min = two_thirds(s.min); }
  void operator()(SizeEmpirical& s) const {
    for (WeightedSize& value : s.values) value.value = two_thirds(value.value);
  }
};

void slow_service(RunPlan& plan) {
  for (ModelPlan& model : plan.models) {
    std::visit(Longer{}, model.latency.ttft_base);
    std::visit(Slower{}, model.latency.output_tokens_per_minute);
    model.latency.prefill_tokens_per_second = two_thirds(model.latency.prefill_tokens_per_second);
  }
}

void quarter_buckets(RunPlan& plan) { plan.limits.divide_bursts(4); }

void lower_limits(RunPlan& plan) {
  for (LimiterSpec& limiter : plan.limits.limiters) {
    limiter.limit = std::max<std::int64_t>(1, limiter.limit * 4 / 5);
  }
}

// They keep the rates that they were given for so many, since nobody tells them of the others.
void double_processes(RunPlan& plan) {
  for (ClientPlan& client : plan.clients) client.processes *= 2;
}

}  // namespace

std::vector<WorldCase> world_cases(const RunPlan& plan) {
  std::vector<WorldCase> all = {
      {"twice the load", "every arrival rate doubled", false, double_load},
      {"an outage", "nothing but 529 for a minute from its middle on", false, add_outage},
      {"slower answers", "times to the first token and per token half as long again", true,
       slow_service},
      {"small buckets", "the limits' buckets hold a quarter as much", true, quarter_buckets},
      {"lower limits", "every rate limit a fifth lower", true, lower_limits},
      {"twice the processes", "each with the rates meant for half as many", true, double_processes},
  };
  if (plan.limits.limiters.empty()) {
    std::erase_if(all, [](const WorldCase& world) {
      return world.change == quarter_buckets || world.change == lower_limits;
    });
  }
  return all;
}

scenario::LoadedScenario with(const scenario::LoadedScenario& scenario, const WorldCase& world) {
  scenario::LoadedScenario changed = scenario;
  world.change(changed.plan);
  return changed;
}

}  // namespace sluice
