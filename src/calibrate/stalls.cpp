#include "calibrate/stalls.hpp"

#include <algorithm>

namespace sluice::calibrate {
namespace {

constexpr Duration kMockTick = milliseconds(1);  // of wall time

}  // namespace

void Stalls::add(Duration due, Duration sent, std::int64_t speed_permille) {
  if (speed_permille <= 1000) return;
  tick_ = ns(kMockTick) * speed_permille / 1000;
  if (ns(sent - due) > tick_) all_.push_back({.from = ns(due), .to = ns(sent)});
}

Stalls Stalls::merged() const {
  std::vector<Stall> late = all_;
  std::sort(late.begin(), late.end(),
            [](const Stall& a, const Stall& b) { return a.from < b.from; });
  Stalls made;
  made.tick_ = tick_;
  for (const Stall& stall : late) {
    if (made.all_.empty() || stall.from > made.all_.back().to) {
      made.all_.push_back(stall);
    } else {
      made.all_.back().to = std::max(made.all_.back().to, stall.to);
    }
  }
  return made;
}

std::optional<Stall> Stalls::around(std::int64_t seen) const noexcept {
  const auto next =
      std::upper_bound(all_.begin(), all_.end(), seen,
                       [](std::int64_t at, const Stall& stall) { return at < stall.from; });
  if (next == all_.begin()) return std::nullopt;
  const Stall& stall = *std::prev(next);
  if (seen > stall.to + tick_) return std::nullopt;
  return Stall{.from = stall.from, .to = std::min(stall.to, seen)};
}

}  // namespace sluice::calibrate
