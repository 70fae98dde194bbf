// A free list of coroutine frames for one run. Frames of equal size class are reused last-in
// first-out, so a run allocates as much as it has in flight and then no more. Large blocks are
// asked for with huge pages in mind: at a million waiting requests the frames are far larger than
// the caches and the TLB.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/check.hpp"

namespace sluice {

class FramePool {
 public:
  FramePool() = default;
  ~FramePool();
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  void* allocate(std::size_t size) {
    const std::size_t wanted = (size + sizeof(Header) + kStep - 1) / kStep;
    if (wanted >= kClasses) return allocate_large(size);
    Node* node = free_[wanted];
    if (node != nullptr) [[likely]] {
      free_[wanted] = node->next;
    } else {
      node = refill(wanted);
    }
    auto* header = reinterpret_cast<Header*>(node);
    header->pool = this;
    header->size_class = wanted;
    return header + 1;
  }

  static void release(void* frame) noexcept {
    Header* header = static_cast<Header*>(frame) - 1;
    FramePool* pool = header->pool;
    if (header->size_class == 0) return release_large(header);
    const std::size_t size_class = header->size_class;
    Node* node = reinterpret_cast<Node*>(header);
    node->next = pool->free_[size_class];
    pool->free_[size_class] = node;
  }

 private:
  struct Header {
    FramePool* pool;
    std::size_t size_class;  // in steps; 0: too large for the lists
  };
  struct Node {
    Node* next;
  };
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kClasses = 32;

  Node* refill(std::size_t size_class);
  void* allocate_large(std::size_t size);
  static void release_large(Header* header) noexcept;

  std::array<Node*, kClasses> free_{};
  std::vector<void*> blocks_;
  std::byte* cursor_ = nullptr;
  std::byte* end_ = nullptr;
  std::size_t next_block_ = std::size_t{64} * 1024;
};

}  // namespace sluice
