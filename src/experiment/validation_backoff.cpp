// Mean delays of the retry policies, drawn through the function that clients call.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/draw.hpp"
#include "experiment/validation_check.hpp"
#include "policy/retry_policy.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kDraws = 4000;  // of every delay, in every replication
constexpr std::int64_t kDelays = 6;

Duration span(double seconds_count) {
  return nanoseconds(static_cast<std::int64_t>(std::llround(seconds_count * 1e9)));
}

// Delays before retries 0 to kDelays - 1 of requests that fail for ever, in seconds.
std::vector<Observation> observe_delays(const CheckTrial& trial, const RetrySpec& spec) {
  DrawStream draws = RandomSource(trial.seed, trial.replication).stream(Purpose::kRetry, {});
  Outcome failure;
  failure.error = ErrorKind::kOverloaded;
  std::vector<Observation> sums(kDelays, Observation{.sum = 0, .of = 0});
  for (std::int64_t i = 0; i < trial.scaled(kDraws); ++i) {
    RetryState state;
    for (Observation& sum : sums) {
      const auto wait = next_retry(spec, state, failure, draws.next());
      if (!wait) return std::vector(kDelays, Observation{.sum = 0, .of = 0});
      sum.sum += static_cast<double>(ns(*wait)) / 1e9;
      ++sum.of;
    }
  }
  return sums;
}

// Means of s <- min(cap, U(base, 3 s)) with base 1 s and cap 60 s, from the density of s on a grid.
std::vector<double> decorrelated_means(double cap) {
  constexpr std::size_t kCells = 60'000;
  const double width = (cap - 1) / kCells;
  const auto middle = [&](std::size_t i) { return 1 + (static_cast<double>(i) + 0.5) * width; };
  std::vector<double> mass(kCells, 0.0);
  double at_cap = 0;
  std::vector<double> means;
  // The first delay is U(1, 3), exactly.
  for (std::size_t i = 0; i < kCells; ++i) {
    mass[i] = std::clamp((3 - (middle(i) - width / 2)) / width, 0.0, 1.0) * width / 2;
  }
  for (std::int64_t retry = 0; retry < kDelays; ++retry) {
    double mean = at_cap * cap;
    for (std::size_t i = 0; i < kCells; ++i) mean += mass[i] * middle(i);
    means.push_back(mean);
    // Each cell spreads evenly over (1, 3 s); what lies beyond the cap gathers there. Sums from
    // above: density at x is the sum over s > x / 3 of mass / (3 s - 1).
    std::vector<double> from(kCells + 1, at_cap / (3 * cap - 1));
    double next_at_cap = at_cap * (2 * cap) / (3 * cap - 1);
    for (std::size_t i = kCells; i-- > 0;) {
      from[i] = from[i + 1] + mass[i] / (3 * middle(i) - 1);
      next_at_cap += mass[i] * std::max(0.0, 3 * middle(i) - cap) / (3 * middle(i) - 1);
    }
    for (std::size_t i = 0; i < kCells; ++i) {
      const double source = std::max(0.0, (middle(i) / 3 - 1) / width);
      const auto first = static_cast<std::size_t>(source);
      const double part = source - static_cast<double>(first);
      mass[i] = width * (from[first] + part * (from[first + 1] - from[first]));
    }
    at_cap = next_at_cap;
  }
  return means;
}

ValidationCheck delay_check(std::string_view preset, const RetrySpec& spec,
                            const std::vector<double>& means) {
  std::vector<Claim> claims;
  for (std::size_t retry = 0; retry < means.size(); ++retry) {
    claims.push_back({fmt::format("{}, retry {}", preset, retry + 1), means[retry]});
  }
  return {.group = "backoff, mean delay in s",
          .claims = std::move(claims),
          .is_exact = false,
          .replications = kReplications,
          .observe = [spec](const CheckTrial& trial) { return observe_delays(trial, spec); }};
}

RetrySpec unlimited(std::string_view preset) {
  RetrySpec spec = *retry_preset(preset);
  spec.max_retries = kDelays;
  return spec;
}

}  // namespace

ValidationChecks backoff_checks() {
  ValidationChecks checks;
  std::vector<double> shrinking;
  for (const stats::BackoffRow& row : stats::kAnthropicBackoffRows) {
    shrinking.push_back(stats::anthropic_sdk_mean(row.backoff));
  }
  for (const std::string_view preset : {"anthropic-sdk-python", "anthropic-sdk-typescript"}) {
    checks.push_back(delay_check(preset, unlimited(preset), shrinking));
  }

  RetrySpec full = unlimited("full-jitter");
  RetrySpec equal = unlimited("equal-jitter");
  std::vector<double> full_means;
  std::vector<double> equal_means;
  for (int retry = 0; retry < kDelays; ++retry) {
    const stats::Backoff backoff{.base = 1, .cap = 20, .retry = retry};
    full_means.push_back(stats::full_jitter_mean(backoff));
    equal_means.push_back(stats::equal_jitter_mean(backoff));
  }
  full.base = equal.base = span(1);
  full.cap = equal.cap = span(20);
  checks.push_back(delay_check("full-jitter 1 s to 20 s", full, full_means));
  checks.push_back(delay_check("equal-jitter 1 s to 20 s", equal, equal_means));

  RetrySpec decorrelated = unlimited("decorrelated");
  decorrelated.base = span(1);
  decorrelated.cap = span(60);
  checks.push_back(delay_check("decorrelated 1 s to 60 s", decorrelated, decorrelated_means(60)));
  return checks;
}

}  // namespace sluice
