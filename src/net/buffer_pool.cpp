#include "net/buffer_pool.hpp"

#include <algorithm>
#include <utility>

namespace sluice::net {
namespace {

// Smaller ones come from the allocator's own lists, larger ones are rare.
constexpr std::size_t kPooledAtLeast = 32 * 1024;
constexpr std::size_t kPooledAtMost = 2 * 1024 * 1024;
constexpr std::size_t kKeptAtMost = 8 * 1024 * 1024;

}  // namespace

Buffer BufferPool::take(std::size_t capacity) {
  if (capacity >= kPooledAtLeast && capacity <= kPooledAtMost) {
    // In whole steps, so that the next body of about that size fits too.
    capacity = (capacity + kPooledAtLeast - 1) / kPooledAtLeast * kPooledAtLeast;
    const auto fits = [&](const Buffer& buffer) {
      return buffer.capacity >= capacity && buffer.capacity <= 4 * capacity;
    };
    const auto found = std::ranges::find_if(spare_.rbegin(), spare_.rend(), fits);
    if (found != spare_.rend()) {
      Buffer buffer = std::move(*found);
      *found = std::move(spare_.back());
      spare_.pop_back();
      kept_ -= buffer.capacity;
      return buffer;
    }
  }
  return {.bytes = std::make_unique_for_overwrite<char[]>(capacity), .capacity = capacity};
}

void BufferPool::give_back(Buffer buffer) {
  const bool is_pooled = buffer.capacity >= kPooledAtLeast && buffer.capacity <= kPooledAtMost;
  if (!is_pooled || kept_ + buffer.capacity > kKeptAtMost) return;
  kept_ += buffer.capacity;
  spare_.push_back(std::move(buffer));
}

}  // namespace sluice::net
