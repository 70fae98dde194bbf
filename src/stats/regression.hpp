// Linear regression y = b0 x0 + b1 x1 + ... with intervals: by least squares for noise about a
// mean, and by least absolute deviations for medians, which long tails do not move. An intercept is
// a column of ones. None where the data cannot tell the coefficients apart.
//
//   Design design(3);
//   for (...) design.add(ttft, {1.0, uncached, cached});
//   if (auto line = median_regression(design)) line->coefficients[1].value  // seconds per token
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "stats/intervals.hpp"

namespace sluice::stats {

class Design {
 public:
  explicit Design(std::size_t columns);                 // at least 1
  void add(double y, std::initializer_list<double> x);  // as many as columns
  void add(double y, std::span<const double> x);

  std::size_t columns() const noexcept { return columns_; }
  std::size_t rows() const noexcept { return y_.size(); }
  std::span<const double> x(std::size_t row) const { return {&x_[row * columns_], columns_}; }
  double y(std::size_t row) const { return y_[row]; }

 private:
  std::size_t columns_;
  std::vector<double> x_;  // row after row
  std::vector<double> y_;
};

struct LinearFit {
  std::vector<Interval> coefficients;  // in the order of the columns
  std::vector<double> residuals;       // y - fitted, in the order of the rows
  double scale = 0;  // of the residuals: standard deviation, or mean absolute deviation (median)

  double predict(std::span<const double> x) const;
};

// Intervals by the sandwich estimator (HC1; White, Econometrica 48, 1980), so that the noise may
// differ from row to row. None for no more rows than columns or columns that depend on each other
// (one constant beside the intercept, for instance).
std::optional<LinearFit> least_squares(const Design& design, double confidence = kConfidence);

// Coefficients of the conditional median (Koenker & Bassett, Econometrica 46, 1978), found by
// reweighted least squares. Intervals by the asymptotic law for noise of one distribution, its
// density at the median estimated over the bandwidth of Hall & Sheather (JRSS B 50, 1988). None as
// above, or for fewer than 20 rows.
std::optional<LinearFit> median_regression(const Design& design, double confidence = kConfidence);

}  // namespace sluice::stats
