// Buffers for large bodies, used again by the connections of a server: memory that comes fresh from
// the system costs a page fault for every 4 kB, more than receiving into it. Keeps a few MB at
// most.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace sluice::net {

struct Buffer {
  std::unique_ptr<char[]> bytes;
  std::size_t capacity = 0;
};

class BufferPool {
 public:
  // At least so large; what is in it is anything.
  Buffer take(std::size_t capacity);
  void give_back(Buffer buffer);

  std::size_t kept() const noexcept { return kept_; }  // bytes

 private:
  std::vector<Buffer> spare_;
  std::size_t kept_ = 0;
};

}  // namespace sluice::net
