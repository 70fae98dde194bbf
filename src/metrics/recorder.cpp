#include "metrics/recorder.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {
namespace {

constexpr std::size_t kIdsAtMost = 1U << 14;  // far below Ledger's nobody

constexpr std::size_t position(ErrorKind kind) noexcept { return static_cast<std::size_t>(kind); }
constexpr std::size_t position(LimitCause cause) noexcept {
  return static_cast<std::size_t>(cause);
}

void add_tokens(TrafficCell& cell, const Usage& usage, std::int64_t times) noexcept {
  cell.input_tokens += usage.prompt_tokens() * times;
  cell.output_tokens += usage.output_tokens * times;
  cell.cache_read_tokens += usage.cache_read_input_tokens * times;
  cell.cache_write_tokens += usage.cache_creation_input_tokens() * times;
}

bool is_prompt_success(const RequestRecord& record) noexcept {
  return record.error == ErrorKind::kNone && record.attempts == 1 &&
         record.first_sent == record.planned && record.last_sent == record.planned &&
         record.first_token != kNever && record.first_answer == record.first_token;
}

std::array<int128, kCostCategoryCount> picodollars_of(const CostBreakdown& cost) noexcept {
  std::array<int128, kCostCategoryCount> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = cost.by_category[i].picodollars();
  return parts;
}

}  // namespace

Recorder::Recorder(const RecorderSpec& spec)
    : spec_(spec),
      reading_width_(std::min<Duration>(cell_width_for(spec.duration), minutes(1))),
      latency_within_(
          static_cast<std::uint64_t>(ns(spec.latency_within.value_or(Duration::max())))),
      ttft_within_(static_cast<std::uint64_t>(ns(spec.ttft_within.value_or(Duration::max())))),
      tallies_(spec.workloads),
      data_(spec.workloads, spec.limiters, spec.duration),
      last_readings_(spec.limiters) {
  SLUICE_CHECK(spec.workloads <= kIdsAtMost && spec.workspaces <= kIdsAtMost);
  SLUICE_CHECK(spec.keys <= kIdsAtMost && spec.models <= kIdsAtMost);
}

const Measurements& Recorder::measured() const noexcept {
  write_cell();
  for (std::size_t i = 0; i < tallies_.size(); ++i) tallies_[i].move_to(data_.workloads[i]);
  return data_;
}

void Recorder::change_cell(TimePoint time) noexcept {
  write_cell();
  data_.traffic.at(time);
  cell_size_ = static_cast<std::uint64_t>(ns(data_.traffic.width()));
  cell_begin_ = ns(time) - ns(time) % ns(data_.traffic.width());
}

void Recorder::write_cell() const noexcept {
  if (cell_size_ == 0) return;
  TrafficCell& cell = data_.traffic.at(TimePoint{Duration{cell_begin_}});
  cell += cell_;
  cell_latency_.move_to(cell.latency);
  cell_ttft_.move_to(cell.ttft);
  write_booked(cell);
  cell_ = {};
}

void Recorder::write_booked(TrafficCell& cell) const noexcept {
  const auto lines = data_.ledger.opened();
  booked_.resize(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Ledger::Line& now = lines[i];
    const Ledger::Line& before = booked_[i];
    if (now.responses == before.responses) continue;
    std::array<int128, kCostCategoryCount> cost = now.picodollars;
    for (std::size_t part = 0; part < cost.size(); ++part) cost[part] -= before.picodollars[part];
    add_tokens(cell, now.usage, 1);
    add_tokens(cell, before.usage, -1);
    cell.cost.add(now.account.model, cost);
    booked_[i] = now;
  }
}

// Of the warm-up, or without success.
void Recorder::attempt_apart(const AttemptRecord& record, bool counts) noexcept {
  const Outcome& outcome = *record.outcome;
  AttemptTotals& totals = data_.workloads[index(record.workload)].attempts;
  if (counts) ++totals.ended[position(outcome.error)];
  if (!outcome.ok()) {
    refused(record, counts);
    if (counts) wasted(record, totals);
  }
  if (counts) {
    book(record);
    return;
  }
  ++data_.warmup.attempts;
  book_warmup(record);
}

void Recorder::book_warmup(const AttemptRecord& record) noexcept {
  const Usage& usage = record.outcome->usage;
  add_tokens(cell_, usage, 1);
  data_.warmup.input_tokens += usage.prompt_tokens();
  data_.warmup.output_tokens += usage.output_tokens;
  if (record.cost == nullptr) return;
  cell_.cost.add(record.model, picodollars_of(*record.cost));
  data_.warmup.cost += record.cost->total();
}

void Recorder::answered(const AttemptRecord& record) noexcept {
  open_cell_at(record.outcome->ended);
  data_.last_event = std::max(data_.last_event, record.outcome->ended);
  return record.requested >= spec_.counts_from ? book(record) : book_warmup(record);
}

void Recorder::refused(const AttemptRecord& record, bool counts) noexcept {
  const Outcome& outcome = *record.outcome;
  AttemptTotals& totals = data_.workloads[index(record.workload)].attempts;
  if (outcome.error == ErrorKind::kOverloaded) ++cell_.overloaded;
  if (outcome.error != ErrorKind::kRateLimit) {
    if (counts && outcome.limit) ++totals.refused_by_own_limit;
    return;
  }
  const std::size_t cause = position(outcome.limit.value_or(LimitCause::kRequests));
  ++cell_.rate_limited[cause];
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

void Recorder::shed(WorkloadId workload, TimePoint planned) noexcept {
  if (planned >= spec_.counts_from) ++data_.workloads[index(workload)].attempts.shed;
}

void Recorder::paced(WorkloadId workload, TimePoint planned, Duration waited) noexcept {
  if (planned < spec_.counts_from) return;
  data_.workloads[index(workload)].latency.paced.record(static_cast<std::uint64_t>(ns(waited)));
}

void Recorder::request(const RequestRecord& record) noexcept {
  const bool counts = record.planned >= spec_.counts_from;
  if (counts && !record.batch && is_prompt_success(record)) {
    return prompt_success(record.workload, record.planned, record.first_token, record.ended,
                          record.output_tokens);
  }
  --in_flight_;
  open_cell_at(record.ended);
  data_.last_event = std::max(data_.last_event, record.ended);
  if (record.error != ErrorKind::kNone || record.batch || !counts) return request_apart(record);
  const std::uint64_t total = elapsed(record.planned, record.ended);
  ++cell_.succeeded;
  cell_latency(total);
  succeeded_later(record, total);
}

// Of the warm-up.
void Recorder::prompt_success_apart(WorkloadId workload, TimePoint planned, TimePoint first_token,
                                    TimePoint ended) noexcept {
  RequestRecord record;
  record.workload = workload;
  record.attempts = 1;
  record.planned = record.first_sent = record.last_sent = planned;
  record.first_token = record.first_answer = first_token;
  record.ended = ended;
  request(record);
}

// Failed, in a batch or in the warm-up.
void Recorder::request_apart(const RequestRecord& record) noexcept {
  const bool ok = record.error == ErrorKind::kNone;
  const std::uint64_t total = elapsed(record.planned, record.ended);
  ++(ok ? cell_.succeeded : cell_.failed);
  if (!record.batch) cell_ended(record, total);
  if (record.planned < spec_.counts_from) {
    ++(ok ? data_.warmup.succeeded : data_.warmup.failed);
    return;
  }
  WorkloadTotals& totals = data_.workloads[index(record.workload)];
  ended(record, totals);
  if (record.batch) ++totals.requests.batch;
  if (!ok) {
    failed(record, totals);
    return;
  }
  // Nobody gives a batch's request up at its deadline: it is answered and paid, too late.
  const bool in_time =
      !record.deadline || total <= static_cast<std::uint64_t>(ns(*record.deadline));
  totals.requests.good += in_time && total <= latency_within_ ? 1 : 0;
  if (record.attempts <= 1) ++totals.requests.first_try;
  totals.latency.batch.record(total);
}

// Of the warm-up, or without success; not in a batch.
void Recorder::cell_ended(const RequestRecord& record, std::uint64_t total) noexcept {
  queued_in_cell(record);
  if (record.error != ErrorKind::kNone) {
    if (record.first_sent != kNever) ++cell_.failed_after_queueing;
    return;
  }
  cell_latency(total);
  if (record.first_token != kNever) cell_ttft_.record(elapsed(record.planned, record.first_token));
}

void Recorder::queued_in_cell(const RequestRecord& record) noexcept {
  if (record.first_sent == kNever) return;
  const auto queueing = static_cast<std::int64_t>(elapsed(record.planned, record.first_sent));
  cell_.queueing_sum += queueing;
  cell_.queueing_max = std::max(cell_.queueing_max, queueing);
}

void Recorder::ended(const RequestRecord& record, WorkloadTotals& totals) noexcept {
  ++totals.requests.ended[position(record.error)];
  totals.requests.attempts.record(static_cast<std::uint64_t>(record.attempts));
  if (record.first_sent != kNever && !record.batch) {
    totals.latency.queueing.record(elapsed(record.planned, record.first_sent));
  }
  if (record.fell_back) ++totals.requests.fell_back;
  if (record.attempts > 1 && !record.batch) {
    totals.latency.backoff.record(static_cast<std::uint64_t>(ns(record.waited)));
  }
}

// Not at the first attempt, not sent as planned, or without a first token that was its answer's.
void Recorder::succeeded_later(const RequestRecord& record, std::uint64_t total) noexcept {
  WorkloadTotals& totals = data_.workloads[index(record.workload)];
  ended(record, totals);
  queued_in_cell(record);
  const bool is_first_try = record.attempts <= 1;
  if (is_first_try) ++totals.requests.first_try;
  (is_first_try ? totals.latency.first_try : totals.latency.retried).record(total);
  totals.latency.from_send.record(elapsed(record.last_sent, record.ended));
  bool good = total <= latency_within_;
  if (record.first_token != kNever) {
    const std::uint64_t ttft = elapsed(record.planned, record.first_token);
    good = good && ttft <= ttft_within_;
    cell_ttft_.record(ttft);
    began_apart(record, ttft);
    if (record.output_tokens > 1) {
      totals.latency.inter_token.record(elapsed(record.first_token, record.ended) /
                                        static_cast<std::uint64_t>(record.output_tokens - 1));
    }
  }
  totals.requests.good += good ? 1 : 0;
}

// The first content of a request that was not sent as planned, or does not begin with its answer.
void Recorder::began_apart(const RequestRecord& record, std::uint64_t ttft) noexcept {
  Latencies& latency = data_.workloads[index(record.workload)].latency;
  latency.ttft_from_send.record(elapsed(record.last_sent, record.first_token));
  latency.ttft.record(ttft);
  if (record.first_answer != kNever) {
    latency.first_answer.record(elapsed(record.planned, record.first_answer));
  }
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

  const bool is_planned = spec_.is_open_ended || now <= kRunStart + spec_.duration;
  const bool is_counted = last.at >= spec_.counts_from && is_planned;
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
