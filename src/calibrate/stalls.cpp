#include "calibrate/stalls.hpp"

#include <algorithm>

namespace sluice::calibrate {
namespace {

constexpr Duration kMockTick = milliseconds(1);  // of wall time
constexpr std::int64_t kLeastTicks = 2;          // shorter ones tell nothing from a late send

}  // namespace

void Stalls::add(Duration due, Duration sent, std::int64_t speed_permille) {
  if (speed_permille <= 1000) return;
  tick_ = ns(kMockTick) * speed_permille / 1000;
  sends_.push_back({.due = ns(due), .sent = ns(sent)});
}

Stalls Stalls::merged() const {
  std::vector<Send> sends = sends_;
  std::sort(sends.begin(), sends.end(),
            [](const Send& a, const Send& b) { return a.sent < b.sent; });
  Stalls made;
  made.tick_ = tick_;
  std::size_t before = 0;  // how many had left, not with this one
  for (const Send& send : sends) {
    while (sends[before].sent < send.sent - tick_) ++before;
    const std::int64_t ran = before == 0 ? send.due : sends[before - 1].sent;
    const Stall stall{.from = std::max(send.due, ran), .to = send.sent};
    if (stall.to - stall.from < kLeastTicks * tick_) continue;
    if (made.all_.empty() || stall.from >= made.all_.back().to) {
      made.all_.push_back(stall);
    } else {
      made.all_.back().from = std::min(made.all_.back().from, stall.from);
      made.all_.back().to = stall.to;
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
