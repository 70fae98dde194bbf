// Logs whose timestamps come in steps (seconds, or Mooncake's 3 s): recognised, and the arrivals of
// one timestamp spread over the step as a trace reader spreads them, uniform and in order, lest
// they count as bursts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/draw.hpp"
#include "base/time.hpp"

namespace sluice::fit {

// The step of ascending timestamps, if arrivals share timestamps (one in twenty or more) and nearly
// all distances of the others are whole multiples of one length, within 1 % of it.
std::optional<Duration> timestamp_step(std::span<const Duration> ascending);

class TimeSpreader {
 public:
  using Sink = std::function<void(Duration)>;

  explicit TimeSpreader(Duration step) : step_(step) {}
  // In order; the arrivals of earlier timestamps go to `sink`.
  void add(Duration at, const Sink& sink);
  void finish(const Sink& sink) { flush(at_ + step_, sink); }

 private:
  void flush(Duration until, const Sink& sink);

  Duration step_;
  Duration at_{};
  std::int64_t count_ = 0;
  DrawStream draws_{Bits128{0x666974U, 1}};
  std::vector<std::uint64_t> offsets_;
};

}  // namespace sluice::fit
