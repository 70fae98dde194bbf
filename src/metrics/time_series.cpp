#include "metrics/time_series.hpp"

#include <array>

namespace sluice {
namespace {

constexpr std::int64_t kPlannedCells = 200;
constexpr std::array kWidths = {
    milliseconds(1),  milliseconds(2),   milliseconds(5),   milliseconds(10),  milliseconds(20),
    milliseconds(50), milliseconds(100), milliseconds(200), milliseconds(500), seconds(1),
    seconds(2),       seconds(5),        seconds(10),       seconds(15),       seconds(30),
    minutes(1),       minutes(2),        minutes(5),        minutes(10),       minutes(15),
    minutes(30),      hours(1),          hours(2),          hours(6),          hours(12),
    hours(24)};

}  // namespace

Duration cell_width_for(Duration run) noexcept {
  for (const Duration width : kWidths) {
    if (run <= width * kPlannedCells) return width;
  }
  Duration width = kWidths.back();
  while (run > width * kPlannedCells) width *= 2;
  return width;
}

}  // namespace sluice
