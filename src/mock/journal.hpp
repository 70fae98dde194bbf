// The last N calls of the Messages, batch and count endpoints, by sequence number: bounded memory,
// whatever is served. Neither bodies nor keys are in it.
#pragma once

#include <cstdint>
#include <vector>

#include "mock/served.hpp"

namespace sluice::mock {

class Journal {
 public:
  explicit Journal(std::size_t entries) : entries_(entries) {}

  // A call was decided, or is over: replaces what is held of the same sequence number. One that has
  // left the ring is dropped.
  void put(const ServedRequest& served);
  // Oldest first, at most `limit`, those with sequence > after.
  std::vector<const ServedRequest*> list(std::uint64_t after, std::size_t limit) const;
  void clear();

 private:
  std::vector<ServedRequest> entries_;  // a ring by sequence number
};

}  // namespace sluice::mock
