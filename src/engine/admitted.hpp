// An admitted request on its way through the server: what ApiModel decided about it. Small, because
// one waits in memory for every response in flight.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "policy/fault_plan.hpp"
#include "policy/latency_model.hpp"
#include "policy/rate_limiter.hpp"

namespace sluice {

struct Admitted {
  TimePoint started{};      // when it was sent and arrived; also of a refused one
  TimePoint first_token{};  // when the answer begins, stalls included
  TimePoint ends{};         // when it ends if nothing cuts it short
  OutputSpeed speed;
  // Tokens fit 32 bits, as the request's own do.
  std::int32_t estimated_uncached_input = 0;
  std::int32_t cache_read = 0;
  std::int32_t cache_write_5m = 0;
  std::int32_t cache_write_1h = 0;
  RouteId route{};
  // How far through the output it breaks off; of a stall its milliseconds, for a field of its own
  // would cost every request in flight a cache line.
  std::uint32_t fault_at_ppm = 0;
  std::uint16_t cache_blocks_read = 0;
  StreamFault::Kind fault = StreamFault::Kind::kNone;
  bool begun = false;

  // How much of the time to the first token is a stall: to the millisecond, rounded up.
  Duration stall() const noexcept {
    return fault == StreamFault::Kind::kStall ? milliseconds(fault_at_ppm) : Duration{};
  }
};

}  // namespace sluice
