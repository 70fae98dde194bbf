#include "stats/regression.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/check.hpp"

namespace sluice::stats {
namespace {

using Values = std::vector<double>;

constexpr std::size_t kMedianRowsMin = 20;
constexpr int kReweightings = 200;

// A square matrix, row after row.
struct Square {
  explicit Square(std::size_t columns) : size(columns), values(columns * columns) {}
  double& at(std::size_t row, std::size_t column) { return values[row * size + column]; }
  double at(std::size_t row, std::size_t column) const { return values[row * size + column]; }

  std::size_t size;
  Values values;
};

// Gauss-Jordan with pivots; none if a pivot vanishes beside what stood in its column.
std::optional<Square> inverse_of(Square matrix) {
  const std::size_t size = matrix.size;
  Square inverse(size);
  for (std::size_t i = 0; i < size; ++i) inverse.at(i, i) = 1;
  for (std::size_t column = 0; column < size; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column + 1; row < size; ++row) {
      if (std::abs(matrix.at(row, column)) > std::abs(matrix.at(pivot, column))) pivot = row;
    }
    // The columns are scaled to unit length, so that this is relative.
    if (!(std::abs(matrix.at(pivot, column)) > 1e-10)) return std::nullopt;
    for (std::size_t i = 0; i < size; ++i) {
      std::swap(matrix.at(pivot, i), matrix.at(column, i));
      std::swap(inverse.at(pivot, i), inverse.at(column, i));
    }
    const double factor = 1 / matrix.at(column, column);
    for (std::size_t i = 0; i < size; ++i) {
      matrix.at(column, i) *= factor;
      inverse.at(column, i) *= factor;
    }
    for (std::size_t row = 0; row < size; ++row) {
      const double share = matrix.at(row, column);
      if (row == column || share == 0) continue;
      for (std::size_t i = 0; i < size; ++i) {
        matrix.at(row, i) -= share * matrix.at(column, i);
        inverse.at(row, i) -= share * inverse.at(column, i);
      }
    }
  }
  return inverse;
}

// Sum over the rows of weight x x', in columns divided by `lengths`.
Square moments(const Design& design, const Values& lengths, const Values& weights) {
  Square sum(design.columns());
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const auto x = design.x(row);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double scaled = weights[row] * x[i] / lengths[i];
      for (std::size_t j = 0; j < x.size(); ++j) sum.at(i, j) += scaled * x[j] / lengths[j];
    }
  }
  return sum;
}

Values lengths_of(const Design& design) {
  Values lengths(design.columns());
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const auto x = design.x(row);
    for (std::size_t i = 0; i < x.size(); ++i) lengths[i] += x[i] * x[i];
  }
  for (double& length : lengths) length = std::sqrt(length);
  return lengths;
}

// Weighted least squares, in scaled columns: inverse x sum of weight x y.
Values solve(const Design& design, const Values& lengths, const Values& weights,
             const Square& inverse) {
  Values right(design.columns());
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const auto x = design.x(row);
    for (std::size_t i = 0; i < x.size(); ++i) {
      right[i] += weights[row] * x[i] / lengths[i] * design.y(row);
    }
  }
  Values coefficients(design.columns());
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    for (std::size_t j = 0; j < coefficients.size(); ++j) {
      coefficients[i] += inverse.at(i, j) * right[j];
    }
  }
  return coefficients;
}

Values residuals_of(const Design& design, const Values& lengths, const Values& coefficients) {
  Values residuals;
  residuals.reserve(design.rows());
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const auto x = design.x(row);
    double fitted = 0;
    for (std::size_t i = 0; i < x.size(); ++i) fitted += coefficients[i] * x[i] / lengths[i];
    residuals.push_back(design.y(row) - fitted);
  }
  return residuals;
}

// Intervals from variances in scaled columns.
std::vector<Interval> intervals_of(const Values& coefficients, const Values& variances,
                                   const Values& lengths, double quantile) {
  std::vector<Interval> intervals;
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    const double value = coefficients[i] / lengths[i];
    const double half = quantile * std::sqrt(variances[i]) / lengths[i];
    intervals.push_back({.value = value, .low = value - half, .high = value + half});
  }
  return intervals;
}

bool is_usable(const Design& design, const Values& lengths) {
  return design.rows() > design.columns() &&
         std::all_of(lengths.begin(), lengths.end(), [](double length) { return length > 0; });
}

// 1 / density of the residuals at their median, from the difference of two quantiles around it. The
// zeros, which the fit passes through, are left out.
double sparsity_of(Values residuals, std::size_t columns) {
  std::sort(residuals.begin(), residuals.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  residuals.erase(residuals.begin(), residuals.begin() + static_cast<std::ptrdiff_t>(columns));
  std::sort(residuals.begin(), residuals.end());
  const auto count = static_cast<double>(residuals.size());
  // Hall & Sheather at p = 1/2 for 95 %: n^(-1/3) z^(2/3) (1.5 phi(0)^2)^(1/3).
  const double phi = 1 / std::sqrt(2 * std::numbers::pi);
  const double z = normal_quantile(0.975);
  const double width = std::min(0.4, std::cbrt(z * z * 1.5 * phi * phi / count));
  const auto at = [&](double p) {
    const double place = std::clamp(p * count - 0.5, 0.0, count - 1);
    const auto low = static_cast<std::size_t>(place);
    const std::size_t high = std::min(low + 1, residuals.size() - 1);
    return residuals[low] + (place - static_cast<double>(low)) * (residuals[high] - residuals[low]);
  };
  return (at(0.5 + width) - at(0.5 - width)) / (2 * width);
}

double mean_absolute(const Values& values) {
  double sum = 0;
  for (const double value : values) sum += std::abs(value);
  return sum / static_cast<double>(values.size());
}

}  // namespace

Design::Design(std::size_t columns) : columns_(columns) { SLUICE_CHECK(columns >= 1); }

void Design::add(double y, std::initializer_list<double> x) {
  add(y, std::span<const double>(x.begin(), x.size()));
}

void Design::add(double y, std::span<const double> x) {
  SLUICE_CHECK(x.size() == columns_);
  x_.insert(x_.end(), x.begin(), x.end());
  y_.push_back(y);
}

double LinearFit::predict(std::span<const double> x) const {
  SLUICE_CHECK(x.size() == coefficients.size());
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += coefficients[i].value * x[i];
  return sum;
}

std::optional<LinearFit> least_squares(const Design& design, double confidence) {
  const Values lengths = lengths_of(design);
  if (!is_usable(design, lengths)) return std::nullopt;
  const Values ones(design.rows(), 1.0);
  const std::optional<Square> inverse = inverse_of(moments(design, lengths, ones));
  if (!inverse) return std::nullopt;
  const Values coefficients = solve(design, lengths, ones, *inverse);
  LinearFit fit;
  fit.residuals = residuals_of(design, lengths, coefficients);
  Values squares;
  double sum = 0;
  for (const double residual : fit.residuals) {
    squares.push_back(residual * residual);
    sum += residual * residual;
  }
  const std::size_t freedom = design.rows() - design.columns();
  fit.scale = std::sqrt(sum / static_cast<double>(freedom));
  const Square meat = moments(design, lengths, squares);
  const double correction = static_cast<double>(design.rows()) / static_cast<double>(freedom);
  Values variances(design.columns());
  for (std::size_t i = 0; i < variances.size(); ++i) {
    for (std::size_t j = 0; j < variances.size(); ++j) {
      for (std::size_t k = 0; k < variances.size(); ++k) {
        variances[i] += correction * inverse->at(i, j) * meat.at(j, k) * inverse->at(k, i);
      }
    }
  }
  fit.coefficients = intervals_of(coefficients, variances, lengths,
                                  student_t_quantile((1 + confidence) / 2, freedom));
  return fit;
}

std::optional<LinearFit> median_regression(const Design& design, double confidence) {
  const Values lengths = lengths_of(design);
  if (!is_usable(design, lengths) || design.rows() < kMedianRowsMin) return std::nullopt;
  Values weights(design.rows(), 1.0);
  const std::optional<Square> plain = inverse_of(moments(design, lengths, weights));
  if (!plain) return std::nullopt;
  Values coefficients = solve(design, lengths, weights, *plain);
  Values residuals = residuals_of(design, lengths, coefficients);
  Values best = coefficients;
  double least = mean_absolute(residuals);
  // Residuals below `floor` weigh alike, lest one row take all; the floor goes down step by step.
  double floor = least;
  for (int i = 0; i < kReweightings && least > 0; ++i) {
    floor = std::max(floor * 0.8, least * 1e-7);
    for (std::size_t row = 0; row < weights.size(); ++row) {
      weights[row] = 1 / std::max(std::abs(residuals[row]), floor);
    }
    Square normal = moments(design, lengths, weights);
    const double size = *std::max_element(normal.values.begin(), normal.values.end());
    for (double& value : normal.values) value /= size;
    for (double& weight : weights) weight /= size;
    const std::optional<Square> inverse = inverse_of(std::move(normal));
    if (!inverse) break;
    coefficients = solve(design, lengths, weights, *inverse);
    residuals = residuals_of(design, lengths, coefficients);
    const double deviation = mean_absolute(residuals);
    if (deviation < least) {
      least = deviation;
      best = coefficients;
    }
  }
  LinearFit fit;
  fit.residuals = residuals_of(design, lengths, best);
  fit.scale = least;
  const double sparsity = sparsity_of(fit.residuals, design.columns());
  Values variances;
  for (std::size_t i = 0; i < design.columns(); ++i) {
    variances.push_back(sparsity * sparsity / 4 * plain->at(i, i));
  }
  fit.coefficients =
      intervals_of(best, variances, lengths,
                   student_t_quantile((1 + confidence) / 2, design.rows() - design.columns()));
  return fit;
}

}  // namespace sluice::stats
