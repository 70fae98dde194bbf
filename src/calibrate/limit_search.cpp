#include "calibrate/limit_search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice::calibrate {
namespace {

// Half of the chi-square of one degree of freedom at 95 %, times how many neighbouring answers err
// as one: a delay of the machine shows in all that are under way.
constexpr double kMoreLoss = 1.92 * 4;
constexpr double kMinuteNs = 60e9;
constexpr double kLeastNoise = 0.001;  // s
constexpr int kGolden = 13;
constexpr int kBisections = 8;

struct Point {
  double x;
  double loss;
};

// Golden-section search of a function with one valley.
template <class Loss>
Point least(const Loss& loss, double low, double high, int steps) {
  constexpr double kRatio = 0.6180339887498949;
  double left = high - kRatio * (high - low);
  double right = low + kRatio * (high - low);
  double at_left = loss(left);
  double at_right = loss(right);
  for (int i = 0; i < steps; ++i) {
    if (at_left <= at_right) {
      high = right;
      right = std::exchange(left, right - kRatio * (right - low));
      at_right = std::exchange(at_left, loss(left));
    } else {
      low = left;
      left = std::exchange(right, left + kRatio * (high - left));
      at_left = std::exchange(at_right, loss(right));
    }
  }
  return at_left <= at_right ? Point{left, at_left} : Point{right, at_right};
}

// How far from `x` in the direction of `step` the loss stays within `most`.
template <class Loss>
double edge(const Loss& loss, double x, double step, double most) {
  double inside = x;
  double outside = x + step;
  for (; loss(outside) <= most; step *= 2) {
    inside = outside;
    outside += 2 * step;
    if (outside <= 0 || outside > 4 * x) return inside;  // nothing bounds it
  }
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (inside + outside) / 2;
    (loss(middle) <= most ? inside : outside) = middle;
  }
  return outside;
}

stats::Interval widened(stats::Interval interval, double by) {
  interval.low = std::max(0.0, interval.low - by);
  interval.high += by;
  return interval;
}

}  // namespace

LimitSearch::LimitSearch(LimitTrial& trial) : trial_(trial) {
  if (trial.steps().empty()) return;
  double sum = 0;
  for (const LimitStep& step : trial.steps()) {
    sum += static_cast<double>(step.at - trial.steps().front().at) / kMinuteNs;
  }
  minutes_to_middle_ = sum / static_cast<double>(trial.steps().size());
}

MisfitScales LimitSearch::least_scales(double refill) const noexcept {
  const double noise = std::max(trial_.tolerance(), kLeastNoise);
  return {.level = refill / 60 * noise, .reset = noise};
}

MisfitScales LimitSearch::scales_of(const Misfit& misfit, double refill) const noexcept {
  MisfitScales scales = least_scales(refill);
  const auto mean = [](double sum, std::size_t count) {
    return count == 0 ? 0 : sum / static_cast<double>(count);
  };
  scales.level = std::max(scales.level, mean(misfit.levels, misfit.looks));
  scales.reset = std::max(scales.reset, mean(misfit.resets, misfit.resets_seen));
  return scales;
}

double LimitSearch::loss(const BucketGuess& guess, const MisfitScales& scales) {
  const Misfit misfit = trial_.run(guess);
  return misfit.levels / scales.level + misfit.resets / scales.reset;
}

BucketGuess LimitSearch::best_capacity(double refill, const Range& within) {
  const auto at = [&](double capacity) {
    return loss({.refill = refill, .capacity = capacity, .missing = missing_}, scales_);
  };
  const Point best = least(at, within.low, within.high, kGolden);
  return {.refill = refill, .capacity = best.x, .missing = missing_};
}

LimitFit LimitSearch::capacity_only(const Start& start) {
  missing_ = start.missing;
  scales_ = least_scales(start.refill);
  // From a tenth of a second's refill to an hour's, first roughly.
  constexpr double kStep = 1.25;
  const double least_capacity = std::max(start.refill / 600, 1e-3);
  const double most_capacity = start.refill * 60;
  Point rough{least_capacity, loss({start.refill, least_capacity, missing_}, scales_)};
  for (double capacity = least_capacity * kStep; capacity <= most_capacity; capacity *= kStep) {
    const double here = loss({start.refill, capacity, missing_}, scales_);
    if (here < rough.loss) rough = {capacity, here};
  }
  LimitFit fit;
  fit.best = best_capacity(start.refill, {rough.x / kStep, rough.x * kStep});
  fit.misfit = trial_.run(fit.best);
  fit.scales = scales_ = scales_of(fit.misfit, start.refill);
  fit.loss = loss(fit.best, scales_);
  return fit;
}

// The best capacity at another refill. Where the bucket is never full again the level in the middle
// of the run is what is known, so more refill means less capacity; where it often is, the capacity
// stays.
BucketGuess LimitSearch::follow(double refill, const BucketGuess& from) {
  const double moved = from.capacity - (refill - from.refill) * minutes_to_middle_;
  const double room = std::abs(moved - from.capacity) * 0.3 + from.capacity * 2e-3;
  const double low = std::max(from.capacity / 100, std::min(moved, from.capacity) - room);
  return best_capacity(refill, {low, std::max(moved, from.capacity) + room});
}

BucketGuess LimitSearch::best_refill(const BucketGuess& from, double spread) {
  const auto at = [&](double refill) { return loss(follow(refill, from), scales_); };
  constexpr int kRough = 4;
  Point rough{from.refill, at(from.refill)};
  const double width = from.refill * spread / kRough;
  for (int i = -kRough; i <= kRough; ++i) {
    const double refill = from.refill + width * i;
    if (refill <= 0 || i == 0) continue;
    const double here = at(refill);
    if (here < rough.loss) rough = {refill, here};
  }
  const Point best =
      least(at, std::max(rough.x - width, from.refill / 100), rough.x + width, kGolden);
  return follow(best.loss < rough.loss ? best.x : rough.x, from);
}

stats::Interval LimitSearch::refill_range(const BucketGuess& best) {
  const double most = loss(best, scales_) + kMoreLoss;
  const auto at = [&](double refill) { return loss(follow(refill, best), scales_); };
  const double step = best.refill * 1e-4;
  return {.value = best.refill,
          .low = edge(at, best.refill, -step, most),
          .high = edge(at, best.refill, step, most)};
}

stats::Interval LimitSearch::capacity_range(const BucketGuess& best) {
  const double most = loss(best, scales_) + kMoreLoss;
  const auto at = [&](double capacity) {
    return loss({.refill = best.refill, .capacity = capacity, .missing = missing_}, scales_);
  };
  const double step = best.capacity * 1e-3;
  return {.value = best.capacity,
          .low = edge(at, best.capacity, -step, most),
          .high = edge(at, best.capacity, step, most)};
}

// Where a bucket was full last, one instant decides all that follows, and no number of answers
// tells how far off that one is. So no capacity is known better than levels are, and no refill
// better than that over the longest time in which the bucket was not full.
double LimitSearch::level_margin(const Misfit& misfit, double refill) const noexcept {
  const double looks = static_cast<double>(std::max<std::size_t>(1, misfit.looks));
  return 2 * refill / 60 * trial_.tolerance() + std::sqrt(misfit.squares / looks);
}

LimitFit LimitSearch::whole(const Start& start, std::optional<double> said) {
  constexpr double kNear = 0.1;  // a refill that headers tell; else it is only guessed
  constexpr double kFar = 0.8;
  LimitFit fit = capacity_only(start);
  BucketGuess best = best_refill(fit.best, said ? kNear : kFar);
  fit.misfit = trial_.run(best);
  scales_ = scales_of(fit.misfit, best.refill);
  const double spell = std::max(fit.misfit.spell, 1.0) / 60;
  double margin = level_margin(fit.misfit, best.refill);
  fit.refill = widened(refill_range(best), margin / spell);
  if (said && fit.refill.contains(*said)) {
    fit.refill.value = *said;
  } else {
    fit.refill.value = (fit.refill.low + fit.refill.high) / 2;
    margin += fit.refill.half_width() * std::min(minutes_to_middle_, spell / 2);
  }
  best = follow(fit.refill.value, best);
  fit.capacity = widened(capacity_range(best), margin);
  best.capacity = fit.capacity.value = (fit.capacity.low + fit.capacity.high) / 2;
  fit.is_whole = true;
  fit.best = best;
  fit.scales = scales_;
  fit.misfit = trial_.run(best);
  fit.loss = loss(best, scales_);
  return fit;
}

}  // namespace sluice::calibrate
