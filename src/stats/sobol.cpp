#include "stats/sobol.hpp"

#include <cstddef>

#include "base/check.hpp"
#include "base/draw.hpp"

namespace sluice::stats {
namespace {

// A primitive polynomial x^s + a_1 x^(s-1) + ... + 1 over GF(2), its inner coefficients packed into
// `inner`, and the first s direction numbers m.
struct Polynomial {
  std::uint32_t degree;
  std::uint32_t inner;
  std::array<std::uint32_t, 6> m;
};

// Dimensions 2 to 16 of new-joe-kuo-6.21201; dimension 1 is the van der Corput sequence.
constexpr std::array<Polynomial, Sobol::kDimensions - 1> kPolynomials{{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
}};

constexpr std::array<std::uint32_t, 32> first_dimension() {
  std::array<std::uint32_t, 32> directions{};
  for (std::uint32_t bit = 0; bit < 32; ++bit) directions[bit] = 1U << (31 - bit);
  return directions;
}

// The recurrence of Joe & Kuo over v_k = m_k 2^(31 - k), k from 0:
// v_k = a_1 v_(k-1) ^ ... ^ a_(s-1) v_(k-s+1) ^ v_(k-s) ^ (v_(k-s) >> s).
constexpr std::array<std::uint32_t, 32> directions_of(const Polynomial& polynomial) {
  const std::uint32_t s = polynomial.degree;
  std::array<std::uint32_t, 32> directions{};
  for (std::uint32_t k = 0; k < s; ++k) directions[k] = polynomial.m[k] << (31 - k);
  for (std::uint32_t k = s; k < 32; ++k) {
    std::uint32_t v = directions[k - s] ^ (directions[k - s] >> s);
    for (std::uint32_t i = 1; i < s; ++i) {
      if ((polynomial.inner >> (s - 1 - i)) & 1U) v ^= directions[k - i];
    }
    directions[k] = v;
  }
  return directions;
}

}  // namespace

Sobol::Sobol(int dimensions) {
  SLUICE_CHECK(dimensions >= 1 && dimensions <= kDimensions);
  directions_.push_back(first_dimension());
  for (std::size_t d = 1; d < static_cast<std::size_t>(dimensions); ++d) {
    directions_.push_back(directions_of(kPolynomials[d - 1]));
  }
  shift_.assign(directions_.size(), 0);
}

Sobol::Sobol(int dimensions, std::uint64_t seed) : Sobol(dimensions) {
  for (std::size_t d = 0; d < shift_.size(); ++d) {
    constexpr std::uint64_t kSobolShift = 0x736f626f6cU;
    shift_[d] = static_cast<std::uint32_t>(philox({seed, d}, kSobolShift).first >> 32);
  }
}

std::uint32_t Sobol::at(std::uint32_t index, int dimension) const {
  SLUICE_CHECK(dimension >= 0 && dimension < dimensions());
  const auto d = static_cast<std::size_t>(dimension);
  std::uint32_t coordinate = shift_[d];
  std::uint32_t gray = index ^ (index >> 1);
  for (std::size_t bit = 0; gray != 0; ++bit, gray >>= 1) {
    if (gray & 1U) coordinate ^= directions_[d][bit];
  }
  return coordinate;
}

std::vector<std::uint32_t> Sobol::point(std::uint32_t index) const {
  std::vector<std::uint32_t> coordinates;
  for (int d = 0; d < dimensions(); ++d) coordinates.push_back(at(index, d));
  return coordinates;
}

}  // namespace sluice::stats
