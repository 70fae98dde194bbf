#include "calibrate/limit_trial.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::calibrate {
namespace {

constexpr double kNanoseconds = 1e9;
constexpr double kMinute = 60;
constexpr double kDoubtful = 4;  // tolerances between two instants whose order is not known
constexpr double kTelling = 3;   // levels, off by all of what is in doubt, that decide
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

// How far the level is from what was seen, by the order of changes that is nearer to it. When
// enough levels have told the two orders apart, it was the one for which they speak.
double LimitTrial::look(const LimitStep& step, TokenBucket& bucket, DoubtfulOrder& order,
                        double refill) const noexcept {
  const TimePoint at{nanoseconds(step.at)};
  const int128 level = bucket.level_units(at);
  const double off = off_by(step, tokens_of(bucket, level), refill);
  if (order.doubt() == 0) return off;
  const double other = off_by(step, tokens_of(bucket, level + order.doubt()), refill);
  const double most = std::abs(tokens_of(bucket, order.doubt()));
  const double evidence = order.weigh(std::clamp((off - other) / most, -1.0, 1.0));
  if (std::abs(evidence) < kTelling) return std::min(off, other);
  if (evidence > 0) bucket.credit_units(at, order.doubt());
  order.decide();
  return std::min(off, other);
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
  DoubtfulOrder order(static_cast<std::int64_t>(kDoubtful * tolerance_ * kNanoseconds));
  std::int64_t full_last = steps_.front().at;
  for (const LimitStep& step : steps_) {
    const TimePoint at{nanoseconds(step.at)};
    order.pass(bucket.level_units(at), bucket.capacity_units());
    if (bucket.level_units(at) == bucket.capacity_units()) {
      full_last = step.at;
    } else {
      misfit.spell =
          std::max(misfit.spell, static_cast<double>(step.at - full_last) / kNanoseconds);
    }
    switch (step.kind) {
      case LimitStep::Kind::kTake:
        order.change(step.at, bucket.units(step.amount), bucket.level_units(at),
                     bucket.capacity_units());
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
        const double off = look(step, bucket, order, guess.refill);
        misfit.lowest = std::min(misfit.lowest, tokens_of(bucket, bucket.level_units(at)));
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
