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
  std::string width;             // "1d"
  std::vector<UsageOfDay> rows;  // by day, then by what
  // Over all days, by what; `day` is the first. Rows that have both costs, rows that the catalog
  // does not price and rows that are not in the cost report are added up apart, so that a
  // difference has the same rows on both sides.
  std::vector<UsageOfDay> totals;
  UsageOfDay total;                      // of all rows that have both costs
  std::vector<UsageOfDay> not_compared;  // of all others: one for each kind that there is
  std::vector<std::string> notes;
};

}  // namespace sluice
