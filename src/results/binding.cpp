#include "results/binding.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"

namespace sluice {
namespace {

// Causes of a 429 that no token bucket stands for, in their order behind the limiters.
constexpr std::array kOtherCauses = {LimitCause::kRamp, LimitCause::kConcurrency,
                                     LimitCause::kSpend, LimitCause::kBatchQueue};

constexpr std::size_t position(LimitCause cause) noexcept {
  return static_cast<std::size_t>(cause);
}

std::vector<BindingLimit> limits_of(const Measurements& measured, const RunFacts& facts) {
  std::vector<BindingLimit> limits;
  for (std::size_t i = 0; i < measured.limiters.size(); ++i) {
    const LimiterTotals& totals = measured.limiters[i];
    limits.push_back({.name = facts.names.limiters[i],
                      .refused = totals.refused,
                      .first_refused = totals.first_refused,
                      .peak_minute = utilisation(totals.peak_minute, period(facts.limiters[i]))});
  }
  for (const LimitCause cause : kOtherCauses) {
    BindingLimit limit{.name = std::string(name(cause)),
                       .first_refused = measured.first_rate_limited[position(cause)]};
    for (const WorkloadTotals& workload : measured.workloads) {
      limit.refused += workload.attempts.rate_limited[position(cause)];
    }
    limits.push_back(std::move(limit));
  }
  return limits;
}

struct CellUse {
  std::int64_t refused = 0;
  double utilisation = 0;
};

CellUse use_in_cell(const Measurements& measured, const RunFacts& facts, std::size_t limit,
                    std::size_t cell) {
  if (limit >= measured.limiters.size()) {
    const LimitCause cause = kOtherCauses[limit - measured.limiters.size()];
    return {.refused = measured.traffic.cells()[cell].rate_limited[position(cause)]};
  }
  const LimiterCell& level = measured.levels[limit].cells()[cell];
  const LimitUse use{.taken = level.taken, .allowed = level.allowed};
  return {.refused = level.refused, .utilisation = utilisation(use, period(facts.limiters[limit]))};
}

// Refusals decide; utilisation decides between limits that refused equally often.
std::optional<std::size_t> binding_in_cell(const std::vector<CellUse>& uses) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (uses[i].refused == 0 && uses[i].utilisation <= 0) continue;
    const bool is_tighter =
        !best || uses[i].refused > uses[*best].refused ||
        (uses[i].refused == uses[*best].refused && uses[i].utilisation > uses[*best].utilisation);
    if (is_tighter) best = i;
  }
  return best;
}

void bind_cells(const Measurements& measured, const RunFacts& facts, Binding& binding) {
  SLUICE_CHECK(measured.is_aligned());
  const std::size_t cells = measured.traffic.cells().size();
  TimePoint begins = kRunStart;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    std::vector<CellUse> uses(binding.limits.size());
    for (std::size_t i = 0; i < uses.size(); ++i) {
      uses[i] = use_in_cell(measured, facts, i, cell);
      if (uses[i].refused > 0) ++binding.limits[i].cells_refusing;
    }
    const auto best = binding_in_cell(uses);
    binding.by_cell.push_back(best);
    // What is left to end when arrivals have stopped may use no limit any more.
    if (best || begins < kRunStart + facts.duration) ++binding.cells;
    begins += measured.traffic.width();
    if (best) ++binding.limits[*best].cells_bound;
  }
}

std::optional<std::size_t> main_limit(const std::vector<BindingLimit>& limits) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const bool is_used = limits[i].refused > 0 || limits[i].peak_minute > 0;
    if (!is_used) continue;
    const bool is_tighter = !best || limits[i].refused > limits[*best].refused ||
                            (limits[i].refused == limits[*best].refused &&
                             limits[i].peak_minute > limits[*best].peak_minute);
    if (is_tighter) best = i;
  }
  return best;
}

// Requests planned but not ended at the end of the cell in which `time` lies.
std::int64_t backlog_at(const TimeSeries<TrafficCell>& traffic, Duration time) {
  std::int64_t waiting = 0;
  TimePoint begins = kRunStart;
  for (const TrafficCell& cell : traffic.cells()) {
    if (begins >= kRunStart + time) break;
    waiting += cell.offered - cell.succeeded - cell.failed;
    begins += traffic.width();
  }
  return waiting;
}

Verdict verdict_of(const Measurements& measured, const RunFacts& facts, const Binding& binding) {
  std::int64_t offered = measured.warmup.offered;
  std::int64_t counted = 0;
  std::int64_t refused = 0;
  std::int64_t failed = 0;
  for (const WorkloadTotals& workload : measured.workloads) {
    counted += workload.requests.offered;
    for (const std::int64_t count : workload.attempts.rate_limited) refused += count;
    for (const std::int64_t count : workload.requests.failed_on) failed += count;
  }
  if (refused > 0) {  // a client's own queue overflows because its requests wait for limits
    for (const WorkloadTotals& workload : measured.workloads) {
      failed += workload.requests.ended[static_cast<std::size_t>(ErrorKind::kQueueFull)];
    }
  }
  if (failed * 1000 > counted) return Verdict::kDoesNotFit;
  if (refused == 0) return Verdict::kFits;
  offered += counted;
  const std::int64_t half = backlog_at(measured.traffic, facts.duration / 2);
  const bool piled_up = binding.backlog * 20 > offered && binding.backlog * 2 > half * 3;
  return piled_up ? Verdict::kDoesNotFit : Verdict::kFitsByRetrying;
}

}  // namespace

std::string_view name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kFits:
      return "fits";
    case Verdict::kFitsByRetrying:
      return "fits with retries";
    case Verdict::kDoesNotFit:
      return "does not fit";
  }
  return "fits";
}

double utilisation(const LimitUse& use, Duration period) noexcept {
  if (use.allowed == 0) return 0;
  return static_cast<double>(int128{use.taken} * ns(period)) / static_cast<double>(use.allowed);
}

Binding analyse(const Measurements& measured, const RunFacts& facts) {
  Binding binding;
  binding.limits = limits_of(measured, facts);
  binding.main = main_limit(binding.limits);
  binding.backlog = backlog_at(measured.traffic, facts.duration);
  bind_cells(measured, facts, binding);
  binding.verdict = verdict_of(measured, facts, binding);
  return binding;
}

}  // namespace sluice
