// Sobol points: a sequence that fills the unit cube far more evenly than random points, so that the
// first stage of a search wastes none of its budget on clusters. Direction numbers of Joe & Kuo
// (new-joe-kuo-6.21201, https://web.maths.unsw.edu.au/~fkuo/sobol/, 2008), Gray code order, whole
// numbers only: the same seed gives the same points on every machine.
//
//   const Sobol points(3, seed);
//   double share = Sobol::unit(points.at(17, 2));   // the third coordinate of point 17
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace sluice::stats {

class Sobol {
 public:
  static constexpr int kDimensions = 16;

  // 1 to kDimensions. Point 0 is the origin.
  explicit Sobol(int dimensions);
  // With a digital shift: every coordinate is XORed with bits that only the seed and the dimension
  // decide. Keeps the evenness, moves the points.
  Sobol(int dimensions, std::uint64_t seed);

  // One coordinate, of 2^32, of point `index` of the sequence. Any index, in any order.
  std::uint32_t at(std::uint32_t index, int dimension) const;
  std::vector<std::uint32_t> point(std::uint32_t index) const;

  int dimensions() const noexcept { return static_cast<int>(shift_.size()); }

  // In [0, 1), exact.
  static constexpr double unit(std::uint32_t coordinate) noexcept { return coordinate * 0x1p-32; }

 private:
  using Directions = std::array<std::uint32_t, 32>;

  std::vector<Directions> directions_;
  std::vector<std::uint32_t> shift_;
};

}  // namespace sluice::stats
