// A monotone event queue: buckets over the digits of integer time (related: Ahuja et al. 1990,
// radix heaps; Tang et al. 2005, ladder queue). A bucket with many events is spread over as many
// finer ones as leave a few events each, so that an event moves twice or three times whether a
// hundred or a million are pending, always streaming, and there is nothing to tune. Stable among
// equal times without sequence numbers.
//
// Contract: a push must not be earlier than the last popped event, nor than the last `limit` of
// pop_before().
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "base/check.hpp"
#include "engine/frame_pool.hpp"
#include "engine/timed_event.hpp"

namespace sluice {

// A growable array whose append is a store and a compare; std::vector's is a call here.
class EventList {
 public:
  void append(const TimedEvent& event) {
    if (size_ == capacity_) [[unlikely]]
      grow();
    events_[size_++].assign(event);
  }
  void clear() noexcept { size_ = 0; }
  void shrink(std::size_t size) noexcept { size_ = size; }
  // Puts events in order of time that come one after the other; room has been made for them. In
  // locals throughout: members would be read anew after every store.
  class Sorter {
   public:
    Sorter(EventList& list, std::size_t most) : list_(list) {
      list.clear();
      while (list.capacity_ < most) list.grow();
      begin_ = end_ = list.events_.get();
    }
    ~Sorter() { list_.size_ = static_cast<std::size_t>(end_ - begin_); }
    Sorter(const Sorter&) = delete;
    Sorter& operator=(const Sorter&) = delete;

    void operator()(const TimedEvent& event) {
      TimedEvent* at = end_++;
      for (; at != begin_ && at[-1].due > event.due; --at) at->assign(at[-1]);
      at->assign(event);
    }

   private:
    EventList& list_;
    TimedEvent* begin_;
    TimedEvent* end_;
  };
  // `count` events, whatever they were before.
  TimedEvent* overwrite(std::size_t count) {
    size_ = 0;
    while (capacity_ < count) grow();
    size_ = count;
    return events_.get();
  }
  void drop_first(std::size_t count) noexcept {
    std::copy(begin() + count, end(), events_.get());
    size_ -= count;
  }
  bool is_full() const noexcept { return size_ == capacity_; }
  std::size_t size() const noexcept { return size_; }
  TimedEvent& operator[](std::size_t at) noexcept { return events_[at]; }
  const TimedEvent& operator[](std::size_t at) const noexcept { return events_[at]; }
  const TimedEvent* begin() const noexcept { return events_.get(); }
  const TimedEvent* end() const noexcept { return events_.get() + size_; }

 private:
  void grow();

  std::unique_ptr<TimedEvent[]> events_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

class RadixQueue {
 public:
  void push(const TimedEvent& event) {
    ++size_;
    if (static_cast<std::uint64_t>(event.due) < active_end_) return insert_active(event);
    place(event);
  }

  // Takes the first event if it is due at or before `limit`.
  bool pop_before(std::int64_t limit, TimedEvent& out) {
    while (head_ == active_.size()) {
      if (!open_next(limit)) return false;
    }
    const TimedEvent& first = active_[head_];
    if (first.due > limit) return false;
    out.assign(first);
    ++head_;
    --size_;
    return true;
  }

  // Due time of the first event without moving anything; INT64_MAX when empty.
  std::int64_t peek() const noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t kSortAtMost = 16;
  static constexpr int kPlaceBits = 4;  // of one of those
  static constexpr std::size_t kSpillAbove = 64;
  static constexpr int kLeastDigit = 2;  // bits: a level has 4 to 1024 buckets
  static constexpr int kMostDigit = 10;
  static constexpr std::size_t kLevels = 33;  // the far one, and 63 bits in digits of at least 2
  static constexpr std::size_t kEventsPerChunk = 30;
  static constexpr std::size_t kChunkRoom = 512;  // and alignment

  // Events in the order of their coming, in chunks: an empty bucket holds no memory, and what one
  // returns the next one takes while it is still in the caches.
  struct Chunk {
    TimedEvent events[kEventsPerChunk];
    Chunk* next;
    std::size_t before;  // events in the bucket's chunks before this one

    // Of an event's place in it, the one behind its last event included.
    static Chunk* of(TimedEvent* place) noexcept {
      return reinterpret_cast<Chunk*>(reinterpret_cast<std::uintptr_t>(place) & ~(kChunkRoom - 1));
    }
  };
  // Two words, so that a thousand of them stay in the nearest cache: whether a chunk is full, and
  // how many events there are, is in the address of the next one.
  struct Bucket {
    Chunk* first = nullptr;      // empty: no events
    TimedEvent* free = nullptr;  // where the next event goes, in the last chunk or at its end

    bool has_room() const noexcept {
      const auto place = reinterpret_cast<std::uintptr_t>(free) & (kChunkRoom - 1);
      return free != nullptr && place != sizeof(Chunk::events);
    }
    std::size_t size() const noexcept {
      if (first == nullptr) return 0;
      Chunk* const last = Chunk::of(free);
      return last->before + static_cast<std::size_t>(free - last->events);
    }
  };
  // Buckets of 2^shift ns each that share [base, end), which is one bucket of the level above.
  // Level 0 has a single one, for whatever lies beyond the others.
  struct Level {
    std::uint64_t base = 0;
    std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
    int shift = 0;
    std::uint64_t occupied_words = 0;
    std::array<std::uint64_t, (1 << kMostDigit) / 64> occupied{};
    std::unique_ptr<Bucket[]> buckets = nullptr;

    bool empty() const noexcept { return occupied_words == 0; }
    std::size_t first() const noexcept {
      const auto word = static_cast<std::size_t>(std::countr_zero(occupied_words));
      return word * 64 + static_cast<std::size_t>(std::countr_zero(occupied[word]));
    }
  };

  // A request in flight is four lines, of which its event has the first's address. What is due soon
  // is fetched while what is due now runs; fetching from what is no address does nothing. Inline by
  // force: GCC takes a function that only prefetches for one without effects and drops the call.
  [[gnu::always_inline]] static void prefetch(const TimedEvent& event) noexcept {
    for (std::uint64_t line = 0; line <= 3; ++line) {
      __builtin_prefetch(reinterpret_cast<const void*>(event.what + 64 * line));
    }
  }
  // The bucket that is likely to be opened next, if it will not be spread first.
  [[gnu::always_inline]] void prefetch_next() const noexcept {
    const Level& level = levels_[depth_];
    if (level.empty()) return;
    const Bucket& next = level.buckets[level.first()];
    if (Chunk::of(next.free) != next.first) return;
    // Most buckets hold no more than a few: a loop over as many as there are would end at random.
    const auto last = static_cast<std::size_t>(next.free - next.first->events) - 1;
    if (last >= kSortAtMost) return;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i) prefetch(next.first->events[std::min(i, last)]);
    for (std::size_t i = 4; i <= last; ++i) prefetch(next.first->events[i]);
  }

  void append(Bucket& bucket, const TimedEvent& event) {
    if (!bucket.has_room()) [[unlikely]]
      add_chunk(bucket);
    bucket.free->assign(event);
    ++bucket.free;
  }
  void append(Level& level, const TimedEvent& event) {
    const std::uint64_t digit = (static_cast<std::uint64_t>(event.due) - level.base) >> level.shift;
    append(level.buckets[digit], event);
    level.occupied[digit / 64] |= std::uint64_t{1} << (digit % 64);
    level.occupied_words |= std::uint64_t{1} << (digit / 64);
  }
  // Into the finest level that spans it. No event is earlier than its base: a level is only made
  // when `limit` has reached that.
  void place(const TimedEvent& event) {
    Level* level = &levels_[depth_];
    while (static_cast<std::uint64_t>(event.due) >= level->end) --level;
    if (level == levels_.data()) [[unlikely]]
      return place_far(event);
    append(*level, event);
  }
  // A full active list forgets what has been taken before it grows: with few events pending it may
  // serve for long.
  void make_room();
  void insert_active(const TimedEvent& event);
  void place_far(const TimedEvent& event);
  bool open_next(std::int64_t limit);
  bool open_far(std::int64_t limit);
  void activate(Bucket& bucket, std::uint64_t start, std::uint64_t end);
  void take_sorted(Bucket& bucket, std::uint64_t start);
  void spread(Bucket& bucket, std::uint64_t base, int bits);
  template <class Visit>
  void take_all(Bucket& bucket, Visit&& visit);
  void add_chunk(Bucket& bucket);
  void spill();

  EventList active_;  // sorted; [head_, size) is to come
  std::size_t head_ = 0;
  std::uint64_t active_end_ = 0;  // what is due before this belongs into active_
  std::size_t depth_ = 0;         // the finest level in use
  std::array<Level, kLevels> levels_;
  Bucket far_;  // of level 0
  std::int64_t far_min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t far_max_ = 0;
  std::size_t size_ = 0;
  FramePool chunks_;
};

}  // namespace sluice
