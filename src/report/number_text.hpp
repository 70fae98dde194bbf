// Numbers as people read them: thousands separators, per cent, four digits of a duration, cents or
// less of a price. With replications the 95 % interval follows a mean as "± half".
#pragma once

#include <optional>
#include <string>

#include "results/metric.hpp"

namespace sluice {

// "1,234", "1,234.5", "97.2 %", "205.8/min", "1.530 s", "$12.50", "$0.000431".
std::string number_text(const MetricNumber& number, Unit unit);
// Of a number as as_double() gives it: seconds, dollars.
std::string number_text_of(double number, Unit unit);
// The same with its interval, where it is that of a mean; "-" for none.
std::string metric_text(const std::optional<MetricValue>& value);
// "output_tokens 1,000, requests 20": the parts of a group that are not zero, but for its total.
std::string parts_text(const MetricReader& metric, const std::string& group);
// "1.100-1.400 s" or nothing.
std::string interval_text(const std::optional<MetricValue>& value);

// "97.2 %", "< 0.1 %", "0 %", "100 %": never rounded to 0 or 100 unless it is.
std::string percent_text(double ratio);
// At least three significant digits below a dollar, cents above.
std::string money_text(Money money);

}  // namespace sluice
