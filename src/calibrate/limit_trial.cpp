#include "calibrate/limit_trial.hpp"

#include <algorithm>
#include <cmath>

#include "policy/token_bucket.hpp"

namespace sluice::calibrate {
namespace {

constexpr double kNanoseconds = 1e9;
constexpr double kMinute = 60;
constexpr std::int64_t kMostBurst = 1'000'000'000'000'000'000;  // 31 years, ns

TokenBucket::Size size_of(const BucketGuess& guess) {
  const auto limit =
      static_cast<std::int64_t>(std::clamp(std::round(guess.refill * kMilli), 1.0, 1e12));
  const double burst =
      guess.capacity * kMilli * kMinute * kNanoseconds / static_cast<double>(limit);
  return {.limit = limit,
          .burst = nanoseconds(
              static_cast<std::int64_t>(std::clamp(burst, 1.0, static_cast<double>(kMostBurst))))};
}

double tokens_of(const TokenBucket& bucket, int128 units) noexcept {
  return static_cast<double>(units) / static_cast<double>(bucket.units_per_token() * kMilli);
}

}  // namespace

LimitTrial::LimitTrial(std::vector<LimitStep> steps, double tolerance)
    : steps_(std::move(steps)), tolerance_(tolerance) {}

double LimitTrial::off_by(const LimitStep& step, double level, double refill) const noexcept {
  const double a_second = refill / kMinute;
  double low = step.low;
  double high = step.high;
  if (step.has_retry_after) {
    low = std::max(low, step.cost - step.retry_after * a_second);
    high = std::min(high, step.cost - (step.retry_after - 1) * a_second);
  }
  return std::max(0.0, std::max(low - level, level - high) - a_second * tolerance_);
}

Misfit LimitTrial::run(const BucketGuess& guess) {
  Misfit misfit;
  clocks_.clear();
  if (steps_.empty()) return misfit;
  TokenBucket bucket(size_of(guess), TimePoint{nanoseconds(steps_.front().at)});
  misfit.lowest = guess.capacity;
  if (guess.missing > 0) {
    bucket.take_units(static_cast<int128>(guess.missing * kNanoseconds) * bucket.size().limit);
  }
  std::int64_t full_last = steps_.front().at;
  for (const LimitStep& step : steps_) {
    const TimePoint at{nanoseconds(step.at)};
    if (bucket.level_units(at) == bucket.capacity_units()) {
      full_last = step.at;
    } else {
      misfit.spell =
          std::max(misfit.spell, static_cast<double>(step.at - full_last) / kNanoseconds);
    }
    switch (step.kind) {
      case LimitStep::Kind::kTake:
        bucket.debit(at, step.amount);
        break;
      case LimitStep::Kind::kDrain:
        bucket.add_drain(at, step.speed);
        break;
      case LimitStep::Kind::kEndDrain:
        bucket.remove_drain(at, step.speed);
        bucket.credit_units(
            at, bucket.drained_units(step.speed, step.streamed) - bucket.units(step.amount));
        break;
      case LimitStep::Kind::kLook: {
        const double level = tokens_of(bucket, bucket.level_units(at));
        misfit.lowest = std::min(misfit.lowest, level);
        const double off = off_by(step, level, guess.refill);
        misfit.levels += off;
        misfit.squares += off * off;
        ++misfit.looks;
        if (step.has_reset) {
          const auto full = static_cast<double>(ns(bucket.full_at(at))) / kNanoseconds;
          clocks_.push_back(step.reset - full);
        }
        break;
      }
    }
  }
  judge_resets(misfit);
  return misfit;
}

// A reset is rounded up to a whole second, so each says the server's clock to one second. The clock
// that contradicts them least is the median of all ends of these seconds.
void LimitTrial::judge_resets(Misfit& misfit) {
  misfit.resets_seen = clocks_.size();
  if (clocks_.empty()) return;
  ends_.clear();
  for (const double clock : clocks_) {
    ends_.push_back(clock - 1);
    ends_.push_back(clock);
  }
  const auto middle = ends_.begin() + static_cast<std::ptrdiff_t>(clocks_.size());
  std::nth_element(ends_.begin(), middle, ends_.end());
  misfit.clock = (*middle + *std::max_element(ends_.begin(), middle)) / 2;
  for (const double clock : clocks_) {
    const double off = std::max(clock - 1 - misfit.clock, misfit.clock - clock);
    misfit.resets += std::max(0.0, off - tolerance_);
  }
}

}  // namespace sluice::calibrate
