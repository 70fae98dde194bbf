// The rows that share one timestamp, and the instants they are spread to: as many uniform draws as
// there are rows, sorted, given out in the order of the rows (which is how Poisson arrivals lie in
// an interval once their number is known). Draws are keyed by workload, line and pass. Holds a
// bounded number of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/draw.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

class SpreadGroup {
 public:
  static constexpr std::size_t kMaxRows = 16'384;
  static constexpr std::size_t kMaxBlocks = 4'000'000;

  bool empty() const noexcept { return next_ == used_; }
  void clear() noexcept;
  // False if the group is full: too many rows, or too many block ids in them.
  bool add(const TraceRequest& row);
  // Moves the rows, which must all have the same time, over [that time, that time + width).
  void spread(Duration width, const RandomSource& random, std::uint32_t workload_hash);
  // The rows in order; not empty().
  void take(TraceRequest& row);
  std::size_t buffer_bytes() const noexcept;

 private:
  std::vector<TraceRequest>
      rows_;  // the first used_ are this group's; their block_ids are in blocks_
  std::vector<std::uint64_t> blocks_;   // of all rows, one after the other
  std::vector<std::size_t> block_end_;  // where in blocks_ each row's end
  std::vector<Duration> offsets_;
  std::size_t used_ = 0;
  std::size_t next_ = 0;
};

}  // namespace sluice::ingest
