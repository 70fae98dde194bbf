// Everything that one run measures, as it happens, in memory that does not grow with the run:
// counters, histograms, ledgers and time series of a fixed number of cells. The engine calls it;
// results/ turns it into a RunResult. Deterministic: the same calls leave the same state. One
// request costs about 25 ns: plain arrays indexed by ids, and nothing is allocated once each kind
// of thing has happened once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/ids.hpp"
#include "base/time.hpp"
#include "metrics/measurements.hpp"
#include "metrics/records.hpp"

namespace sluice {

struct RecorderSpec {
  std::size_t workloads = 1;
  std::size_t workspaces = 1;
  std::size_t keys = 1;
  std::size_t models = 1;
  std::size_t limiters = 0;
  Duration duration{};  // planned; series cells are sized from it
  TimePoint counts_from =
      kRunStart;  // requests planned before are warm-up: counted apart, not measured
  std::optional<Duration>
      latency_within;  // goodput objectives: a success counts as good within both
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
  void request(const RequestRecord& record) noexcept;

  // The engine reads all limiters at every multiple of this width (and at the end). Constant;
  // divides a minute.
  Duration cell_width() const noexcept { return reading_width_; }
  // Times ascend for each limiter. A reading stands for the time since the one before.
  void limiter(TimePoint now, std::size_t limiter, const LimiterReading& reading) noexcept;

  const RecorderSpec& spec() const noexcept { return spec_; }
  const Measurements& measured() const noexcept { return data_; }
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

  void refused(const AttemptRecord& record, bool counts, TrafficCell& cell) noexcept;
  void wasted(const AttemptRecord& record, AttemptTotals& totals) noexcept;
  void succeeded(const RequestRecord& record, WorkloadTotals& totals) noexcept;
  void failed(const RequestRecord& record, WorkloadTotals& totals) noexcept;

  RecorderSpec spec_;
  Duration reading_width_;
  Duration latency_within_;
  Duration ttft_within_;
  std::int64_t in_flight_ = 0;
  Measurements data_;
  std::vector<LastReading> last_readings_;
};

}  // namespace sluice
