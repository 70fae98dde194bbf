#include "report/month_text.hpp"

#include "base/calendar.hpp"
#include "report/number_text.hpp"

namespace sluice {

std::string month_text(const RunFacts& facts, const MetricReader& metric) {
  const SpendFacts& spend = facts.spend;
  std::string text = metric_text(metric("spend.month_to_date")) + " spent";
  if (!spend.tier_cap) return text;
  text += " of " + money_text(*spend.tier_cap);
  const auto reached = metric("spend.time_to_cap");
  const UnixTime start{facts.start_unix_ns};
  if (start + facts.duration >= start.next_month()) text += " in the last month of the run";
  if (!reached) return text + "; at this rate it lasts until the month ends";
  const std::string after = number_text(reached->number, reached->unit);
  const bool gone = spend.cap_reached_at != kNever;
  return text + (gone ? ", all gone after " : "; at this rate all is gone after ") + after;
}

std::string cap_text(const SpendFacts& spend, const MetricReader& metric) {
  const auto month = metric("cost.per_month");
  if (!spend.tier_cap || !month || as_double(month->number) <= as_double(*spend.tier_cap)) {
    return "";
  }
  return " (the tier's cap is " + money_text(*spend.tier_cap) + ")";
}

}  // namespace sluice
