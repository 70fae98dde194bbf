#include "engine/radix_queue.hpp"

#include "engine/sorting_network.hpp"

namespace sluice {

void EventList::grow() {
  const std::size_t capacity = capacity_ == 0 ? 32 : 2 * capacity_;
  auto events = std::make_unique_for_overwrite<TimedEvent[]>(capacity);
  std::copy(begin(), end(), events.get());
  events_ = std::move(events);
  capacity_ = capacity;
}

[[gnu::noinline]] void RadixQueue::add_chunk(Bucket& bucket) {
  // A pool of one size gives addresses that are multiples of it, where it divides a page.
  static_assert(FramePool::room_of(sizeof(Chunk)) == kChunkRoom);
  auto* chunk = static_cast<Chunk*>(chunks_.allocate(sizeof(Chunk)));
  SLUICE_CHECK(Chunk::of(chunk->events) == chunk);
  chunk->next = nullptr;
  chunk->before = bucket.size();
  if (bucket.first == nullptr) {
    bucket.first = chunk;
  } else {
    Chunk::of(bucket.free)->next = chunk;
  }
  bucket.free = chunk->events;
}

[[gnu::noinline]] void RadixQueue::place_far(const TimedEvent& event) {
  far_min_ = std::min(far_min_, event.due);
  far_max_ = std::max(far_max_, event.due);
  append(far_, event);
}

[[gnu::noinline]] void RadixQueue::insert_active(const TimedEvent& event) {
  if (active_.size() - head_ >= kSpillAbove && event.due != active_[active_.size() - 1].due)
    spill();
  if (static_cast<std::uint64_t>(event.due) >= active_end_) return place(event);
  if (active_.is_full()) make_room();
  std::size_t at = active_.size();
  active_.append(event);
  while (at > head_ && active_[at - 1].due > event.due) {
    active_[at].assign(active_[at - 1]);
    --at;
  }
  active_[at].assign(event);
}

void RadixQueue::make_room() {
  if (head_ < active_.size() / 2) return;
  active_.drop_first(head_);
  head_ = 0;
}

// Empties the bucket. What is visited may be appended elsewhere, where it takes chunks just read.
template <class Visit>
void RadixQueue::take_all(Bucket& bucket, Visit&& visit) {
  std::size_t left = bucket.size();
  Chunk* chunk = bucket.first;
  bucket = {};
  while (chunk != nullptr) {
    const std::size_t count = std::min(left, kEventsPerChunk);
    Chunk* const next = chunk->next;
    // Written long ago, if there are many: the lines of the next one come while this one is read.
    for (std::size_t line = 0; line < sizeof(Chunk); line += 64) {
      __builtin_prefetch(
          reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(next) + line));
    }
    for (std::size_t i = 0; i < count; ++i) visit(chunk->events[i]);
    left -= count;
    FramePool::release(chunk, sizeof(Chunk));
    chunk = next;
  }
}

namespace {

// Up to kRoom events, of which there are `count` >= 1, in order of time, and as many more as there
// is room for, which mean nothing: so no loop here ends at random. Their times since `start`, each
// with its place below, are sorted as numbers: stable, and without a branch to guess for each
// comparison.
template <std::size_t kRoom, int kPlaceBits>
[[gnu::always_inline]] inline void sort_events(const TimedEvent* events, std::size_t count,
                                               std::uint64_t start, TimedEvent* sorted) {
  static_assert(kRoom <= 1 << kPlaceBits);
  std::array<std::uint64_t, kRoom> keys;
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kRoom; ++i) {
    // A place without an event stands for the first one, behind all.
    const std::uint64_t is_empty = i < count ? 0 : ~std::uint64_t{0};
    const std::size_t place = i & ~is_empty;
    const std::uint64_t time = static_cast<std::uint64_t>(events[place].due) - start;
    keys[i] = ((time | is_empty) << kPlaceBits) | place;
  }
  sort_first<kRoom>(keys);
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kRoom; ++i) {
    sorted[i].assign(events[keys[i] & ((1 << kPlaceBits) - 1)]);
  }
}

}  // namespace

// Few events, which are in one chunk.
void RadixQueue::take_sorted(Bucket& bucket, std::uint64_t start) {
  static_assert(kSortAtMost <= kEventsPerChunk && kSortAtMost == 1 << kPlaceBits);
  Chunk* const chunk = bucket.first;
  const auto count = static_cast<std::size_t>(bucket.free - chunk->events);
  bucket = {};
  TimedEvent* const sorted = active_.overwrite(kSortAtMost);
  if (count <= 4) {
    sort_events<4, kPlaceBits>(chunk->events, count, start, sorted);
  } else if (count <= 8) {
    sort_events<8, kPlaceBits>(chunk->events, count, start, sorted);
  } else {
    sort_events<16, kPlaceBits>(chunk->events, count, start, sorted);
  }
  active_.shrink(count);
  FramePool::release(chunk, sizeof(Chunk));
}

// Makes a bucket the active list, which is empty. Few events, or all due at one instant.
void RadixQueue::activate(Bucket& bucket, std::uint64_t start, std::uint64_t end) {
  head_ = 0;
  active_end_ = end;
  const std::size_t size = bucket.size();
  if (size <= kSortAtMost && (end - start) >> (64 - kPlaceBits) == 0) [[likely]] {
    take_sorted(bucket, start);
  } else {
    EventList::Sorter sort(active_, size);
    take_all(bucket, sort);
  }
  prefetch_next();
}

// Spreads a bucket, which spans 2^bits ns from `base` on, over a level of its own.
void RadixQueue::spread(Bucket& bucket, std::uint64_t base, int bits) {
  const int wanted = static_cast<int>(std::bit_width(bucket.size() / 8));
  const int digit = std::min(std::clamp(wanted, kLeastDigit, kMostDigit), bits);
  ++depth_;
  SLUICE_CHECK(depth_ < kLevels);
  Level& level = levels_[depth_];
  level.base = base;
  level.end = base + (std::uint64_t{1} << bits);
  level.shift = bits - digit;
  if (!level.buckets) level.buckets = std::make_unique<Bucket[]>(std::size_t{1} << kMostDigit);
  active_end_ = base;
  take_all(bucket, [this, &level](const TimedEvent& event) { append(level, event); });
}

// Beyond all levels.
bool RadixQueue::open_far(std::int64_t limit) {
  if (far_.first == nullptr || far_min_ > limit) return false;
  const auto base = static_cast<std::uint64_t>(far_min_);
  const auto last = static_cast<std::uint64_t>(far_max_);
  far_min_ = std::numeric_limits<std::int64_t>::max();
  far_max_ = 0;
  if (far_.size() <= kSortAtMost || base == last) {
    activate(far_, base, last + 1);
  } else {
    spread(far_, base, static_cast<int>(std::bit_width(last - base)));
  }
  return true;
}

// Opens the earliest bucket, unless it begins after `limit`: few events become the active list,
// many are spread first.
bool RadixQueue::open_next(std::int64_t limit) {
  while (depth_ > 0 && levels_[depth_].empty()) --depth_;
  if (depth_ == 0) return open_far(limit);
  Level& level = levels_[depth_];
  const std::size_t digit = level.first();
  const std::uint64_t start = level.base + (std::uint64_t{digit} << level.shift);
  if (static_cast<std::int64_t>(start) > limit) return false;
  std::uint64_t& word = level.occupied[digit / 64];
  word &= word - 1;
  if (word == 0) level.occupied_words &= level.occupied_words - 1;
  Bucket& bucket = level.buckets[digit];
  if (bucket.size() <= kSortAtMost || level.shift == 0) {
    activate(bucket, start, start + (std::uint64_t{1} << level.shift));
  } else {
    spread(bucket, start, level.shift);
  }
  return true;
}

// Too many pushes fell into the active list: all but its first events go back to the buckets. Equal
// times stay together, so that insertion order among them holds.
void RadixQueue::spill() {
  std::size_t keep = head_ + kSortAtMost;
  while (keep < active_.size() && active_[keep].due == active_[keep - 1].due) ++keep;
  if (keep == active_.size()) return;
  active_end_ = static_cast<std::uint64_t>(active_[keep].due);
  for (std::size_t i = keep; i < active_.size(); ++i) place(active_[i]);
  active_.shrink(keep);
}

std::int64_t RadixQueue::peek() const noexcept {
  if (head_ < active_.size()) return active_[head_].due;
  std::size_t depth = depth_;
  while (depth > 0 && levels_[depth].empty()) --depth;
  if (depth == 0) return far_min_;
  const Bucket& bucket = levels_[depth].buckets[levels_[depth].first()];
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  std::size_t left = bucket.size();
  for (const Chunk* chunk = bucket.first; chunk != nullptr; chunk = chunk->next) {
    const std::size_t count = std::min(left, kEventsPerChunk);
    for (std::size_t i = 0; i < count; ++i) earliest = std::min(earliest, chunk->events[i].due);
    left -= count;
  }
  return earliest;
}

}  // namespace sluice
