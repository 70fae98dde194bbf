// Counts events in bins of 10 ms and keeps what their index of dispersion needs, in memory that
// does not grow with time: a ring of the last 41 s is open. What is older still counts, in the
// oldest open bin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "results/load_facts.hpp"

namespace sluice::live {

class BinCounts {
 public:
  BinCounts() : open_(kOpenBins) {}

  // `wall`: nanoseconds since the start; before it counts as at it.
  void count(std::int64_t wall, Dispersion& into) noexcept;

 private:
  static constexpr std::int64_t kBin = 10'000'000;  // ns
  static constexpr std::size_t kOpenBins = 4096;

  std::uint32_t& slot(std::int64_t bin) noexcept {
    return open_[static_cast<std::size_t>(bin) % kOpenBins];
  }
  void open_up_to(std::int64_t bin) noexcept;

  std::vector<std::uint32_t> open_;
  std::int64_t first_ = -1;  // with an event
  std::int64_t last_ = -1;
};

}  // namespace sluice::live
