// Confidence intervals for simulation output: means over independent replications (Student t),
// means over the batches of one long run, and quantiles (order statistics, never "p99 +- t"). One
// value says nothing about its own error, so every interval is optional and absent where the data
// cannot carry it. Rules as in Law, Simulation Modeling and Analysis, 5th ed., chapter 9.
//
//   std::optional<Interval> interval = t_interval(means_of_replications);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sluice::stats {

inline constexpr double kConfidence = 0.95;

// A point estimate and the two ends of its confidence interval, in the unit of the data.
struct Interval {
  double value;
  double low;
  double high;

  double half_width() const { return (high - low) / 2; }
  bool contains(double truth) const { return low <= truth && truth <= high; }
  bool operator==(const Interval&) const = default;
};

// A mean and its standard error S / sqrt(n).
struct Estimate {
  double mean;
  double standard_error;

  bool operator==(const Estimate&) const = default;
};

// Arithmetic mean; needs at least one value.
double mean(std::span<const double> values);

// Unbiased sample variance (divisor n - 1); needs at least two values.
double variance(std::span<const double> values);

// The x below which a standard normal variable falls with probability p, 0 < p < 1.
double normal_quantile(double p);

// The x below which Student's t falls with probability p, 0 < p < 1.
double student_t_quantile(double p, std::size_t degrees_of_freedom);

// None for fewer than two values.
std::optional<Estimate> estimate(std::span<const double> values);

// Mean of independent values (one a replication) with a Student t interval. None for fewer than two
// values.
std::optional<Interval> t_interval(std::span<const double> values, double confidence = kConfidence);

// Ranks, counted from 1, of the order statistics of n independent values that estimate and enclose
// a quantile: ceil(n p), floor(n p - z sqrt(n p (1 - p))) and ceil(n p + z sqrt(n p (1 - p))) + 1.
struct QuantileRanks {
  std::uint64_t value;
  std::uint64_t low;
  std::uint64_t high;

  bool operator==(const QuantileRanks&) const = default;
};

// None where n values are too few: a rank would lie outside 1..n. At 95 %, p50 needs 8 values, p90
// needs 53, p99 needs 563. Usable with a histogram, which knows the value at a rank.
std::optional<QuantileRanks> quantile_ranks(std::uint64_t count, double p,
                                            double confidence = kConfidence);

// Quantile of independent values, in any order, with its order-statistic interval; none where
// quantile_ranks has none. 0 < p < 1.
std::optional<Interval> quantile_interval(std::span<const double> values, double p,
                                          double confidence = kConfidence);

// Means of consecutive batches of `batch_size` values, from the first on; an incomplete last batch
// is dropped.
std::vector<double> batch_means(std::span<const double> values, std::size_t batch_size);

struct BatchMeans {
  Interval interval;
  std::size_t batch_size;
  double lag1;       // autocorrelation of neighbouring batches
  bool independent;  // lag1 is no larger than chance allows (von Neumann, one-sided 5 %)
};

// Mean of one long stationary run, whose neighbouring values depend on each other, from `batches`
// batches (20 to 30 are usual). The oldest values that do not fill a batch are dropped. None where
// there are fewer values than batches, or fewer than three batches. If not `independent`, the
// interval is too narrow: run longer.
std::optional<BatchMeans> batch_means_interval(std::span<const double> values,
                                               std::size_t batches = 30,
                                               double confidence = kConfidence);

// Share of the intervals that contain the true value, and how far chance moves that share from the
// nominal confidence in 95 of 100 tests: 1.96 sqrt(c (1 - c) / n), which is 1.35 % for 1000
// intervals at 95 %.
struct Coverage {
  double share;
  double tolerance;

  bool operator==(const Coverage&) const = default;
};
Coverage coverage(std::span<const Interval> intervals, double truth,
                  double confidence = kConfidence);

}  // namespace sluice::stats
