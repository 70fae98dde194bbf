#include "engine/frame_pool.hpp"

#include <algorithm>
#include <cstdlib>
#include <sys/mman.h>

namespace sluice {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = std::size_t{2} * 1024 * 1024;

}  // namespace

FramePool::~FramePool() {
  for (void* block : blocks_) std::free(block);
}

FramePool::Node* FramePool::refill(std::size_t size_class) {
  const std::size_t bytes = size_class * kStep;
  if (static_cast<std::size_t>(end_ - cursor_) < bytes) {
    const std::size_t size = next_block_;
    next_block_ = std::min(next_block_ * 2, 8 * kHugePage);
    const std::size_t alignment = size >= kHugePage ? kHugePage : kPage;  // as room_of() says
    void* block = std::aligned_alloc(alignment, size);
    SLUICE_CHECK(block != nullptr);
    if (size >= kHugePage) madvise(block, size, MADV_HUGEPAGE);
    blocks_.push_back(block);
    cursor_ = static_cast<std::byte*>(block);
    end_ = cursor_ + size;
  }
  Node* node = reinterpret_cast<Node*>(cursor_);
  cursor_ += bytes;
  return node;
}

void* FramePool::allocate_large(std::size_t size) {
  void* frame = std::malloc(size);
  SLUICE_CHECK(frame != nullptr);
  return frame;
}

void FramePool::release_large(void* frame) noexcept { std::free(frame); }

}  // namespace sluice
