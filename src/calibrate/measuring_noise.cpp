#include "calibrate/measuring_noise.hpp"

#include <algorithm>

namespace sluice::calibrate {
namespace {

constexpr double kHalfTick = 0.0005;
constexpr double kUsualWay = 0.0001;  // over loopback, where no refusal tells
constexpr std::size_t kEnough = 10;
constexpr std::size_t kMost = 100'000;  // the median of so many is known well enough

double quantile(std::vector<double> values, double p) {
  const auto rank = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

}  // namespace

double seconds_between(Duration from, Duration to) noexcept {
  return static_cast<double>(ns(to - from)) * 1e-9;
}

void MeasuringNoise::add(const ingest::RecordRow& row) {
  const double stretch = MeasuringNoise::stretch(row.speed_permille);
  if (stretch == 0 || !row.sent) return;
  if (delays_.size() < kMost) delays_.push_back(seconds_between(row.due, *row.sent) / stretch);
  if (row.outcome != ErrorKind::kRateLimit) return;
  if (ways_.size() < kMost) ways_.push_back(seconds_between(*row.sent, row.ended) / stretch);
}

double MeasuringNoise::lateness() const {
  return kHalfTick + (ways_.size() < kEnough ? kUsualWay : quantile(ways_, 0.5));
}

double MeasuringNoise::more() const {
  return delays_.empty() ? less() : std::max(less(), quantile(delays_, 0.95));
}

}  // namespace sluice::calibrate
