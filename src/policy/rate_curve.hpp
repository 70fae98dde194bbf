// The rate of an arrival schedule as a function of time: consecutive segments from the start of the
// run on, each level (an exact rational rate) or linearly sloping. Changes of the rate (RateChange)
// are already multiplied in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/calendar.hpp"
#include "base/draw.hpp"
#include "policy/arrivals.hpp"
#include "policy/sizes.hpp"

namespace sluice {

// Where a schedule is anchored: `run_start` is the calendar time of the run's instant 0 (diurnal
// schedules follow the calendar); `at` is the instant of the run that the other schedules take for
// their own 0. Nothing arrives before it.
struct ArrivalOrigin {
  UnixTime run_start = {};
  TimePoint at = kRunStart;
};

// Events per nanosecond, count / per in lowest terms.
struct EventFlow {
  std::uint64_t count = 0;  // below 2^63
  std::uint64_t per = 1;    // in [1, 2^63)

  static EventFlow of(const Rate& rate, Fraction factor) noexcept;
  double per_nanosecond() const noexcept {
    return static_cast<double>(count) / static_cast<double>(per);
  }
};

struct RateSegment {
  static constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max();

  std::int64_t begin = 0;  // ns since the start of the run
  std::int64_t end = 0;    // exclusive
  bool level = true;
  EventFlow flow = {};  // of a level segment
  double from = 0;      // events per ns at begin and end, of either kind
  double to = 0;

  double events() const noexcept {
    return (from + to) / 2 * (static_cast<double>(end) - static_cast<double>(begin));
  }
};

class RateCurve {
 public:
  // `periods` draws the periods of a random ArrivalOnOff.
  RateCurve(const ArrivalSpec& spec, RateChanges changes, DrawStream periods,
            const ArrivalOrigin& origin);

  // The first segment begins at 0, each at the end of the one before; the last one ends at
  // kEndless. Requires that the last one has not been returned yet.
  RateSegment next();

 private:
  // A piece of the spec's own curve, before rate changes; may begin before it is asked for.
  struct Piece {
    std::int64_t begin = 0;
    std::int64_t end = RateSegment::kEndless;
    bool level = true;
    Rate rate = {};   // of a level piece
    double from = 0;  // of a sloping one, events per ns
    double to = 0;
  };

  Piece piece_at(std::int64_t time);
  Piece piece_of(const ArrivalRamp& ramp, std::int64_t time) const noexcept;
  Piece piece_of(const ArrivalSteps& steps, std::int64_t time) const noexcept;
  Piece piece_of(const ArrivalDiurnal& diurnal, std::int64_t time) const noexcept;
  Piece piece_of(const ArrivalOnOff& on_off, std::int64_t time);

  ArrivalSpec spec_;
  RateChanges changes_;
  DrawStream periods_;
  ArrivalOrigin origin_;
  std::int64_t position_ = 0;
  Piece piece_ = {.end = 0, .rate = {}};
  std::size_t next_change_ = 0;
  Fraction factor_ = Fraction::whole(1);
  std::optional<DurationSampler> on_;  // lengths of the periods of a random ArrivalOnOff
  std::optional<DurationSampler> off_;
  bool is_on_ = false;
};

}  // namespace sluice
