#include "policy/pacer_aws_adaptive.hpp"

#include <algorithm>

#include "base/deterministic_math.hpp"
#include "base/in_seconds.hpp"
#include "policy/pacer_outcome.hpp"

namespace sluice {
namespace {

constexpr double kSmoothing = 0.8;
constexpr Duration kBin = milliseconds(500);
constexpr double kBinSeconds = 0.5;
constexpr double kBeta = 0.7;
constexpr double kCubicScale = 0.4;
constexpr double kMostOverMeasured = 2.0;
constexpr double kLeastSendRate = 0.5;

}  // namespace

TimePoint AwsAdaptive::ready_at(TimePoint now, const PacedAttempt&) noexcept {
  if (!enabled_) return now;
  refill(now);
  if (level_ >= 1) return now;
  // The nanosecond more makes good for the fraction that is cut off.
  return now + nanoseconds(static_cast<std::int64_t>((1 - level_) / rate_ * 1e9) + 1);
}

bool AwsAdaptive::send(TimePoint now, const PacedAttempt&, std::uint64_t) noexcept {
  if (!enabled_) return true;
  refill(now);
  level_ -= 1;
  return true;
}

void AwsAdaptive::ended(TimePoint now, const PacedAttempt&, TimePoint,
                        const Outcome& outcome) noexcept {
  if (is_given_up(outcome)) return;
  measure(now);
  double rate = 0;
  if (is_throttled(outcome)) {
    w_max_ = enabled_ ? std::min(measured_, rate_) : measured_;
    zero_point_ = w_max_ > 0 ? deterministic::pow(w_max_ * (1 - kBeta) / kCubicScale, 1.0 / 3) : 0;
    last_throttle_ = now;
    enabled_ = true;
    rate = w_max_ * kBeta;
  } else {
    const double since = in_seconds(now - last_throttle_) - zero_point_;
    rate = kCubicScale * (since * since * since) + w_max_;
  }
  set_rate(now, std::min(rate, kMostOverMeasured * measured_));
}

void AwsAdaptive::measure(TimePoint now) noexcept {
  const std::int64_t bin = ns(now) / ns(kBin);
  ++answers_;
  if (bin <= bin_) return;
  const double current =
      static_cast<double>(answers_) / (static_cast<double>(bin - bin_) * kBinSeconds);
  measured_ = current * kSmoothing + measured_ * (1 - kSmoothing);
  answers_ = 0;
  bin_ = bin;
}

void AwsAdaptive::refill(TimePoint now) noexcept {
  level_ = std::min(capacity_, level_ + in_seconds(now - refilled_) * rate_);
  refilled_ = now;
}

void AwsAdaptive::set_rate(TimePoint now, double rate) noexcept {
  refill(now);
  rate_ = std::max(rate, kLeastSendRate);
  capacity_ = std::max(rate, 1.0);
  level_ = std::min(level_, capacity_);
}

}  // namespace sluice
