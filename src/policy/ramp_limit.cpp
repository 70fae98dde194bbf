#include "policy/ramp_limit.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {

RampLimit::RampLimit(RampSpec spec, Duration calendar_offset)
    : spec_(spec), offset_(calendar_offset), limit_(spec.initial) {
  SLUICE_CHECK(spec.initial >= 0 && spec.step >= 0);
  SLUICE_CHECK(calendar_offset >= Duration{0} && calendar_offset < minutes(1));
}

void RampLimit::advance(TimePoint now) noexcept {
  const std::int64_t minute = (now.time_since_epoch() + offset_) / minutes(1);
  if (minute == minute_) return;
  // Minutes in which nothing happened used nothing and refused nothing: after two or more
  // boundaries only the last of them matters.
  if (minute - minute_ > 1) {
    limit_ = spec_.initial + spec_.step;
  } else {
    limit_ = (refused_ ? limit_ : std::max(spec_.initial, used_)) + spec_.step;
  }
  minute_ = minute;
  used_ = 0;
  refused_ = false;
}

bool RampLimit::admits(TimePoint now, std::int64_t tokens) noexcept {
  advance(now);
  return used_ + tokens <= limit_;
}

void RampLimit::charge(TimePoint now, std::int64_t tokens) noexcept {
  advance(now);
  used_ += tokens;
}

void RampLimit::refuse(TimePoint now) noexcept {
  advance(now);
  refused_ = true;
}

TimePoint RampLimit::next_boundary(TimePoint now) const noexcept {
  const Duration into_minute = (now.time_since_epoch() + offset_) % minutes(1);
  return now + (minutes(1) - into_minute);
}

std::int64_t RampLimit::limit(TimePoint now) noexcept {
  advance(now);
  return limit_;
}

}  // namespace sluice
