#include "fit/time_steps.hpp"

#include <algorithm>
#include <cstddef>

namespace sluice::fit {
namespace {

constexpr std::int64_t kToleranceIn = 100;     // of a step
constexpr std::int64_t kDrawnMax = 1'000'000;  // a larger group is spaced evenly
constexpr std::size_t kDistancesMin = 10;

}  // namespace

std::optional<Duration> timestamp_step(std::span<const Duration> ascending) {
  std::vector<std::int64_t> distances;
  std::size_t shared = 0;
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    const std::int64_t distance = ns(ascending[i] - ascending[i - 1]);
    if (distance > 0) {
      distances.push_back(distance);
    } else {
      ++shared;
    }
  }
  if (distances.size() < kDistancesMin || shared * 20 < ascending.size()) return std::nullopt;
  std::vector<std::int64_t> sorted = distances;
  std::sort(sorted.begin(), sorted.end());
  // The shortest but for a few outliers, and its like.
  const std::int64_t shortest = sorted[sorted.size() / 50];
  const auto like = std::upper_bound(sorted.begin(), sorted.end(), shortest + shortest / 4);
  const std::int64_t step =
      sorted[(sorted.size() / 50 + static_cast<std::size_t>(like - sorted.begin())) / 2];
  const auto is_whole = [step](std::int64_t distance) {
    const std::int64_t rest = distance % step;
    return std::min(rest, step - rest) <= step / kToleranceIn;
  };
  const auto whole =
      static_cast<std::size_t>(std::count_if(distances.begin(), distances.end(), is_whole));
  if (whole * 20 < distances.size() * 19) return std::nullopt;
  return Duration{step};
}

void TimeSpreader::add(Duration at, const Sink& sink) {
  if (count_ > 0 && at != at_) flush(std::min(at, at_ + step_), sink);
  at_ = at;
  ++count_;
}

void TimeSpreader::flush(Duration until, const Sink& sink) {
  const std::int64_t width = ns(until - at_);
  if (count_ > kDrawnMax) {
    for (std::int64_t i = 0; i < count_; ++i) {
      sink(at_ + Duration{static_cast<std::int64_t>(int128{width} * i / count_)});
    }
  } else {
    offsets_.clear();
    for (std::int64_t i = 0; i < count_; ++i) {
      offsets_.push_back(uniform_below(draws_.next(), static_cast<std::uint64_t>(width)));
    }
    std::sort(offsets_.begin(), offsets_.end());
    for (const std::uint64_t offset : offsets_) {
      sink(at_ + Duration{static_cast<std::int64_t>(offset)});
    }
  }
  count_ = 0;
}

}  // namespace sluice::fit
