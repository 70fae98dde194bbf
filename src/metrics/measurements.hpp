// What a Recorder leaves behind: counters, histograms, the ledger and the time series of one run,
// or of several merged. Everything is kept per workload; totals over workloads are sums. Values
// that copy, compare and merge.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "api/cost.hpp"
#include "api/ids.hpp"
#include "api/limit_type.hpp"
#include "api/outcome.hpp"
#include "base/integer.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "metrics/coarse_histogram.hpp"
#include "metrics/histogram.hpp"
#include "metrics/ledger.hpp"
#include "metrics/time_series.hpp"

namespace sluice {

template <std::size_t N>
using Counters = std::array<std::int64_t, N>;

// How it felt, in nanoseconds. Batch requests take hours by design and are kept out of all but
// `batch`.
struct Latencies {
  Histogram first_try;  // from the planned arrival to the end: succeeded at the first attempt
  Histogram retried;    // succeeded later
  Histogram failed;     // to the final failure
  Histogram failed_at_deadline;  // failures as late as their deadline, so that failing fast looks
                                 // no quicker
  Histogram from_send;           // of successes: from the last send to the end
  Histogram ttft;  // of successes: from the planned arrival to the first content of any kind
  Histogram ttft_from_send;
  Histogram
      first_answer;    // of successes: from the planned arrival to the first token after thinking
  Histogram queueing;  // from the planned arrival to the first send, of all that were sent
  Histogram inter_token;  // of successes: mean gap between the tokens of one response
  Histogram backoff;      // waited between attempts, of requests with more than one
  Histogram paced;        // an attempt's wait for its client's pacer, of clients that have one
  Histogram batch;        // planned to end, of batch requests that succeeded

  Histogram success() const;  // first_try and retried
  Histogram offered() const;  // successes, and failures at their deadline
  Latencies& operator+=(const Latencies& other);
  bool operator==(const Latencies&) const = default;
};

struct RequestTotals {
  std::int64_t offered = 0;
  Counters<kErrorKindCount> ended{};  // by how they ended; [kNone] succeeded
  Counters<kLimitCauseCount>
      failed_on{};             // failures whose last answer was a limit's refusal, by cause
  std::int64_t first_try = 0;  // succeeded at the first attempt
  std::int64_t good = 0;       // succeeded within the objectives
  std::int64_t batch = 0;      // ended ones that were sent in batches
  std::int64_t fell_back = 0;  // ended ones that went to another model than their own
  Histogram attempts;          // per ended request

  std::int64_t succeeded() const noexcept { return ended[0]; }
  std::int64_t failed() const noexcept;
  RequestTotals& operator+=(const RequestTotals& other);
  bool operator==(const RequestTotals&) const = default;
};

struct AttemptTotals {
  Counters<kErrorKindCount> ended{};          // by outcome; [kNone] succeeded
  Counters<kLimitCauseCount> rate_limited{};  // 429, by cause
  std::int64_t refused_by_own_limit = 0;      // 400 for a spend limit that the customer set
  std::int64_t never_fits = 0;                // 429 that no waiting can cure
  std::int64_t shed = 0;                      // refused by the client itself: not attempts
  // Attempts that did not succeed: what they cost nevertheless.
  std::int64_t wasted_input_tokens = 0;  // prompt tokens that were billed
  std::int64_t wasted_output_tokens = 0;
  Duration wasted_time{};  // from send to end
  Money wasted_cost;

  std::int64_t count() const noexcept;
  AttemptTotals& operator+=(const AttemptTotals& other);
  bool operator==(const AttemptTotals&) const = default;
};

struct WorkloadTotals {
  RequestTotals requests;
  AttemptTotals attempts;
  Latencies latency;

  WorkloadTotals& operator+=(const WorkloadTotals& other);
  bool operator==(const WorkloadTotals&) const = default;
};

// Warm-up is counted, but stays out of everything else except the time series.
struct WarmupTotals {
  std::int64_t offered = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t attempts = 0;
  std::int64_t rate_limited = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  Money cost;

  WarmupTotals& operator+=(const WarmupTotals& other);
  bool operator==(const WarmupTotals&) const = default;
};

// What was billed in one cell.
struct CellCosts {
  std::array<int128, kCostCategoryCount> picodollars{};  // by category
  std::vector<int128> by_model;  // picodollars, by ModelId; as long as the last that cost anything

  void add(ModelId model, const std::array<int128, kCostCategoryCount>& more);
  Money total() const noexcept;
  Money of(ModelId model) const noexcept;
  CellCosts& operator+=(const CellCosts& other) noexcept;
  bool operator==(const CellCosts&) const = default;
};

// One cell of the time series: all requests, warm-up included, in the cell in which each thing
// happened. How many were in flight at its end follows: offered less succeeded and failed, up to
// and with this cell.
struct TrafficCell {
  std::int64_t offered = 0;    // planned here
  std::int64_t succeeded = 0;  // ended here
  std::int64_t failed = 0;
  std::int64_t attempts = 0;     // ended here
  std::int64_t first_tries = 0;  // of `attempts`, the first of their request
  Counters<kLimitCauseCount> rate_limited{};
  std::int64_t overloaded = 0;
  std::int64_t input_tokens = 0;  // whole prompts, billed
  std::int64_t output_tokens = 0;
  std::int64_t cache_read_tokens = 0;  // of input_tokens
  std::int64_t cache_write_tokens = 0;
  std::int64_t latency_sum = 0;  // ns, of `succeeded` without batches
  std::int64_t latency_count = 0;
  std::int64_t latency_max = 0;
  CoarseCounts latency;           // ns, of the same
  CoarseCounts ttft;              // ns, of those of them that streamed
  std::int64_t queueing_sum = 0;  // ns from planned to first sent, of requests that ended here
  std::int64_t queueing_max = 0;
  std::int64_t failed_after_queueing = 0;  // of `failed`: were sent, not in a batch
  CellCosts cost;

  // Whose queueing is counted: what succeeded without batches has always been sent.
  std::int64_t queueing_count() const noexcept { return latency_count + failed_after_queueing; }

  TrafficCell& operator+=(const TrafficCell& other) noexcept;
  bool operator==(const TrafficCell&) const = default;
};

struct LimiterCell {
  std::int64_t readings = 0;
  int128 level_sum = 0;  // over the readings
  std::int64_t level_min = std::numeric_limits<std::int64_t>::max();
  std::int64_t capacity = 0;
  std::int64_t taken = 0;    // tokens charged here, net
  int128 allowed = 0;        // limit x time, tokens per period x ns
  std::int64_t refused = 0;  // attempts

  LimiterCell& operator+=(const LimiterCell& other) noexcept;
  bool operator==(const LimiterCell&) const = default;
};

// Tokens charged, of what the limit allows in the same time: `allowed` is limit x time, so that
// taken x period / allowed is the utilisation, whatever the period (a minute or a day) and however
// the limit changed.
struct LimitUse {
  std::int64_t taken = 0;
  int128 allowed = 0;

  // Of two shares of what is allowed. Where nothing is allowed nothing can be busy.
  bool is_busier_than(const LimitUse& other) const noexcept;
  LimitUse& operator+=(const LimitUse& other) noexcept;
  bool operator==(const LimitUse&) const = default;
};

struct LimiterTotals {
  LimitUse use;  // from counts_from to the end of arrivals
  LimitUse
      peak_minute;  // the busiest minute of the run's minutes; shorter where the run is shorter
  std::int64_t level_min = std::numeric_limits<std::int64_t>::max();
  std::int64_t capacity = 0;  // as last read
  std::int64_t limit = 0;
  std::int64_t refused = 0;
  TimePoint first_refused = kNever;

  LimiterTotals& operator+=(const LimiterTotals& other) noexcept;
  bool operator==(const LimiterTotals&) const = default;
};

struct Measurements {
  Measurements(std::size_t workloads, std::size_t limiters, Duration run);

  std::vector<WorkloadTotals> workloads;
  WarmupTotals warmup;
  Ledger ledger;
  std::vector<LimiterTotals> limiters;
  std::array<TimePoint, kLimitCauseCount> first_rate_limited;  // kNever: never
  std::int64_t in_flight_max = 0;  // requests between their planned arrival and their end
  TimePoint last_event = kRunStart;

  TimeSeries<TrafficCell> traffic;
  std::vector<TimeSeries<LimiterCell>> levels;  // by limiter

  WorkloadTotals all_workloads() const;
  // Gives all series the same cells, which they lack when something ended after the last reading.
  void align() noexcept;
  bool is_aligned() const noexcept;
  Measurements& operator+=(const Measurements& other);
  bool operator==(const Measurements&) const = default;
};

}  // namespace sluice
