#include "policy/pacer_sre_throttle.hpp"

#include <algorithm>

#include "base/integer.hpp"
#include "policy/pacer_outcome.hpp"

namespace sluice {

SreThrottle::SreThrottle(const PacerSpec& spec) noexcept
    : multiplier_permille_(spec.accept_multiplier_permille), bin_width_(ns(spec.memory) / kBins) {}

bool SreThrottle::send(TimePoint now, const PacedAttempt&, std::uint64_t bits) noexcept {
  advance(now);
  const std::int64_t excess = total_.requests * 1000 - multiplier_permille_ * total_.accepts;
  if (excess <= 0) return true;
  // bits / 2^64 < p, exactly.
  const uint128 draw = uint128{bits} * static_cast<std::uint64_t>((total_.requests + 1) * 1000);
  if (draw >= static_cast<uint128>(excess) << 64) return true;
  count(now, false);
  return false;
}

void SreThrottle::ended(TimePoint now, const PacedAttempt&, TimePoint,
                        const Outcome& outcome) noexcept {
  if (is_given_up(outcome)) return;
  count(now, !is_dropped(outcome) && outcome.error != ErrorKind::kConnection);
}

SreThrottle::Counts SreThrottle::counts(TimePoint now) noexcept {
  advance(now);
  return total_;
}

void SreThrottle::count(TimePoint now, bool accepted) noexcept {
  advance(now);
  Counts& bin = bins_[static_cast<std::size_t>(bin_ % kBins)];
  for (Counts* counts : {&bin, &total_}) {
    ++counts->requests;
    counts->accepts += accepted ? 1 : 0;
  }
}

void SreThrottle::advance(TimePoint now) noexcept {
  const std::int64_t bin = ns(now) / bin_width_;
  for (std::int64_t next = std::max(bin_ + 1, bin - kBins + 1); next <= bin; ++next) {
    Counts& old = bins_[static_cast<std::size_t>(next % kBins)];
    total_.requests -= old.requests;
    total_.accepts -= old.accepts;
    old = {};
  }
  bin_ = std::max(bin_, bin);
}

}  // namespace sluice
