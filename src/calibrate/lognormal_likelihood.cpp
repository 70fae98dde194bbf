#include "calibrate/lognormal_likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "base/deterministic_math.hpp"

namespace sluice::calibrate {
namespace {

constexpr int kMostSteps = 200;
constexpr double kFlat = 1e-10;  // of the likelihood a row: nothing left to climb
// The least deviation of log B: below it, all bases are one and the same.
constexpr double kLeastLogDeviation = -9;

using Slopes = std::array<double, 2>;

// Solves a x = b for a symmetric positive definite `a` (Cholesky); none where it is not.
class Cholesky {
 public:
  static std::optional<Cholesky> of(const Matrix& a, std::size_t size) {
    Cholesky made;
    made.size_ = size;
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = a[i][j];
        for (std::size_t k = 0; k < j; ++k) sum -= made.lower_[i][k] * made.lower_[j][k];
        if (i != j) {
          made.lower_[i][j] = sum / made.lower_[j][j];
        } else if (sum > 1e-14 * std::abs(a[i][i])) {
          made.lower_[i][i] = std::sqrt(sum);
        } else {
          return std::nullopt;
        }
      }
    }
    return made;
  }
  Vector solve(Vector b) const {
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t k = 0; k < i; ++k) b[i] -= lower_[i][k] * b[k];
      b[i] /= lower_[i][i];
    }
    for (std::size_t i = size_; i-- > 0;) {
      for (std::size_t k = i + 1; k < size_; ++k) b[i] -= lower_[k][i] * b[k];
      b[i] /= lower_[i][i];
    }
    return b;
  }

 private:
  std::size_t size_ = 0;
  Matrix lower_{};
};

// curvature^-1 scores curvature^-1
std::optional<Matrix> sandwich(const Likelihood& top, std::size_t size) {
  const auto bread = Cholesky::of(top.curvature, size);
  if (!bread) return std::nullopt;
  Matrix half{};
  for (std::size_t i = 0; i < size; ++i) half[i] = bread->solve(top.scores[i]);
  Matrix made{};
  for (std::size_t i = 0; i < size; ++i) {
    Vector column{};
    for (std::size_t j = 0; j < size; ++j) column[j] = half[j][i];
    made[i] = bread->solve(column);
  }
  return made;
}

void add_row(Likelihood& sum, const LikelihoodRow& row, double base, double deviation, double z,
             std::size_t size) {
  Vector g{z / deviation, z * z - 1};
  sum.curvature[0][0] += 1 / (deviation * deviation);
  sum.curvature[1][0] += 2 * z / deviation;
  sum.curvature[1][1] += 2 * z * z;
  for (std::size_t i = 2; i < size; ++i) {
    const double relative = row.x[i - 2] / base;
    g[i] = relative * (1 + z / deviation);
    sum.curvature[i][0] += relative / (deviation * deviation);
    sum.curvature[i][1] += 2 * z * relative / deviation;
    for (std::size_t j = 2; j <= i; ++j) {
      const double both = relative * (row.x[j - 2] / base);
      sum.curvature[i][j] -= both * (1 + z / deviation - 1 / (deviation * deviation));
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    sum.gradient[i] += g[i];
    for (std::size_t j = 0; j < size; ++j) sum.scores[i][j] += g[i] * g[j];
  }
}

}  // namespace

std::optional<Likelihood> likelihood(std::span<const LikelihoodRow> rows, const Vector& at,
                                     std::size_t size) {
  if (at[1] < kLeastLogDeviation) return std::nullopt;
  const double deviation = deterministic::exp(at[1]);
  Likelihood sum;
  for (const LikelihoodRow& row : rows) {
    double base = row.y;
    for (std::size_t i = 2; i < size; ++i) base -= at[i] * row.x[i - 2];
    if (!(base > 0)) return std::nullopt;
    const double log_base = deterministic::log(base);
    const double z = (log_base - at[0]) / deviation;
    sum.value -= at[1] + log_base + z * z / 2;
    add_row(sum, row, base, deviation, z, size);
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i + 1; j < size; ++j) sum.curvature[i][j] = sum.curvature[j][i];
  }
  return sum;
}

std::optional<Maximum> maximum(std::span<const LikelihoodRow> rows, const Vector& start,
                               std::size_t size) {
  auto here = likelihood(rows, start, size);
  if (!here) return std::nullopt;
  Vector at = start;
  double damping = 1e-3;
  const double flat = kFlat * static_cast<double>(rows.size());
  for (int step = 0; step < kMostSteps; ++step) {
    Matrix damped = here->curvature;
    for (std::size_t i = 0; i < size; ++i) {
      // scores, unlike the curvature, are never negative: the step climbs once damping is large.
      damped[i][i] += damping * (here->scores[i][i] + std::abs(here->curvature[i][i]));
    }
    const auto factors = Cholesky::of(damped, size);
    const Vector move = factors ? factors->solve(here->gradient) : Vector{};
    Vector next = at;
    double promised = 0;
    for (std::size_t i = 0; i < size; ++i) {
      next[i] += move[i];
      promised += move[i] * here->gradient[i];
    }
    if (factors && promised < flat && damping < 1e-2) {
      auto covariance = sandwich(*here, size);
      if (!covariance) return std::nullopt;
      return Maximum{.at = at, .covariance = *covariance};
    }
    const auto there = factors ? likelihood(rows, next, size) : std::nullopt;
    if (there && there->value >= here->value) {
      at = next;
      here = there;
      damping = std::max(damping / 5, 1e-9);
    } else {
      damping *= 5;
      if (damping > 1e12) return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::calibrate
