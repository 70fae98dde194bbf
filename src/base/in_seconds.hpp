// A duration as a plain number of seconds, for what is estimated and shown: what decides anything
// in a run reckons in whole nanoseconds.
#pragma once

#include "base/time.hpp"

namespace sluice {

inline double in_seconds(Duration duration) noexcept {
  return static_cast<double>(ns(duration)) / 1e9;
}

}  // namespace sluice
