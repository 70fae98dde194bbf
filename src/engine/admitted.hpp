// An admitted request on its way through the server: what ApiModel decided about it. Small, because
// one waits in memory for every response in flight.
#pragma once

#include <cstdint>

#include "api/outcome.hpp"
#include "api/request.hpp"
#include "base/integer.hpp"
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

  // A fault ends it before its last token.
  bool breaks_off() const noexcept {
    return fault == StreamFault::Kind::kDisconnect || fault == StreamFault::Kind::kErrorInStream;
  }
  // Only of one that breaks off: when, how, and what part of its output, or time, comes before.
  TimePoint breaks_at() const noexcept {
    return first_token + nanoseconds(part_before_break(ns(ends - first_token)));
  }
  ErrorKind breaks_with() const noexcept {
    return fault == StreamFault::Kind::kDisconnect ? ErrorKind::kConnection
                                                   : ErrorKind::kOverloaded;
  }
  std::int64_t part_before_break(std::int64_t whole) const noexcept {
    return static_cast<std::int64_t>(static_cast<int128>(whole) * fault_at_ppm / 1'000'000);
  }
};

// What the client saw of an answer that had begun and is over: a stream shows its tokens as they
// come, a JSON reply only its end. `outcome` says how and when it ended.
inline void write_timings(const RequestSpec& spec, const Admitted& admitted, Outcome& outcome) {
  if (!spec.stream) {
    if (!outcome.ok()) return;
    outcome.began = true;
    outcome.first_token = outcome.ended;
    outcome.first_answer = outcome.ended;
    return;
  }
  outcome.began = true;
  outcome.first_token = admitted.first_token;
  // Without latency the speed says nothing: all comes at once.
  const bool thinks = spec.thinking_tokens != 0 && admitted.ends != admitted.first_token;
  const TimePoint answer =
      thinks ? admitted.first_token + admitted.speed.streaming(spec.thinking_tokens)
             : admitted.first_token;
  if (answer <= outcome.ended) outcome.first_answer = answer;
}

}  // namespace sluice
