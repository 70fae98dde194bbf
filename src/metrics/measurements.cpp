#include "metrics/measurements.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/check.hpp"

namespace sluice {
namespace {

template <std::size_t N>
void add(Counters<N>& sum, const Counters<N>& other) noexcept {
  for (std::size_t i = 0; i < N; ++i) sum[i] += other[i];
}

template <std::size_t N>
std::int64_t sum_of(const Counters<N>& counters) noexcept {
  return std::accumulate(counters.begin(), counters.end(), std::int64_t{0});
}

}  // namespace

Histogram Latencies::success() const {
  Histogram sum = first_try;
  return sum += retried;
}

Histogram Latencies::offered() const {
  Histogram sum = success();
  return sum += failed_at_deadline;
}

Latencies& Latencies::operator+=(const Latencies& other) {
  first_try += other.first_try;
  retried += other.retried;
  failed += other.failed;
  failed_at_deadline += other.failed_at_deadline;
  from_send += other.from_send;
  ttft += other.ttft;
  ttft_from_send += other.ttft_from_send;
  first_answer += other.first_answer;
  queueing += other.queueing;
  inter_token += other.inter_token;
  backoff += other.backoff;
  paced += other.paced;
  batch += other.batch;
  return *this;
}

std::int64_t RequestTotals::failed() const noexcept { return sum_of(ended) - succeeded(); }

RequestTotals& RequestTotals::operator+=(const RequestTotals& other) {
  offered += other.offered;
  add(ended, other.ended);
  add(failed_on, other.failed_on);
  first_try += other.first_try;
  good += other.good;
  batch += other.batch;
  fell_back += other.fell_back;
  attempts += other.attempts;
  return *this;
}

std::int64_t AttemptTotals::count() const noexcept { return sum_of(ended); }

AttemptTotals& AttemptTotals::operator+=(const AttemptTotals& other) {
  add(ended, other.ended);
  add(rate_limited, other.rate_limited);
  refused_by_own_limit += other.refused_by_own_limit;
  never_fits += other.never_fits;
  shed += other.shed;
  wasted_input_tokens += other.wasted_input_tokens;
  wasted_output_tokens += other.wasted_output_tokens;
  wasted_time += other.wasted_time;
  wasted_cost += other.wasted_cost;
  return *this;
}

WorkloadTotals& WorkloadTotals::operator+=(const WorkloadTotals& other) {
  requests += other.requests;
  attempts += other.attempts;
  latency += other.latency;
  return *this;
}

WarmupTotals& WarmupTotals::operator+=(const WarmupTotals& other) {
  offered += other.offered;
  succeeded += other.succeeded;
  failed += other.failed;
  attempts += other.attempts;
  rate_limited += other.rate_limited;
  input_tokens += other.input_tokens;
  output_tokens += other.output_tokens;
  cost += other.cost;
  return *this;
}

void CellCosts::add(ModelId model, const std::array<int128, kCostCategoryCount>& more) {
  int128 sum = 0;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    picodollars[i] += more[i];
    sum += more[i];
  }
  if (sum == 0) return;
  if (by_model.size() <= index(model)) by_model.resize(index(model) + 1);
  by_model[index(model)] += sum;
}

Money CellCosts::total() const noexcept {
  return Money::from_picodollars(std::accumulate(picodollars.begin(), picodollars.end(), int128{}));
}

Money CellCosts::of(ModelId model) const noexcept {
  return Money::from_picodollars(index(model) < by_model.size() ? by_model[index(model)] : 0);
}

CellCosts& CellCosts::operator+=(const CellCosts& other) noexcept {
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) picodollars[i] += other.picodollars[i];
  by_model.resize(std::max(by_model.size(), other.by_model.size()));
  for (std::size_t i = 0; i < other.by_model.size(); ++i) by_model[i] += other.by_model[i];
  return *this;
}

TrafficCell& TrafficCell::operator+=(const TrafficCell& other) noexcept {
  offered += other.offered;
  succeeded += other.succeeded;
  failed += other.failed;
  attempts += other.attempts;
  first_tries += other.first_tries;
  add(rate_limited, other.rate_limited);
  overloaded += other.overloaded;
  input_tokens += other.input_tokens;
  output_tokens += other.output_tokens;
  cache_read_tokens += other.cache_read_tokens;
  cache_write_tokens += other.cache_write_tokens;
  latency_sum += other.latency_sum;
  latency_count += other.latency_count;
  latency_max = std::max(latency_max, other.latency_max);
  latency += other.latency;
  ttft += other.ttft;
  queueing_sum += other.queueing_sum;
  queueing_max = std::max(queueing_max, other.queueing_max);
  failed_after_queueing += other.failed_after_queueing;
  cost += other.cost;
  return *this;
}

LimiterCell& LimiterCell::operator+=(const LimiterCell& other) noexcept {
  readings += other.readings;
  level_sum += other.level_sum;
  level_min = std::min(level_min, other.level_min);
  if (other.readings > 0) capacity = other.capacity;
  taken += other.taken;
  allowed += other.allowed;
  refused += other.refused;
  return *this;
}

bool LimitUse::is_busier_than(const LimitUse& other) const noexcept {
  if (allowed == 0) return false;
  return other.allowed == 0 || taken * other.allowed > other.taken * allowed;
}

LimitUse& LimitUse::operator+=(const LimitUse& other) noexcept {
  taken += other.taken;
  allowed += other.allowed;
  return *this;
}

LimiterTotals& LimiterTotals::operator+=(const LimiterTotals& other) noexcept {
  use += other.use;
  if (other.peak_minute.is_busier_than(peak_minute)) peak_minute = other.peak_minute;
  level_min = std::min(level_min, other.level_min);
  capacity = other.capacity;
  limit = other.limit;
  refused += other.refused;
  first_refused = std::min(first_refused, other.first_refused);
  return *this;
}

Measurements::Measurements(std::size_t workload_count, std::size_t limiter_count, Duration run)
    : workloads(workload_count),
      limiters(limiter_count),
      traffic(cell_width_for(run)),
      levels(limiter_count, TimeSeries<LimiterCell>(cell_width_for(run))) {
  first_rate_limited.fill(kNever);
}

WorkloadTotals Measurements::all_workloads() const {
  WorkloadTotals sum;
  for (const WorkloadTotals& workload : workloads) sum += workload;
  return sum;
}

void Measurements::align() noexcept {
  Duration width = traffic.width();
  for (const auto& series : levels) width = std::max(width, series.width());
  traffic.widen(width);
  std::size_t cells = traffic.cells().size();
  for (auto& series : levels) {
    series.widen(width);
    cells = std::max(cells, series.cells().size());
  }
  traffic.cover(cells);
  for (auto& series : levels) series.cover(cells);
}

bool Measurements::is_aligned() const noexcept {
  return std::all_of(levels.begin(), levels.end(), [this](const TimeSeries<LimiterCell>& series) {
    return series.width() == traffic.width() && series.cells().size() == traffic.cells().size();
  });
}

Measurements& Measurements::operator+=(const Measurements& other) {
  SLUICE_CHECK(workloads.size() == other.workloads.size());
  SLUICE_CHECK(limiters.size() == other.limiters.size());
  for (std::size_t i = 0; i < workloads.size(); ++i) workloads[i] += other.workloads[i];
  warmup += other.warmup;
  ledger += other.ledger;
  for (std::size_t i = 0; i < limiters.size(); ++i) limiters[i] += other.limiters[i];
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    first_rate_limited[i] = std::min(first_rate_limited[i], other.first_rate_limited[i]);
  }
  in_flight_max = std::max(in_flight_max, other.in_flight_max);
  last_event = std::max(last_event, other.last_event);
  traffic += other.traffic;
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] += other.levels[i];
  return *this;
}

}  // namespace sluice
