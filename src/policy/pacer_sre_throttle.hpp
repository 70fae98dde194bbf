// Google's adaptive throttling (Site Reliability Engineering, 2016, ch. 21): over the last two
// minutes a client refuses by itself with p = max(0, (requests - K accepts) / (requests + 1)), so
// that a server in overload sees about K times what it accepts.
#pragma once

#include <array>
#include <cstdint>

#include "api/outcome.hpp"
#include "policy/pacer_spec.hpp"

namespace sluice {

// An answer may take a minute here, so that an attempt counts, as request and as accepted, when its
// fate is known: counted when sent, a client that speeds up would throttle itself for no refusal.
class SreThrottle {
 public:
  explicit SreThrottle(const PacerSpec& spec) noexcept;

  TimePoint ready_at(TimePoint now, const PacedAttempt&) const noexcept { return now; }
  // False: refused by the client itself.
  bool send(TimePoint now, const PacedAttempt& attempt, std::uint64_t bits) noexcept;
  void ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
             const Outcome& outcome) noexcept;

  struct Counts {
    std::int64_t requests = 0;
    std::int64_t accepts = 0;
    bool operator==(const Counts&) const = default;
  };
  // Of the last `memory`, to a sixtieth of it.
  Counts counts(TimePoint now) noexcept;

 private:
  void count(TimePoint now, bool accepted) noexcept;
  void advance(TimePoint now) noexcept;

  static constexpr std::int64_t kBins = 60;
  std::int64_t multiplier_permille_;
  std::int64_t bin_width_;  // nanoseconds
  std::int64_t bin_ = 0;    // the present one, since the start
  Counts total_;
  std::array<Counts, kBins> bins_{};
};

}  // namespace sluice
