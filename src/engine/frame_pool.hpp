// A free list of what a run has in flight: coroutine frames, requests, parts of the event queue.
// Those of equal size class are reused last-in first-out, so a run allocates as much as it has in
// flight and then no more. Large blocks are asked for with huge pages in mind: at a million waiting
// requests the frames are far larger than the caches and the TLB.
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
    const std::size_t wanted = size_class(size);
    if (wanted >= kClasses) return allocate_large(size);
    Node* node = free_[wanted];
    if (node != nullptr) [[likely]] {
      free_[wanted] = node->next;
      __builtin_prefetch(node->next, 1);  // the one after this may have been free for long
    } else {
      node = refill(wanted);
    }
    owner_of(node, wanted) = this;
    return node;
  }

  // What one takes in memory. Where that divides a page, and a pool is asked for nothing else, each
  // one's address is a multiple of it.
  static constexpr std::size_t room_of(std::size_t size) noexcept {
    return size_class(size) * kStep;
  }

  // `size` as it was asked for.
  static void release(void* frame, std::size_t size) noexcept {
    const std::size_t held = size_class(size);
    if (held >= kClasses) return release_large(frame);
    FramePool* pool = owner_of(frame, held);
    Node* node = static_cast<Node*>(frame);
    node->next = pool->free_[held];
    pool->free_[held] = node;
  }

 private:
  struct Node {
    Node* next;
  };
  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kClasses = 32;

  // In steps of 64 bytes, with the pool's address at the very end: a frame begins where a line of
  // the caches does.
  static constexpr std::size_t size_class(std::size_t size) noexcept {
    return (size + sizeof(FramePool*) + kStep - 1) / kStep;
  }
  static FramePool*& owner_of(void* frame, std::size_t held) noexcept {
    return *reinterpret_cast<FramePool**>(static_cast<std::byte*>(frame) + held * kStep -
                                          sizeof(FramePool*));
  }

  Node* refill(std::size_t size_class);
  static void* allocate_large(std::size_t size);
  static void release_large(void* frame) noexcept;

  std::array<Node*, kClasses> free_{};
  std::vector<void*> blocks_;
  std::byte* cursor_ = nullptr;
  std::byte* end_ = nullptr;
  std::size_t next_block_ = std::size_t{64} * 1024;
};

}  // namespace sluice
