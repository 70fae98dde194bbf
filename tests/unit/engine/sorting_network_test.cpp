// A network is right for all inputs if it sorts all of zeros and ones (Knuth, 5.3.4).
#include "engine/sorting_network.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr std::size_t kRoom = 16;
using Keys = std::array<std::uint64_t, kRoom>;

template <std::size_t kSize>
bool sorts_zeros_and_ones() {
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << kSize; ++bits) {
    Keys keys;
    keys.fill(7);
    for (std::size_t i = 0; i < kSize; ++i) keys[i] = (bits >> i) & 1;
    sort_first<kSize>(keys);
    if (!std::is_sorted(keys.begin(), keys.begin() + kSize)) return false;
    if (!std::all_of(keys.begin() + kSize, keys.end(), [](std::uint64_t key) { return key == 7; }))
      return false;
  }
  return true;
}

TEST_CASE("networks for 2, 4, 8 and 16 numbers sort, and touch no others") {
  CHECK(sorts_zeros_and_ones<2>());
  CHECK(sorts_zeros_and_ones<4>());
  CHECK(sorts_zeros_and_ones<8>());
  CHECK(sorts_zeros_and_ones<16>());
}

TEST_CASE("a network orders over all 64 bits and keeps every number") {
  Keys keys = {UINT64_MAX, 0, std::uint64_t{1} << 63, 5, 5, 1, 2, 3};
  sort_first<8>(keys);
  CHECK(keys == Keys{0, 1, 2, 3, 5, 5, std::uint64_t{1} << 63, UINT64_MAX});
}

TEST_CASE("networks have as many exchanges as Batcher's merge sort") {
  STATIC_REQUIRE(detail::exchange_count<4>() == 5);
  STATIC_REQUIRE(detail::exchange_count<8>() == 19);
  STATIC_REQUIRE(detail::exchange_count<16>() == 63);
}

}  // namespace
}  // namespace sluice
