// Closed form 9: what a saturated set of limits lets through, to the request.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/integer.hpp"
#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

constexpr Duration kRun = hours(1);
constexpr Duration kBurstSpent = minutes(10);  // the burst is a minute's worth and goes in half one

// What the closed form does not say: which input is read from the cache, and how often requests
// come, which divides the time between two that the limit lets through.
struct Saturation {
  std::int64_t cached_input;
  Duration every;
};
constexpr std::array kSaturations{Saturation{.cached_input = 0, .every = milliseconds(100)},
                                  Saturation{.cached_input = 7000, .every = milliseconds(40)},
                                  Saturation{.cached_input = 0, .every = nanoseconds(12'500'000)}};
static_assert(kSaturations.size() == stats::kSustainableRows.size());

std::int64_t whole(double number) { return static_cast<std::int64_t>(std::llround(number)); }

struct SaturatedRun {
  stats::SustainableDemand demand;
  Saturation saturation;
  ChargeMode charge;

  // From full buckets, in one minute of burst and all the time to the last arrival. Input and
  // reserved output must fit, so the last request that does is the floor; streamed output only
  // needs a level above zero, so one more fits: the ceiling. The first request writes the cache.
  std::int64_t admitted_in_all() const {
    const Duration time = minutes(1) + kRun - saturation.every;
    const auto held = [&](double limit) { return int128{whole(limit)} * ns(time); };
    const int128 minute = ns(minutes(1));
    const int128 input = whole(demand.input_tokens) * minute;
    const int128 output = whole(demand.output_tokens) * minute;
    const int128 by_requests = floor_div(held(demand.requests_per_minute), minute);
    const int128 by_input =
        floor_div(held(demand.input_tokens_per_minute) - saturation.cached_input * minute, input);
    const int128 by_output = charge == ChargeMode::kStreaming
                                 ? ceil_div(held(demand.output_tokens_per_minute), output)
                                 : floor_div(held(demand.output_tokens_per_minute), output);
    return static_cast<std::int64_t>(std::min({by_requests, by_input, by_output}));
  }
};

std::vector<Observation> observe_saturated(const CheckTrial& trial, const SaturatedRun& saturated) {
  const stats::SustainableDemand& demand = saturated.demand;
  RunPlan plan = bare_plan(trial, kRun);
  WorkloadSpec& workload = plan.workloads[0];
  workload.arrivals = ArrivalConstant{.rate = {1, saturated.saturation.every}};
  workload.input = SizeFixed{whole(demand.input_tokens)};
  workload.output = SizeFixed{whole(demand.output_tokens)};
  if (saturated.saturation.cached_input > 0) {
    workload.prefix_tokens = saturated.saturation.cached_input;
    workload.prefix_ttl = CacheTtl::kFiveMinutes;
  }
  plan.limits.output_charge = saturated.charge;
  plan.limits.limiters = {{.workspace = std::nullopt,
                           .type = LimitType::kRequestsPerMinute,
                           .limit = whole(demand.requests_per_minute)},
                          {.workspace = std::nullopt,
                           .type = LimitType::kInputTokensPerMinuteCacheAware,
                           .limit = whole(demand.input_tokens_per_minute)},
                          {.workspace = std::nullopt,
                           .type = LimitType::kOutputTokensPerMinute,
                           .limit = whole(demand.output_tokens_per_minute)}};
  const ValidationRun run = run_plan(plan, trial.replication, kRunStart + kBurstSpent);
  const std::int64_t later = run.measured.workloads[0].requests.succeeded();
  return {share(later, (kRun - kBurstSpent) / minutes(1)),
          share(later + run.measured.warmup.succeeded, 1)};
}

ValidationCheck saturated_check(const stats::SustainableRow& row, const SaturatedRun& run) {
  const stats::SustainableDemand& demand = run.demand;
  const std::string which = fmt::format(
      "{}+{} cached in, {} out of {}/min, {}", demand.input_tokens, run.saturation.cached_input,
      demand.output_tokens, demand.output_tokens_per_minute,
      run.charge == ChargeMode::kStreaming ? "as produced" : "reserved");
  return {.group = "9 sustainable rate",
          .claims = {{"per minute, burst spent: " + which, row.per_minute},
                     {"in an hour from full buckets: " + which,
                      static_cast<double>(run.admitted_in_all())}},
          .observe = [run](const CheckTrial& trial) { return observe_saturated(trial, run); }};
}

}  // namespace

ValidationChecks rate_checks() {
  ValidationChecks checks;
  for (std::size_t i = 0; i < stats::kSustainableRows.size(); ++i) {
    const stats::SustainableRow& row = stats::kSustainableRows[i];
    for (const ChargeMode charge : {ChargeMode::kStreaming, ChargeMode::kReserveSettle}) {
      checks.push_back(saturated_check(
          row, {.demand = row.demand, .saturation = kSaturations[i], .charge = charge}));
    }
  }
  return checks;
}

}  // namespace sluice
