// TimeSeries: what happened when, in a fixed number of cells of equal width. When time runs past
// the last cell, neighbours are merged and the width doubles, so that memory does not grow with the
// run. What merging means (sum, maximum, ...) is the cell's own `operator+=`; a value-initialised
// cell must be its neutral element.
//
//   TimeSeries<TrafficCell> series(seconds(30));      ++series.at(now).offered;
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/time.hpp"

namespace sluice {

template <class Cell>
class TimeSeries {
 public:
  static constexpr std::size_t kCells = 256;

  explicit TimeSeries(Duration width) : width_(ns(width)), cells_(kCells) {
    SLUICE_CHECK(width_ > 0);
  }

  // The cell in which `time` lies. Instants close to the one before cost one comparison.
  Cell& at(TimePoint time) noexcept {
    const std::uint64_t offset =
        static_cast<std::uint64_t>(ns(time)) - static_cast<std::uint64_t>(begin_);
    if (offset >= static_cast<std::uint64_t>(width_)) [[unlikely]]
      move_to(ns(time));
    return cells_[current_];
  }

  Duration width() const noexcept { return Duration{width_}; }
  // From the start of the run to the last cell that was touched.
  std::span<const Cell> cells() const noexcept { return {cells_.data(), used_}; }

  // Merges neighbours until the cells are that wide; the width must be a doubling of the present
  // one.
  void widen(Duration width) noexcept {
    while (width_ < ns(width)) double_width();
    SLUICE_CHECK(width_ == ns(width));
  }

  // Shows at least that many cells, the last ones empty.
  void cover(std::size_t cells) noexcept {
    SLUICE_CHECK(cells <= kCells);
    if (cells > used_) used_ = cells;
  }

  // Both must have started with one width.
  TimeSeries& operator+=(const TimeSeries& other) {
    TimeSeries finer = other;
    const std::int64_t coarser = width_ > finer.width_ ? width_ : finer.width_;
    finer.widen(Duration{coarser});
    widen(Duration{coarser});
    for (std::size_t i = 0; i < finer.used_; ++i) cells_[i] += finer.cells_[i];
    if (finer.used_ > used_) used_ = finer.used_;
    return *this;
  }

  // Where the last write was does not count.
  bool operator==(const TimeSeries& other) const {
    return width_ == other.width_ && used_ == other.used_ && cells_ == other.cells_;
  }

 private:
  void move_to(std::int64_t time) noexcept {
    SLUICE_CHECK(time >= 0);
    while (time / width_ >= static_cast<std::int64_t>(kCells)) double_width();
    current_ = static_cast<std::size_t>(time / width_);
    begin_ = static_cast<std::int64_t>(current_) * width_;
    if (current_ >= used_) used_ = current_ + 1;
  }

  void double_width() noexcept {
    for (std::size_t i = 0; i < kCells / 2; ++i) {
      Cell both = std::move(cells_[2 * i]);
      both += cells_[2 * i + 1];
      cells_[i] = std::move(both);
    }
    for (std::size_t i = kCells / 2; i < kCells; ++i) cells_[i] = Cell{};
    width_ *= 2;
    used_ = (used_ + 1) / 2;
    begin_ = kNowhere;
  }

  // Where no instant is in the current cell: before the first write, and after cells were merged.
  static constexpr std::int64_t kNowhere = std::numeric_limits<std::int64_t>::max();

  std::int64_t width_;
  std::int64_t begin_ = kNowhere;  // of the current cell
  std::size_t current_ = 0;
  std::size_t used_ = 0;
  std::vector<Cell> cells_;
};

// The width for a run of that length: 1, 2, 5, 10, 15 or 30 of a unit, at most 200 cells (the rest
// is room for answers after the last arrival). Below a minute it divides a minute, above it is
// whole minutes.
Duration cell_width_for(Duration run) noexcept;

}  // namespace sluice
