// Small charts of one line for terminals that show UTF-8: block characters of eight heights or
// eighths of a column.
//
//   sparkline({0.1, 0.5, 1.0}, 24)      "▁▄█"
//   bar_text(0.3, 10)                   "███"
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice {

// Shares from 0 to 1, what is beyond shows as full, what is missing as a space. Of more values than
// columns each column shows its largest, so that no peak is lost. As wide as there are columns or
// values, whichever are fewer.
std::string sparkline(const std::vector<std::optional<double>>& shares, std::size_t columns);

// A bar as long as its share of the columns, from the left; anything but nothing shows.
std::string bar_text(double share, std::size_t columns);

}  // namespace sluice
