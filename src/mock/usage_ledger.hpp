// Tokens and money by minute and by what the Admin API groups by: the source of usage_report and
// cost_report. Minutes are kept for two days, hours for two weeks, days for ever: bounded.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "base/calendar.hpp"
#include "mock/served.hpp"

namespace sluice::mock {

struct UsageKey {
  KeyId key{};
  WorkspaceId workspace{};
  ModelId model{};
  bool batch = false;  // service_tier: "batch", else "standard"
  bool fast = false;
  bool us_only = false;
  bool long_context = false;  // context_window: "200k-1M", else "0-200k"
  auto operator<=>(const UsageKey&) const = default;
};

struct UsageSum {
  Usage usage;
  CostBreakdown cost;
  std::uint64_t requests = 0;
};

class UsageLedger {
 public:
  enum class Width : std::uint8_t { kMinute, kHour, kDay };
  static Duration length(Width width) noexcept;
  using Cells = std::map<UsageKey, UsageSum>;

  void book(UnixTime when, const UsageKey& key, const Usage& usage, const CostBreakdown& cost);
  // What was booked in [start, start + width), `start` being a multiple of the width since 1970;
  // empty where nothing was served or it is no longer kept.
  const Cells& at(Width width, UnixTime start) const;
  void clear();

 private:
  using Intervals = std::map<std::int64_t, Cells>;  // by their start in nanoseconds
  static void forget_before(Intervals& intervals, std::int64_t start);

  std::array<Intervals, 3> intervals_;  // by Width
  // Where the last booking went: most follow one another within a minute and with one key.
  struct Last {
    std::int64_t minute = -1;
    UsageKey key;
    std::array<UsageSum*, 3> sums{};
  } last_;
};

}  // namespace sluice::mock
