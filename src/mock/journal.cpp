#include "mock/journal.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice::mock {

void Journal::put(const ServedRequest& served) {
  SLUICE_CHECK(served.sequence > 0);
  if (capacity_ == 0) return;
  const std::size_t place = served.sequence % capacity_;
  // Grows with what is served: a large journal costs nothing before it is used.
  if (place >= ring_.size()) ring_.resize(place + 1);
  ServedRequest& held = ring_[place];
  if (held.sequence > served.sequence) return;
  held = served;  // strings and blocks keep the memory they have
  held.spec.cache_blocks = held.blocks;
  newest_ = std::max(newest_, served.sequence);
}

std::vector<const ServedRequest*> Journal::list(std::uint64_t after, std::size_t limit) const {
  std::vector<const ServedRequest*> found;
  if (after >= newest_) return found;
  const std::uint64_t left = newest_ > capacity_ ? newest_ - capacity_ : 0;
  for (std::uint64_t s = std::max(after, left) + 1; s <= newest_ && found.size() < limit; ++s) {
    const std::size_t place = s % capacity_;
    if (place < ring_.size() && ring_[place].sequence == s) found.push_back(&ring_[place]);
  }
  return found;
}

void Journal::clear() noexcept {
  ring_.clear();
  newest_ = 0;
}

}  // namespace sluice::mock
