// What is kept of a log's instants until all are known: counts by second and an even sample of the
// gaps with their places, since the curve in whose units a gap is measured is found last.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "fit/count_bins.hpp"
#include "fit/time_steps.hpp"

namespace sluice::fit {

struct LogGap {
  std::uint64_t place = 0;  // its number in the log
  Duration end{};           // since the origin
  Duration length{};
};

class ArrivalLog {
 public:
  void add(Duration at);
  // No more come: what waited for the next timestamp is counted.
  void finish();

  std::int64_t count() const noexcept { return count_; }
  Duration origin() const noexcept { return origin_; }
  std::optional<Duration> step() const noexcept { return step_; }
  // After finish(). From the origin to one mean gap, or one step, after the last arrival.
  Duration span() const;
  const CountBins& counts() const noexcept { return counts_; }
  const std::vector<LogGap>& gaps() const noexcept { return gaps_; }
  Duration resolution() const noexcept { return Duration{resolution_}; }  // of the gaps

 private:
  void judge();
  void place(Duration at);
  void arrive(Duration at);

  std::vector<Duration> waiting_;  // the first, until it is known whether they come in steps
  bool judged_ = false;
  std::optional<Duration> step_;
  std::optional<TimeSpreader> spreader_;
  std::int64_t count_ = 0;
  Duration origin_{};
  Duration last_{};     // as added
  Duration arrived_{};  // the last one counted, since the origin
  std::uint64_t arrivals_ = 0;
  CountBins counts_;
  std::vector<LogGap> gaps_;
  std::uint64_t one_in_ = 1;
  std::int64_t resolution_ = 0;
};

}  // namespace sluice::fit
