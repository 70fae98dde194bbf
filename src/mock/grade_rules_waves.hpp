// Finds waves of retries: many within 100 ms that had waited for the same retry-after, between
// times with few. Random retries of a high rate are no wave: the counts around have to be bunched
// before and after (index of dispersion), which neither a steady stream nor the edge of a long
// spread one is.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace sluice::mock {

class WaveDetector {
 public:
  struct Waves {
    std::uint64_t count = 0;
    std::uint32_t largest = 0;  // retries in it
    Duration retry_after{};     // that the largest had waited for
  };

  explicit WaveDetector(Duration bin) : bin_(bin) {}

  // A retry that had waited for at least the retry-after it was given. `now` does not go back.
  void add(TimePoint now, Duration retry_after) noexcept;
  // All that had happened by `now`.
  Waves waves(TimePoint now) const noexcept;

 private:
  // A bin counts retries of a few retry-afters apart; what is beyond counts in the total alone.
  struct Class {
    Duration retry_after{};
    std::uint32_t count = 0;
  };
  struct Bin {
    std::int64_t number = -1;
    std::uint32_t total = 0;
    std::array<Class, 4> classes{};
  };
  // Two bins make a window of a wave's width; so many windows to each side show whether it stands
  // out.
  static constexpr std::int64_t kWindows = 5;
  static constexpr std::size_t kBins = 32;

  std::int64_t number(TimePoint now) const noexcept { return ns(now) / ns(bin_); }
  const Bin* find(std::int64_t number) const noexcept;
  std::uint64_t window_total(std::int64_t last) const noexcept;
  Class largest_class(std::int64_t last) const noexcept;
  bool is_bunched(std::int64_t last, std::int64_t direction) const noexcept;
  void advance(std::int64_t to) noexcept;
  void judge(std::int64_t last) noexcept;

  Duration bin_;
  std::array<Bin, kBins> bins_{};
  std::int64_t judged_ = -1;      // windows that end up to here have been judged
  std::int64_t wave_until_ = -1;  // the last bin of the last wave
  std::int64_t newest_ = -1;
  Waves waves_;
};

}  // namespace sluice::mock
