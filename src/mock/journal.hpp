// The last N calls of the Messages, batch and count endpoints, by sequence number: bounded memory,
// whatever is served, and no allocation once the ring has gone round. Neither bodies nor keys are
// in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mock/served.hpp"

namespace sluice::mock {

class Journal {
 public:
  // Of the last `entries` sequence numbers; calls that are no business of the journal's use up
  // numbers too. 0: it keeps nothing.
  explicit Journal(std::size_t entries) : capacity_(entries) {}

  // A call was decided, or is over: replaces what is held of the same sequence number. One that has
  // left the ring is dropped.
  void put(const ServedRequest& served);
  // Oldest first, at most `limit`, those with sequence > after. Valid until the next put() or
  // clear().
  std::vector<const ServedRequest*> list(std::uint64_t after, std::size_t limit) const;
  void clear() noexcept;

  std::size_t capacity() const noexcept { return capacity_; }
  std::uint64_t newest() const noexcept { return newest_; }  // sequence number; 0: empty

 private:
  // Sequence numbers count from 1, so that 0 marks a place that holds nothing.
  std::size_t capacity_;
  std::uint64_t newest_ = 0;
  std::vector<ServedRequest> ring_;  // sequence number s stands at s modulo capacity
};

}  // namespace sluice::mock
