// What the text report says of the calendar month: how far the tier's cap reaches. Months are UTC.
// Pieces of a line, without its label.
#pragma once

#include <string>

#include "results/metric.hpp"
#include "results/run_facts.hpp"

namespace sluice {

// "$213.05 spent of $500.00; at this rate all is gone after 1.173 h".
std::string month_text(const RunFacts& facts, const MetricReader& metric);

// " (the tier's cap is $500.00)" behind a month's cost that exceeds it; else nothing.
std::string cap_text(const SpendFacts& spend, const MetricReader& metric);

}  // namespace sluice
