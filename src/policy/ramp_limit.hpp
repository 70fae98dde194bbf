// The acceleration ("ramp") limit: caps how fast input usage may grow from minute to minute. Off by
// default. The real algorithm is unpublished; this one fits a message captured on 2026-03-23 (limit
// + 10,000 at the next minute boundary) and is an assumption (docs/model.md, Ramp limit).
//
// limit[0] = initial; at each UTC minute boundary limit[m+1] = limit[m] + step if minute m refused
// anything for it, else max(initial, used[m]) + step.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace sluice {

struct RampSpec {
  std::int64_t initial = 0;  // uncached input tokens in the first minute
  std::int64_t step = 10'000;
  bool operator==(const RampSpec&) const = default;
};

class RampLimit {
 public:
  // calendar_offset: how far into its UTC minute the run starts, 0 <= offset < 60 s.
  RampLimit(RampSpec spec, Duration calendar_offset);

  // Looks without charging; a refusal is recorded for the step rule by refuse().
  bool admits(TimePoint now, std::int64_t tokens) noexcept;
  void charge(TimePoint now, std::int64_t tokens) noexcept;
  void refuse(TimePoint now) noexcept;
  TimePoint next_boundary(TimePoint now) const noexcept;
  std::int64_t limit(TimePoint now) noexcept;

 private:
  void advance(TimePoint now) noexcept;

  RampSpec spec_;
  Duration offset_;
  std::int64_t minute_ = 0;
  std::int64_t limit_;
  std::int64_t used_ = 0;
  bool refused_ = false;
};

}  // namespace sluice
