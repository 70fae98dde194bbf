// Tokens and money by minute and by what the Admin API groups by: the source of usage_report and
// cost_report. Minutes are kept for two days, hours for two weeks, days for ever: bounded.
#pragma once

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
  using Cells = std::map<UsageKey, UsageSum>;

  void book(UnixTime when, const UsageKey& key, const Usage& usage, const CostBreakdown& cost);
  // What began in [start, start + width); empty where nothing was served or it is no longer kept.
  const Cells& at(Width width, UnixTime start) const;
  void clear();

 private:
  std::map<std::int64_t, Cells> minutes_;
  std::map<std::int64_t, Cells> hours_;
  std::map<std::int64_t, Cells> days_;
};

}  // namespace sluice::mock
