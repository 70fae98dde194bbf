#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "policy/retry_policy.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t kLeastBits = 0;
constexpr std::uint64_t kMostBits = std::numeric_limits<std::uint64_t>::max();

Duration base_after(const RetrySpec& spec, ErrorKind after) noexcept {
  const bool own = after == ErrorKind::kRateLimit && spec.base_on_429 > Duration{};
  return std::min(own ? spec.base_on_429 : spec.base, kLongestWait);
}

Duration cap_of(const RetrySpec& spec) noexcept { return std::min(spec.cap, kLongestWait); }

// v of Backoff for multiplier and lag as given: what the exponential backoff waits.
Duration grown(const RetrySpec& spec, std::int64_t n, Duration base, std::int64_t multiplier,
               std::int64_t lag) noexcept {
  const RetrySpec plain{.backoff = Backoff::kExponential,
                        .base = base,
                        .cap = spec.cap,
                        .multiplier_permille = multiplier,
                        .exponent_lag = lag};
  return backoff_delay(plain, n, {}, kLeastBits);
}

// Nanoseconds.
struct Range {
  double least;
  double most;
};

// Between which bounds a wait is uniform. A least below zero counts as zero.
Range uniform_range(const RetrySpec& spec, std::int64_t n, Duration base) noexcept {
  const auto v =
      static_cast<double>(ns(grown(spec, n, base, spec.multiplier_permille, spec.exponent_lag)));
  const double jitter = static_cast<double>(spec.jitter_permille) / 1000;
  switch (spec.backoff) {
    case Backoff::kFixed:
      return {static_cast<double>(ns(base)), static_cast<double>(ns(base))};
    case Backoff::kFullJitter:
      return {0, v};
    case Backoff::kEqualJitter:
      return {v / 2, v};
    case Backoff::kShrink:
      return {v - v * jitter, v};
    case Backoff::kStretch:
      return {v, v + v * jitter};
    case Backoff::kAdd:
      return {v, v + 1e9 * jitter};
    case Backoff::kAround:
      return {v - v * jitter, v + v * jitter};
    case Backoff::kExponential:
    case Backoff::kDecorrelated:
    case Backoff::kPolly:
    case Backoff::kWindowed:
      break;
  }
  return {v, v};
}

// To the nearest nanosecond, within what a wait may be.
Duration rounded(double wait) noexcept {
  constexpr auto kLongest = static_cast<double>(ns(kLongestWait));
  return nanoseconds(static_cast<std::int64_t>(std::clamp(wait + 0.5, 0.0, kLongest)));
}

// The largest waits in a row: three times the one before, from the base on.
Duration decorrelated_most(const RetrySpec& spec, std::int64_t n, Duration base) noexcept {
  return grown(spec, n + 1, base, 3000, 0);
}

// Mean of uniform(base, 3 s) is (base + 3 s) / 2 as long as no wait can reach the cap.
double decorrelated_mean_uncapped(double base, std::int64_t n) {
  double mean = base;
  for (std::int64_t i = 0; i <= n; ++i) mean = (base + 3 * mean) / 2;
  return mean;
}

// The wait before, on a grid from base to cap with equal steps of its logarithm, and a function of
// it that is the mean wait so many retries later.
class DecorrelatedMeans {
 public:
  DecorrelatedMeans(double base, double cap) : base_(base) {
    constexpr int kDoublings = 12;
    double ratio = cap / base;
    for (int i = 0; i < kDoublings; ++i) ratio = std::sqrt(ratio);
    double x = base;
    for (int i = 0; i < 1 << kDoublings; ++i, x *= ratio) at_.push_back(x);
    at_.push_back(cap);
    mean_ = at_;
  }

  // mean(s) <- the mean of mean(min(cap, x)) over x in [base, 3 s].
  void step() {
    std::vector<double> sum(at_.size(), 0);
    for (std::size_t i = 1; i < at_.size(); ++i) {
      sum[i] = sum[i - 1] + (at_[i] - at_[i - 1]) * (mean_[i] + mean_[i - 1]) / 2;
    }
    std::vector<double> next(at_.size());
    std::size_t j = 0;
    for (std::size_t i = 0; i < at_.size(); ++i) {
      const double top = 3 * at_[i];
      while (j + 2 < at_.size() && at_[j + 1] < top) ++j;
      next[i] = up_to(top, j, sum) / (top - base_);
    }
    mean_ = std::move(next);
  }

  double from_base() const { return mean_.front(); }

 private:
  // The integral of mean from base to top, where at[j] <= top <= at[j + 1] or top is beyond all.
  double up_to(double top, std::size_t j, const std::vector<double>& sum) const {
    if (top >= at_.back()) return sum.back() + (top - at_.back()) * mean_.back();
    const double part = (top - at_[j]) / (at_[j + 1] - at_[j]);
    const double end = mean_[j] + part * (mean_[j + 1] - mean_[j]);
    return sum[j] + (top - at_[j]) * (mean_[j] + end) / 2;
  }

  double base_;
  std::vector<double> at_;
  std::vector<double> mean_;
};

Duration decorrelated_mean(const RetrySpec& spec, std::int64_t n, Duration base) {
  const Duration cap = cap_of(spec);
  if (cap <= base || base == Duration{}) return std::min(cap, base);
  const auto least = static_cast<double>(ns(base));
  if (decorrelated_most(spec, n, base) < cap) {
    return rounded(decorrelated_mean_uncapped(least, n));
  }
  DecorrelatedMeans means(least, static_cast<double>(ns(cap)));
  // After a hundred retries the distribution has long been what it stays.
  const std::int64_t steps = std::min<std::int64_t>(n, 100) + 1;
  for (std::int64_t i = 0; i < steps; ++i) means.step();
  return rounded(means.from_base());
}

// What kPolly remembers after retry n, at the given U.
Duration polly_memory(const RetrySpec& spec, std::int64_t n, std::uint64_t bits,
                      ErrorKind after) noexcept {
  RetrySpec uncapped = spec;
  uncapped.cap = kUnlimited;
  return n < 0 ? Duration{} : backoff_delay(uncapped, n, {}, bits, after);
}

// Over the middles of equal parts of both U that a wait depends on.
Duration polly_mean(const RetrySpec& spec, std::int64_t n, ErrorKind after) noexcept {
  constexpr std::uint64_t kParts = 256;
  constexpr std::uint64_t kPart = std::uint64_t{1} << 56;
  double sum = 0;
  for (std::uint64_t i = 0; i < kParts; ++i) {
    const Duration memory = polly_memory(spec, n - 1, i * kPart + kPart / 2, after);
    for (std::uint64_t j = 0; j < kParts; ++j) {
      const std::uint64_t bits = j * kPart + kPart / 2;
      sum += static_cast<double>(ns(backoff_delay(spec, n, memory, bits, after)));
    }
  }
  return rounded(sum / (kParts * kParts));
}

}  // namespace

Duration expected_delay(const RetrySpec& spec, std::int64_t n, ErrorKind after) {
  const Duration base = base_after(spec, after);
  if (spec.backoff == Backoff::kDecorrelated) return decorrelated_mean(spec, n, base);
  if (spec.backoff == Backoff::kPolly) return polly_mean(spec, n, after);
  if (spec.backoff == Backoff::kWindowed) {
    const Duration window = std::min(base, cap_of(spec));
    return n == 0 ? window / 2 : window;  // half of what is left, half of the next
  }
  const auto [least, most] = uniform_range(spec, n, base);
  return rounded(least < 0 ? most * most / (2 * (most - least)) : (least + most) / 2);
}

Duration least_delay(const RetrySpec& spec, std::int64_t n, ErrorKind after) noexcept {
  const Duration base = base_after(spec, after);
  if (spec.backoff == Backoff::kDecorrelated) return std::min(base, cap_of(spec));
  if (spec.backoff == Backoff::kPolly || spec.backoff == Backoff::kWindowed) return {};
  return rounded(uniform_range(spec, n, base).least);
}

Duration most_delay(const RetrySpec& spec, std::int64_t n, ErrorKind after) noexcept {
  const Duration base = base_after(spec, after);
  if (spec.backoff == Backoff::kDecorrelated) {
    return cap_of(spec) <= base ? cap_of(spec) : decorrelated_most(spec, n, base);
  }
  if (spec.backoff == Backoff::kPolly) {
    return backoff_delay(spec, n, polly_memory(spec, n - 1, kLeastBits, after), kMostBits, after);
  }
  if (spec.backoff == Backoff::kWindowed) {
    const auto window = static_cast<double>(ns(std::min(base, cap_of(spec))));
    return rounded(n == 0 ? window : 2 * window);
  }
  return rounded(uniform_range(spec, n, base).most);
}

}  // namespace sluice
