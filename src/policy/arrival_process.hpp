// The planned instants of an ArrivalSpec, one after the other, nondecreasing. The schedule is
// absolute: fractions of a nanosecond are carried, so nothing drifts (constant, 10,000 a minute:
// exactly 14,400,000 arrivals a day, the first at 0), and a ramp is the inverse of its rate's
// integral. Where the rate jumps, a gap that has begun continues at the new rate.
//
//   ArrivalProcess process(ArrivalPoisson{per_minute(600)}, {}, random.stream(Purpose::kArrival,
//   workload)); for (TimePoint at = process.next(); at != kNever; at = process.next()) ...
#pragma once

#include <cstdint>
#include <optional>

#include "base/draw.hpp"
#include "base/integer.hpp"
#include "base/quantile_table.hpp"
#include "base/time.hpp"
#include "policy/arrivals.hpp"
#include "policy/rate_curve.hpp"

namespace sluice {

class ArrivalProcess {
 public:
  // Requires !flaw_in(spec) and !flaw_in(changes).
  ArrivalProcess(const ArrivalSpec& spec, RateChanges changes, DrawStream stream,
                 const ArrivalOrigin& origin = {});

  // The next arrival; kNever once no more can come.
  TimePoint next() noexcept {
    const TimePoint arrival = upcoming_;
    upcoming_ = after_gap();
    return arrival;
  }

  // What next() will return.
  TimePoint peek() const noexcept { return upcoming_; }

 private:
  // Events are counted in units of 2^-48, instants in units of 2^-64 ns.
  static constexpr int kEventBits = 48;
  static constexpr std::uint64_t kOneEvent = std::uint64_t{1} << kEventBits;
  static constexpr uint128 kEndOfTime = uint128{1} << 127;

  TimePoint after_gap() noexcept {
    if (!gaps_) {
      const uint128 position = position_ + event_spacing_;
      if (position >= level_until_) return place(kOneEvent);
      position_ = position;
    } else {
      const auto gap = static_cast<std::uint64_t>(gaps_->fixed(stream_.next()));
      const uint128 position = position_ + stretched(gap);
      if (position >= level_until_) return place(gap);
      position_ = position;
    }
    return instant();
  }

  // How long `gap` events take in a level segment; at least kEndOfTime if beyond all time.
  uint128 stretched(std::uint64_t gap) const noexcept {
    const uint128 product = uint128{gap} * spacing_;
    if (spacing_shift_ >= 0) return product >> spacing_shift_;
    return (product >> (127 + spacing_shift_)) != 0 ? kEndOfTime : product << -spacing_shift_;
  }

  TimePoint instant() const noexcept {
    return TimePoint{Duration{static_cast<std::int64_t>(position_ >> 64)}};
  }

  TimePoint place(uint128 gap) noexcept;
  std::optional<uint128> place_in_level(uint128 gap) noexcept;
  std::optional<uint128> place_in_slope(uint128 gap) noexcept;
  void enter(const RateSegment& segment) noexcept;

  RateCurve curve_;
  std::optional<QuantileTable>
      gaps_;  // unit mean, kEventBits fraction bits; none: every gap is one
  DrawStream stream_;
  TimePoint upcoming_;

  RateSegment segment_;
  uint128 position_ = 0;       // of the last arrival, or the start of the segment
  uint128 level_until_ = 0;    // end of a level segment with a positive rate, else 0
  uint128 event_spacing_ = 0;  // time per event, rounded up
  std::uint64_t spacing_ = 0;  // its leading 64 bits, rounded up
  int spacing_shift_ = 0;      // see stretched()
  uint128 slope_events_ = 0;   // since the start of a sloping segment, at position_
  uint128 slope_total_ = 0;    // of the sloping segment
};

// The mean number of arrivals in [from, to), over all seeds; for reports and tests. For renewal
// processes other than Poisson up to the transient of the first few gaps.
double expected_count(const ArrivalSpec& spec, const RateChanges& changes, TimePoint from,
                      TimePoint to, const ArrivalOrigin& origin = {});

}  // namespace sluice
