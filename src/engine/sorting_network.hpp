// Sorts a few numbers without a branch that could be mispredicted: Batcher's odd-even merge sort
// (1968), written out at compile time. 4 numbers take 5 exchanges, 8 take 19 and 16 take 63, two
// conditional moves each.
//
//   std::array<std::uint64_t, 16> keys = ...;      sort_first<8>(keys);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace sluice {
namespace detail {

struct NetworkStep {
  std::size_t low = 0;
  std::size_t high = 0;
};

// Calls visit(low, high) for every exchange of the network for `size` numbers, a power of two.
template <class Visit>
constexpr void for_each_exchange(std::size_t size, Visit&& visit) {
  for (std::size_t merged = 1; merged < size; merged *= 2) {
    for (std::size_t gap = merged; gap >= 1; gap /= 2) {
      for (std::size_t first = gap % merged; first + gap < size; first += 2 * gap) {
        for (std::size_t i = first; i < first + gap && i + gap < size; ++i) {
          if (i / (2 * merged) == (i + gap) / (2 * merged)) visit(i, i + gap);
        }
      }
    }
  }
}

template <std::size_t kSize>
constexpr std::size_t exchange_count() {
  std::size_t count = 0;
  for_each_exchange(kSize, [&count](std::size_t, std::size_t) { ++count; });
  return count;
}

template <std::size_t kSize>
constexpr auto exchanges() {
  std::array<NetworkStep, exchange_count<kSize>()> all{};
  std::size_t count = 0;
  for_each_exchange(kSize, [&](std::size_t low, std::size_t high) { all[count++] = {low, high}; });
  return all;
}

}  // namespace detail

// The first kSize of the keys ascend afterwards.
template <std::size_t kSize, std::size_t kRoom>
[[gnu::always_inline]] inline void sort_first(std::array<std::uint64_t, kRoom>& keys) noexcept {
  static_assert(kSize <= kRoom && (kSize & (kSize - 1)) == 0);
  static constexpr auto kExchanges = detail::exchanges<kSize>();
  // In registers: loops would be made vector code, which waits for the keys' own stores.
  std::array<std::uint64_t, kSize> sorted;
  [&]<std::size_t... kKey>(std::index_sequence<kKey...>) { ((sorted[kKey] = keys[kKey]), ...); }
  (std::make_index_sequence<kSize>{});
  [&]<std::size_t... kStep>(std::index_sequence<kStep...>) {
    const auto exchange = [&sorted](std::size_t low, std::size_t high) {
      const std::uint64_t a = sorted[low];
      const std::uint64_t b = sorted[high];
      sorted[low] = a < b ? a : b;
      sorted[high] = a < b ? b : a;
    };
    (exchange(kExchanges[kStep].low, kExchanges[kStep].high), ...);
  }
  (std::make_index_sequence<kExchanges.size()>{});
  [&]<std::size_t... kKey>(std::index_sequence<kKey...>) { ((keys[kKey] = sorted[kKey]), ...); }
  (std::make_index_sequence<kSize>{});
}

}  // namespace sluice
