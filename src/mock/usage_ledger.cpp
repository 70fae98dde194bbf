#include "mock/usage_ledger.hpp"

namespace sluice::mock {
namespace {

struct Level {
  std::int64_t length;
  std::int64_t kept;  // behind the newest; 0: for ever
};
constexpr std::array<Level, 3> kLevels{Level{ns(minutes(1)), ns(hours(48))},
                                       Level{ns(hours(1)), ns(hours(14 * 24))},
                                       Level{ns(hours(24)), 0}};

std::int64_t start_of(std::int64_t when, std::int64_t length) noexcept {
  const std::int64_t past = when % length;
  return when - (past < 0 ? past + length : past);
}

}  // namespace

Duration UsageLedger::length(Width width) noexcept {
  return Duration{kLevels[static_cast<std::size_t>(width)].length};
}

void UsageLedger::forget_before(Intervals& intervals, std::int64_t start) {
  intervals.erase(intervals.begin(), intervals.lower_bound(start));
}

void UsageLedger::book(UnixTime when, const UsageKey& key, const Usage& usage,
                       const CostBreakdown& cost) {
  const std::int64_t minute = start_of(when.nanoseconds, kLevels[0].length);
  if (minute != last_.minute || key != last_.key) {
    last_ = {.minute = minute, .key = key, .sums = {}};
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      const std::int64_t start = start_of(when.nanoseconds, kLevels[i].length);
      last_.sums[i] = &intervals_[i][start][key];
      // What is booked late enough to be forgotten at once still counts for the longer intervals.
      const std::int64_t newest = intervals_[i].rbegin()->first;
      if (kLevels[i].kept == 0) continue;
      if (start < newest - kLevels[i].kept) last_.sums[i] = nullptr;
      forget_before(intervals_[i], newest - kLevels[i].kept);
    }
  }
  for (UsageSum* const sum : last_.sums) {
    if (sum == nullptr) continue;
    sum->usage += usage;
    sum->cost += cost;
    ++sum->requests;
  }
}

const UsageLedger::Cells& UsageLedger::at(Width width, UnixTime start) const {
  static const Cells kEmpty;
  const Intervals& intervals = intervals_[static_cast<std::size_t>(width)];
  const auto found = intervals.find(start.nanoseconds);
  return found == intervals.end() ? kEmpty : found->second;
}

void UsageLedger::clear() {
  intervals_ = {};
  last_ = {};
}

}  // namespace sluice::mock
