#include "report/spark.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sluice {
namespace {

constexpr std::array<std::string_view, 8> kHeights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> kEighths = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

// 0 to `steps`; above 0 where the share is.
std::size_t step_of(double share, std::size_t steps) {
  const double scaled = std::clamp(share, 0.0, 1.0) * static_cast<double>(steps);
  const auto step = static_cast<std::size_t>(scaled + 0.5);
  return share > 0 ? std::max<std::size_t>(step, 1) : 0;
}

}  // namespace

std::string sparkline(const std::vector<std::optional<double>>& shares, std::size_t columns) {
  columns = std::min(columns, shares.size());
  std::string line;
  for (std::size_t column = 0; column < columns; ++column) {
    std::optional<double> highest;
    for (std::size_t i = column * shares.size() / columns;
         i < (column + 1) * shares.size() / columns; ++i) {
      highest = std::max(highest, shares[i]);
    }
    line += highest ? kHeights[std::max<std::size_t>(step_of(*highest, 8), 1) - 1] : " ";
  }
  return line;
}

std::string bar_text(double share, std::size_t columns) {
  const std::size_t eighths = step_of(share, columns * 8);
  std::string bar;
  for (std::size_t i = 0; i < eighths / 8; ++i) bar += kEighths.back();
  if (eighths % 8 != 0) bar += kEighths[eighths % 8 - 1];
  return bar;
}

}  // namespace sluice
