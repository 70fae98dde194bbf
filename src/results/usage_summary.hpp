// What an organization used and paid by day and model, and what the catalog's prices make of the
// same tokens: the result of `sluice usage pull`. A value; money is exact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/usage.hpp"
#include "base/calendar.hpp"
#include "base/money.hpp"

namespace sluice {

struct UsageOfDay {
  CivilDate day;     // UTC
  std::string what;  // a model's id, or what else was paid for: "web_search"
  Usage usage;
  std::optional<Money> reported{};  // by the cost report; empty: it has nothing of it
  std::optional<Money> computed{};  // by the catalog; empty: it has no price for some of it

  // Reported less computed.
  std::optional<Money> difference() const {
    if (!reported || !computed) return std::nullopt;
    return *reported - *computed;
  }
};

struct UsageSummary {
  std::string target;
  CivilDate first;
  CivilDate last;
  std::string width;               // "1d"
  std::vector<UsageOfDay> rows;    // by day, then by what
  std::vector<UsageOfDay> totals;  // by what, over all days; `day` is the first
  UsageOfDay total;
  std::vector<std::string> notes;
};

}  // namespace sluice
