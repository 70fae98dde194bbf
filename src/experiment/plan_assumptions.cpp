#include <algorithm>
#include <utility>
#include <variant>

#include "experiment/plan_variants.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

// Each is a fifth: 20 % more of what costs, 20 % less of what helps.
std::int64_t more(std::int64_t value) { return value + value / 5; }
std::int64_t less(std::int64_t value) { return std::max<std::int64_t>(1, value - value / 5); }
constexpr std::int64_t kEstimateErrorPermille = 100;

// The upper tail where there is one. A size that cannot be varied stays.
bool grow(SizeSpec& spec) {
  const SizeSpec before = spec;
  if (auto* fixed = std::get_if<SizeFixed>(&spec)) fixed->value = more(fixed->value);
  if (auto* range = std::get_if<SizeUniform>(&spec)) range->high = more(range->high);
  if (auto* lognormal = std::get_if<SizeLognormal>(&spec)) lognormal->p95 = more(lognormal->p95);
  return !(spec == before);
}

void shrink(SizeSpec& spec) {
  if (auto* fixed = std::get_if<SizeFixed>(&spec)) fixed->value = less(fixed->value);
  if (auto* range = std::get_if<SizeUniform>(&spec)) {
    range->low = less(range->low);
    range->high = less(range->high);
  }
  if (auto* lognormal = std::get_if<SizeLognormal>(&spec)) {
    lognormal->p50 = less(lognormal->p50);
    lognormal->p95 = less(lognormal->p95);
  }
}

// Half the shape: twice the squared variation of the gaps.
bool make_bursty(ArrivalSpec& spec) {
  if (const auto* poisson = std::get_if<ArrivalPoisson>(&spec)) {
    spec = ArrivalGamma{.rate = Rate(poisson->rate), .burstiness = Fraction::percent(50)};
    return true;
  }
  if (auto* gamma = std::get_if<ArrivalGamma>(&spec)) {
    gamma->burstiness.ppb = std::max(gamma->burstiness.ppb / 2, Fraction::percent(1).ppb);
    return true;
  }
  return false;
}

class Assumptions {
 public:
  explicit Assumptions(const LoadedScenario& base) : base_(base) {}

  std::vector<PlanVariant> all() && {
    size("input sizes", "p95 20 % higher", &WorkloadSpec::input);
    size("output sizes", "p95 20 % higher", &WorkloadSpec::output);
    traces();
    speed();
    buckets();
    estimate();
    arrivals();
    return std::move(variants_);
  }

 private:
  void add(std::string name, std::string change, LoadedScenario scenario, bool is_guess) {
    variants_.push_back({.name = std::move(name),
                         .detail = std::move(change),
                         .scenario = std::move(scenario),
                         .is_guess = is_guess});
  }

  void size(const char* name, const char* change, SizeSpec WorkloadSpec::*field) {
    LoadedScenario scenario = base_;
    bool any = false;
    bool any_fixed = false;
    for (WorkloadSpec& w : scenario.plan.workloads) {
      if (std::holds_alternative<TraceArrivals>(w.arrivals)) continue;
      any_fixed = any_fixed || std::holds_alternative<SizeFixed>(w.*field);
      any = grow(w.*field) || any;
    }
    if (any)
      add(name, any_fixed ? "20 % higher (p95 of those that vary)" : change, scenario, false);
  }

  void traces() {
    LoadedScenario scenario = base_;
    bool any = false;
    for (WorkloadSpec& w : scenario.plan.workloads) {
      auto* trace = std::get_if<TraceArrivals>(&w.arrivals);
      if (trace == nullptr) continue;
      trace->token_scale_ppm = more(trace->token_scale_ppm);
      any = true;
    }
    if (any) add("token counts of the trace", "20 % higher", std::move(scenario), false);
  }

  void speed() {
    LoadedScenario scenario = base_;
    bool is_guess = false;
    for (ModelPlan& model : scenario.plan.models) {
      shrink(model.latency.output_tokens_per_minute);
      is_guess = is_guess || model.latency_is_guess;
    }
    add("output speed of the model", "20 % slower", std::move(scenario), is_guess);
  }

  void buckets() {
    LoadedScenario scenario = base_;
    scenario.plan.limits.divide_bursts(2);
    add("what a bucket holds", "half of it", std::move(scenario), true);
  }

  void estimate() {
    LoadedScenario scenario = base_;
    scenario.plan.estimate_error_permille += kEstimateErrorPermille;
    add("the API's estimate of a prompt", "10 % too high", std::move(scenario), true);
  }

  void arrivals() {
    LoadedScenario scenario = base_;
    bool any = false;
    for (WorkloadSpec& w : scenario.plan.workloads) {
      auto* spec = std::get_if<ArrivalSpec>(&w.arrivals);
      if (spec != nullptr) any = make_bursty(*spec) || any;
    }
    if (any) add("arrivals", "twice as bursty", std::move(scenario), false);
  }

  const LoadedScenario& base_;
  std::vector<PlanVariant> variants_;
};

}  // namespace

std::vector<PlanVariant> assumptions_of(const LoadedScenario& base) {
  return Assumptions(base).all();
}

}  // namespace sluice
