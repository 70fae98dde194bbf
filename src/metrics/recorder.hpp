// Everything that one run measures, as it happens, in memory that does not grow with the run:
// counters, histograms, ledgers and time series of a fixed number of cells. The engine calls it;
// results/ turns it into a RunResult. Deterministic: the same calls leave the same state. One
// request costs about 18 ns: the common case is inline and writes each value once, measured()
// spreads it, and nothing is allocated once each kind of thing has happened once, but for the few
// numbers that a cell of the time series keeps.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/ids.hpp"
#include "base/time.hpp"
#include "metrics/coarse_histogram.hpp"
#include "metrics/measurements.hpp"
#include "metrics/records.hpp"
#include "metrics/workload_tally.hpp"

namespace sluice {

struct RecorderSpec {
  std::size_t workloads = 1;
  std::size_t workspaces = 1;
  std::size_t keys = 1;
  std::size_t models = 1;
  std::size_t limiters = 0;
  Duration duration{};         // planned; series cells are sized from it
  bool is_open_ended = false;  // nobody knows when it ends: `duration` sizes the cells, no more
  TimePoint counts_from =
      kRunStart;  // requests planned before are warm-up: counted apart, not measured
  std::optional<Duration>
      latency_within{};  // goodput objectives: a success counts as good within both
  std::optional<Duration> ttft_within{};
};

// One look at one limiter.
struct LimiterReading {
  std::int64_t level = 0;     // whole tokens, negative in debt
  std::int64_t capacity = 0;  // whole tokens
  std::int64_t limit = 0;     // per minute or day
  std::int64_t taken = 0;     // tokens charged, net, since the run's start
};

class Recorder {
 public:
  explicit Recorder(const RecorderSpec& spec);

  void offered(WorkloadId workload, TimePoint planned) noexcept;
  void attempt(const AttemptRecord& record) noexcept;
  // What a batch's item was billed: one of many answers to one attempt, which is recorded apart.
  void answered(const AttemptRecord& record) noexcept;
  void request(const RequestRecord& record) noexcept;
  // request() of what most are, without a record: sent as planned, succeeded at the first attempt,
  // and its first token belonged to the answer.
  void prompt_success(WorkloadId workload, TimePoint planned, TimePoint first_token,
                      TimePoint ended, std::int64_t output_tokens) noexcept;
  // An attempt that the client itself refused; how long one waited for the client's pacer. Of a
  // request that was planned then.
  void shed(WorkloadId workload, TimePoint planned) noexcept;
  void paced(WorkloadId workload, TimePoint planned, Duration waited) noexcept;

  // The engine reads all limiters at every multiple of this width (and at the end). Constant;
  // divides a minute.
  Duration cell_width() const noexcept { return reading_width_; }
  // Times ascend for each limiter. A reading stands for the time since the one before.
  void limiter(TimePoint now, std::size_t limiter, const LimiterReading& reading) noexcept;

  const RecorderSpec& spec() const noexcept { return spec_; }
  // All that was recorded so far; what comes later shows after the next call.
  const Measurements& measured() const noexcept;
  // Planned but not ended yet.
  std::int64_t in_flight() const noexcept { return in_flight_; }

 private:
  struct LastReading {
    TimePoint at = kRunStart;
    std::int64_t limit = 0;
    std::int64_t taken = 0;
    bool exists = false;
    LimitUse minute;  // of the minute that has not ended yet
  };
  static std::uint64_t elapsed(TimePoint from, TimePoint to) noexcept {
    return to > from ? static_cast<std::uint64_t>(ns(to - from)) : 0;
  }
  void open_cell_at(TimePoint time) noexcept {
    if (static_cast<std::uint64_t>(ns(time) - cell_begin_) >= cell_size_) [[unlikely]]
      change_cell(time);
  }
  void change_cell(TimePoint time) noexcept;
  void write_cell() const noexcept;
  void write_booked(TrafficCell& cell) const noexcept;

  void book(const AttemptRecord& record) noexcept;
  void book_warmup(const AttemptRecord& record) noexcept;
  void attempt_apart(const AttemptRecord& record, bool counts) noexcept;
  void refused(const AttemptRecord& record, bool counts) noexcept;
  void wasted(const AttemptRecord& record, AttemptTotals& totals) noexcept;
  void prompt_success_apart(WorkloadId workload, TimePoint planned, TimePoint first_token,
                            TimePoint ended) noexcept;
  void cell_latency(std::uint64_t total) noexcept;
  void request_apart(const RequestRecord& record) noexcept;
  void cell_ended(const RequestRecord& record, std::uint64_t total) noexcept;
  void queued_in_cell(const RequestRecord& record) noexcept;
  void ended(const RequestRecord& record, WorkloadTotals& totals) noexcept;
  void succeeded_later(const RequestRecord& record, std::uint64_t total) noexcept;
  void began_apart(const RequestRecord& record, std::uint64_t ttft) noexcept;
  void failed(const RequestRecord& record, WorkloadTotals& totals) noexcept;

  RecorderSpec spec_;
  Duration reading_width_;
  std::uint64_t latency_within_;
  std::uint64_t ttft_within_;
  std::int64_t in_flight_ = 0;
  // The cell of `data_.traffic` in which things happen now, apart so that it is found at once. No
  // instant lies in a cell of size 0.
  std::int64_t cell_begin_ = 0;
  std::uint64_t cell_size_ = 0;
  // measured() is const to its callers, who cannot see that it completes these first.
  mutable TrafficCell cell_;
  mutable CoarseHistogram cell_latency_;
  mutable CoarseHistogram cell_ttft_;
  // The ledger's lines as they were when a cell was last brought up to date: the open cell's tokens
  // and costs are what was booked since.
  mutable std::vector<Ledger::Line> booked_;
  mutable std::vector<WorkloadTally> tallies_;
  mutable Measurements data_;
  std::vector<LastReading> last_readings_;
};

[[gnu::always_inline]] inline void Recorder::offered(WorkloadId workload,
                                                     TimePoint planned) noexcept {
  open_cell_at(planned);
  if (++in_flight_ > data_.in_flight_max) data_.in_flight_max = in_flight_;
  ++cell_.offered;
  if (planned < spec_.counts_from) [[unlikely]] {
    ++data_.warmup.offered;
  } else {
    ++tallies_[index(workload)].offered;
  }
}

[[gnu::always_inline]] inline void Recorder::attempt(const AttemptRecord& record) noexcept {
  const Outcome& outcome = *record.outcome;
  open_cell_at(outcome.ended);
  data_.last_event = std::max(data_.last_event, outcome.ended);
  ++cell_.attempts;
  cell_.first_tries += record.number == 1 ? 1 : 0;
  const bool counts = record.requested >= spec_.counts_from;
  if (!counts || !outcome.ok()) [[unlikely]] {
    // A copy, so that the common case, which is inline, keeps the record's members in registers:
    // for a reference to itself it would write them all to memory first.
    const AttemptRecord apart = record;
    return attempt_apart(apart, counts);
  }
  ++tallies_[index(record.workload)].attempts_succeeded;
  book(record);
}

[[gnu::always_inline]] inline void Recorder::book(const AttemptRecord& record) noexcept {
  const Usage& usage = record.outcome->usage;
  if (record.cost == nullptr && usage == Usage{}) return;
  data_.ledger.book({.workload = record.workload,
                     .workspace = record.workspace,
                     .key = record.key,
                     .model = record.model,
                     .batch = record.batch,
                     .priced = record.priced},
                    usage, record.cost, record.saved_by_cache);
}

[[gnu::always_inline]] inline void Recorder::prompt_success(WorkloadId workload, TimePoint planned,
                                                            TimePoint first_token, TimePoint ended,
                                                            std::int64_t output_tokens) noexcept {
  if (planned < spec_.counts_from) [[unlikely]]
    return prompt_success_apart(workload, planned, first_token, ended);
  --in_flight_;
  open_cell_at(ended);
  data_.last_event = std::max(data_.last_event, ended);
  WorkloadTally& tally = tallies_[index(workload)];
  const std::uint64_t total = elapsed(planned, ended);
  const std::uint64_t ttft = elapsed(planned, first_token);
  ++cell_.succeeded;
  cell_latency(total);
  cell_ttft_.record(ttft);
  tally.prompt.record(total);
  tally.ttft_prompt.record(ttft);
  tally.good += total <= latency_within_ && ttft <= ttft_within_ ? 1 : 0;
  if (output_tokens > 1) {
    tally.inter_token.record(elapsed(first_token, ended) /
                             static_cast<std::uint64_t>(output_tokens - 1));
  }
}

[[gnu::always_inline]] inline void Recorder::cell_latency(std::uint64_t total) noexcept {
  const auto latency = static_cast<std::int64_t>(total);
  ++cell_.latency_count;
  cell_.latency_sum += latency;
  cell_.latency_max = std::max(cell_.latency_max, latency);
  cell_latency_.record(total);
}

}  // namespace sluice
