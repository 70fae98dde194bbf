// Instants of a run, by the time since its start.
// Example: model.look(second(299)), record.ended == at(seconds(13)).
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace sluice::testing {

inline TimePoint at(Duration since_start) { return kRunStart + since_start; }
inline TimePoint second(std::int64_t count) { return at(seconds(count)); }
inline TimePoint millisecond(std::int64_t count) { return at(milliseconds(count)); }
inline TimePoint nanosecond(std::int64_t count) { return at(nanoseconds(count)); }

// A duration as a histogram counts it.
constexpr std::uint64_t count(Duration duration) {
  return static_cast<std::uint64_t>(ns(duration));
}

}  // namespace sluice::testing
