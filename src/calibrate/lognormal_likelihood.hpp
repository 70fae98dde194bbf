// The log-likelihood of a lognormal base with linear costs on top (lognormal_fit.hpp), with its
// first and second derivatives, and where it is greatest. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace sluice::calibrate {

// mean and log deviation of log B, then the slopes; only the first `size` are in use.
inline constexpr std::size_t kMostParameters = 4;
using Vector = std::array<double, kMostParameters>;
using Matrix = std::array<Vector, kMostParameters>;

struct LikelihoodRow {
  double y = 0;
  std::array<double, 2> x{};
};

struct Likelihood {
  double value = 0;
  Vector gradient{};
  Matrix curvature{};  // of minus the likelihood
  Matrix scores{};     // sum of the outer products of each row's gradient
};

// None where a row's base would not be positive.
std::optional<Likelihood> likelihood(std::span<const LikelihoodRow> rows, const Vector& at,
                                     std::size_t size);

struct Maximum {
  Vector at{};
  Matrix covariance{};  // sandwich
};
// By Newton's method, held back where it does not climb, from `start`, whose bases must be
// positive.
std::optional<Maximum> maximum(std::span<const LikelihoodRow> rows, const Vector& start,
                               std::size_t size);

}  // namespace sluice::calibrate
