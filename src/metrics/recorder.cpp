#include "metrics/recorder.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {
namespace {

constexpr std::size_t kIdsAtMost = 1U << 14;  // see Ledger::identity_of

std::uint64_t elapsed(TimePoint from, TimePoint to) noexcept {
  return to > from ? static_cast<std::uint64_t>(ns(to - from)) : 0;
}

constexpr std::size_t position(ErrorKind kind) noexcept { return static_cast<std::size_t>(kind); }
constexpr std::size_t position(LimitCause cause) noexcept {
  return static_cast<std::size_t>(cause);
}

}  // namespace

Recorder::Recorder(const RecorderSpec& spec)
    : spec_(spec),
      reading_width_(std::min<Duration>(cell_width_for(spec.duration), minutes(1))),
      latency_within_(spec.latency_within.value_or(Duration::max())),
      ttft_within_(spec.ttft_within.value_or(Duration::max())),
      data_(spec.workloads, spec.limiters, spec.duration),
      last_readings_(spec.limiters) {
  SLUICE_CHECK(spec.workloads <= kIdsAtMost && spec.workspaces <= kIdsAtMost);
  SLUICE_CHECK(spec.keys <= kIdsAtMost && spec.models <= kIdsAtMost);
}

void Recorder::offered(WorkloadId workload, TimePoint planned) noexcept {
  if (++in_flight_ > data_.in_flight_max) data_.in_flight_max = in_flight_;
  ++data_.traffic.at(planned).offered;
  if (planned < spec_.counts_from) [[unlikely]] {
    ++data_.warmup.offered;
  } else {
    ++data_.workloads[index(workload)].requests.offered;
  }
}

void Recorder::attempt(const AttemptRecord& record) noexcept {
  const Outcome& outcome = *record.outcome;
  const bool counts = record.requested >= spec_.counts_from;
  TrafficCell& cell = data_.traffic.at(outcome.ended);
  data_.last_event = std::max(data_.last_event, outcome.ended);
  ++cell.attempts;
  AttemptTotals& totals = data_.workloads[index(record.workload)].attempts;
  if (counts) [[likely]] {
    ++totals.ended[position(outcome.error)];
  } else {
    ++data_.warmup.attempts;
  }
  if (!outcome.ok()) {
    refused(record, counts, cell);
    if (counts) wasted(record, totals);
  }
  const std::int64_t prompt = outcome.usage.prompt_tokens();
  if (prompt == 0 && outcome.usage.output_tokens == 0 && record.cost == nullptr) return;

  cell.input_tokens += prompt;
  cell.output_tokens += outcome.usage.output_tokens;
  int128 cost = 0;
  if (record.cost != nullptr) {
    for (const Money part : record.cost->by_category) cost += part.picodollars();
    cell.picodollars += cost;
  }
  if (counts) [[likely]] {
    data_.ledger.book({.workload = record.workload,
                       .workspace = record.workspace,
                       .key = record.key,
                       .model = record.model,
                       .batch = record.batch,
                       .priced = record.priced},
                      outcome.usage, record.cost, record.saved_by_cache);
  } else {
    data_.warmup.input_tokens += prompt;
    data_.warmup.output_tokens += outcome.usage.output_tokens;
    data_.warmup.cost += Money::from_picodollars(cost);
  }
}

void Recorder::refused(const AttemptRecord& record, bool counts, TrafficCell& cell) noexcept {
  const Outcome& outcome = *record.outcome;
  AttemptTotals& totals = data_.workloads[index(record.workload)].attempts;
  if (outcome.error == ErrorKind::kOverloaded) ++cell.overloaded;
  if (outcome.error != ErrorKind::kRateLimit) {
    if (counts && outcome.limit) ++totals.refused_by_own_limit;
    return;
  }
  const std::size_t cause = position(outcome.limit.value_or(LimitCause::kRequests));
  ++cell.rate_limited[cause];
  if (outcome.limiter < data_.limiters.size()) {
    ++data_.levels[outcome.limiter].at(outcome.ended).refused;
  }
  if (!counts) {
    ++data_.warmup.rate_limited;
    return;
  }
  ++totals.rate_limited[cause];
  if (outcome.never_fits) ++totals.never_fits;
  TimePoint& first = data_.first_rate_limited[cause];
  first = std::min(first, outcome.ended);
  if (outcome.limiter < data_.limiters.size()) {
    LimiterTotals& limiter = data_.limiters[outcome.limiter];
    ++limiter.refused;
    limiter.first_refused = std::min(limiter.first_refused, outcome.ended);
  }
}

void Recorder::wasted(const AttemptRecord& record, AttemptTotals& totals) noexcept {
  const Outcome& outcome = *record.outcome;
  totals.wasted_input_tokens += outcome.usage.prompt_tokens();
  totals.wasted_output_tokens += outcome.usage.output_tokens;
  totals.wasted_time += Duration{static_cast<std::int64_t>(elapsed(outcome.sent, outcome.ended))};
  if (record.cost != nullptr) totals.wasted_cost += record.cost->total();
}

void Recorder::request(const RequestRecord& record) noexcept {
  --in_flight_;
  TrafficCell& cell = data_.traffic.at(record.ended);
  data_.last_event = std::max(data_.last_event, record.ended);
  const bool ok = record.error == ErrorKind::kNone;
  if (ok) {
    ++cell.succeeded;
    if (!record.batch) {
      const auto latency = static_cast<std::int64_t>(elapsed(record.planned, record.ended));
      cell.latency_sum += latency;
      ++cell.latency_count;
      cell.latency_max = std::max(cell.latency_max, latency);
    }
  } else {
    ++cell.failed;
  }
  if (record.planned < spec_.counts_from) [[unlikely]] {
    ++(ok ? data_.warmup.succeeded : data_.warmup.failed);
    return;
  }
  WorkloadTotals& totals = data_.workloads[index(record.workload)];
  ++totals.requests.ended[position(record.error)];
  totals.requests.attempts.record(static_cast<std::uint64_t>(record.attempts));
  if (record.batch) ++totals.requests.batch;
  if (record.first_sent != kNever && !record.batch) {
    totals.latency.queueing.record(elapsed(record.planned, record.first_sent));
  }
  if (record.attempts > 1) {
    totals.latency.backoff.record(static_cast<std::uint64_t>(ns(record.waited)));
  }
  if (ok) {
    succeeded(record, totals);
  } else {
    failed(record, totals);
  }
}

void Recorder::succeeded(const RequestRecord& record, WorkloadTotals& totals) noexcept {
  Latencies& latency = totals.latency;
  const std::uint64_t total = elapsed(record.planned, record.ended);
  if (record.attempts <= 1) ++totals.requests.first_try;
  if (record.batch) {
    ++totals.requests.good;  // objectives are for those who wait
    latency.batch.record(total);
    return;
  }
  (record.attempts <= 1 ? latency.first_try : latency.retried).record(total);
  latency.from_send.record(elapsed(record.last_sent, record.ended));
  bool good = total <= static_cast<std::uint64_t>(ns(latency_within_));
  if (record.first_token != kNever) {
    const std::uint64_t ttft = elapsed(record.planned, record.first_token);
    good = good && ttft <= static_cast<std::uint64_t>(ns(ttft_within_));
    latency.ttft.record(ttft);
    latency.ttft_from_send.record(elapsed(record.last_sent, record.first_token));
    if (record.output_tokens > 1) {
      latency.inter_token.record(elapsed(record.first_token, record.ended) /
                                 static_cast<std::uint64_t>(record.output_tokens - 1));
    }
  }
  if (record.first_answer != kNever) {
    latency.first_answer.record(elapsed(record.planned, record.first_answer));
  }
  if (good) ++totals.requests.good;
}

void Recorder::failed(const RequestRecord& record, WorkloadTotals& totals) noexcept {
  if (record.limit) ++totals.requests.failed_on[position(*record.limit)];
  if (record.batch) return;
  const std::uint64_t total = elapsed(record.planned, record.ended);
  totals.latency.failed.record(total);
  totals.latency.failed_at_deadline.record(
      record.deadline ? static_cast<std::uint64_t>(ns(*record.deadline)) : total);
}

void Recorder::limiter(TimePoint now, std::size_t limiter, const LimiterReading& reading) noexcept {
  LastReading& last = last_readings_[limiter];
  LimiterTotals& totals = data_.limiters[limiter];
  const std::int64_t limit = last.exists ? last.limit : reading.limit;
  const LimitUse use{.taken = reading.taken - last.taken,
                     .allowed = int128{limit} * ns(now - last.at)};

  // The cell in which the time since the last reading lies; a reading at a boundary ends the cell
  // before.
  LimiterCell& cell = data_.levels[limiter].at(now > kRunStart ? now - nanoseconds(1) : now);
  ++cell.readings;
  cell.level_sum += reading.level;
  cell.level_min = std::min(cell.level_min, reading.level);
  cell.capacity = reading.capacity;
  cell.taken += use.taken;
  cell.allowed += use.allowed;

  const bool is_counted = last.at >= spec_.counts_from && now <= kRunStart + spec_.duration;
  if (is_counted) {
    totals.use += use;
    last.minute += use;
    totals.level_min = std::min(totals.level_min, reading.level);
    // A run shorter than a minute has no whole one: what there is stands for it.
    const bool is_first_minute = now <= kRunStart + minutes(1);
    const bool ends_minute = ns(now) % ns(minutes(1)) == 0;
    if (is_first_minute || (ends_minute && last.minute.is_busier_than(totals.peak_minute))) {
      totals.peak_minute = last.minute;
    }
    if (ends_minute) last.minute = {};
  }
  totals.capacity = reading.capacity;
  totals.limit = reading.limit;
  last = {.at = now,
          .limit = reading.limit,
          .taken = reading.taken,
          .exists = true,
          .minute = last.minute};
}

}  // namespace sluice
