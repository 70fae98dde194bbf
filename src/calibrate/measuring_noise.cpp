#include "calibrate/measuring_noise.hpp"

#include <algorithm>

namespace sluice::calibrate {
namespace {

constexpr double kHalfTick = 0.0005;
constexpr double kUsualWay = 0.0001;  // over loopback, where no refusal tells
constexpr std::size_t kEnough = 10;
constexpr std::size_t kMost = 100'000;  // the median of so many is known well enough

}  // namespace

double seconds_between(Duration from, Duration to) noexcept {
  return static_cast<double>(ns(to - from)) * 1e-9;
}

void MeasuringNoise::add(const ingest::RecordRow& row) {
  const double stretch = MeasuringNoise::stretch(row.speed_permille);
  if (stretch == 0 || row.outcome != ErrorKind::kRateLimit || !row.sent) return;
  if (ways_.size() < kMost) ways_.push_back(seconds_between(*row.sent, row.ended) / stretch);
}

double MeasuringNoise::lateness() const {
  if (ways_.size() < kEnough) return kHalfTick + kUsualWay;
  std::vector<double> sorted = ways_;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return kHalfTick + *middle;
}

}  // namespace sluice::calibrate
