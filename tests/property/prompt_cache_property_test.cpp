// The prompt cache against a list of entries that is never dropped from and searched from end to
// end. Conversations fork, cut their prompts at different places, mix TTLs and minimums, and their
// answers begin late and out of order.
#include <algorithm>
#include <vector>

#include "base/hash.hpp"
#include "policy/prompt_cache.hpp"
#include "property/property_random.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

struct ListedEntry {
  CacheScope scope;
  std::uint64_t chain;
  TimePoint expires;
  CacheTtl ttl;
};

class ListCache {
 public:
  CacheSplit look(TimePoint now, const CacheScope& scope, const std::vector<CacheBlock>& blocks,
                  std::int64_t minimum) const {
    CacheSplit split;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (blocks[i].prefix_tokens < minimum || !live(now, scope, blocks[i].chain)) continue;
      split.blocks_read = static_cast<std::uint32_t>(i + 1);
      split.read = blocks[i].prefix_tokens;
    }
    std::int64_t end = split.read;
    for (std::size_t i = split.blocks_read; i < blocks.size(); ++i) {
      if (blocks[i].prefix_tokens < minimum || !blocks[i].is_breakpoint) continue;
      const std::int64_t segment = blocks[i].prefix_tokens - end;
      if (blocks[i].ttl == CacheTtl::kOneHour) {
        split.write_1h += segment;
      } else {
        split.write_5m += segment;
      }
      end = blocks[i].prefix_tokens;
    }
    return split;
  }

  void refresh(TimePoint now, const CacheScope& scope, const std::vector<CacheBlock>& blocks,
               std::int64_t minimum, std::uint32_t blocks_read) {
    for (std::size_t i = 0; i < blocks_read; ++i) {
      if (blocks[i].prefix_tokens < minimum) continue;
      for (ListedEntry& entry : entries_) {
        if (entry.scope == scope && entry.chain == blocks[i].chain && entry.expires > now) {
          entry.expires = now + duration(entry.ttl);
        }
      }
    }
  }

  void write(TimePoint now, TimePoint started, const CacheScope& scope,
             const std::vector<CacheBlock>& blocks, std::int64_t minimum,
             std::uint32_t blocks_read) {
    for (std::size_t i = blocks_read; i < blocks.size(); ++i) {
      const TimePoint expires = started + duration(blocks[i].ttl);
      if (blocks[i].prefix_tokens < minimum || expires <= now) continue;
      if (!blocks[i].is_breakpoint) continue;
      ListedEntry written{scope, blocks[i].chain, expires, blocks[i].ttl};
      for (ListedEntry& entry : entries_) {
        if (!(entry.scope == scope) || entry.chain != written.chain || entry.expires <= now)
          continue;
        written.expires = std::max(written.expires, entry.expires);
        written.ttl = std::max(written.ttl, entry.ttl);
        entry.expires = now;
      }
      entries_.push_back(written);
    }
  }

  // Entries that a read or write could still have left in the cache at `now`.
  std::size_t expired_less_than(TimePoint now, Duration ago) const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(),
                      [&](const ListedEntry& entry) { return entry.expires + ago > now; }));
  }

 private:
  bool live(TimePoint now, const CacheScope& scope, std::uint64_t chain) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const ListedEntry& entry) {
      return entry.scope == scope && entry.chain == chain && entry.expires > now;
    });
  }
  std::vector<ListedEntry> entries_;
};

// A path in a small tree of conversations, of which some places are breakpoints.
std::vector<CacheBlock> any_blocks(PropertyRandom& random) {
  std::vector<CacheBlock> blocks;
  std::uint64_t chain = static_cast<std::uint64_t>(random.below(2));
  std::int64_t prefix = 0;
  const std::int64_t long_until = random.below(6);
  const std::int64_t depth = random.between(1, 8);
  for (std::int64_t level = 0; level < depth; ++level) {
    // The content decides the length, so that equal chains have equal prefixes.
    chain = hash_combine(chain, static_cast<std::uint64_t>(random.one_in(3) ? random.below(3) : 0));
    prefix += 200 + static_cast<std::int64_t>(chain % 900);
    if (random.one_in(4)) continue;
    const CacheTtl ttl =
        level < long_until && random.below(4) > 0 ? CacheTtl::kOneHour : CacheTtl::kFiveMinutes;
    blocks.push_back({.chain = chain,
                      .prefix_tokens = prefix,
                      .ttl = ttl,
                      .is_breakpoint = random.below(4) > 0});
  }
  return blocks;
}

struct Pending {
  TimePoint begins;
  TimePoint started;
  CacheScope scope;
  std::vector<CacheBlock> blocks;
  std::int64_t minimum;
  std::uint32_t blocks_read;
};

TEST_CASE("the cache equals a list of all entries ever written") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    PropertyRandom random(seed);
    PromptCache cache;
    ListCache list;
    std::vector<Pending> pending;
    TimePoint now = kRunStart;
    const std::int64_t pause = random.one_in(3) ? 900 : random.between(1, 120);
    for (int request = 0; request < 150; ++request) {
      TimePoint next = now + seconds(random.below(pause + 1)) + Duration{random.below(3)};
      if (random.one_in(60)) next += hours(random.between(1, 5));
      // Answers that begin before the next request starts, in order of time.
      for (;;) {
        const auto first = std::min_element(
            pending.begin(), pending.end(),
            [](const Pending& a, const Pending& b) { return a.begins < b.begins; });
        if (first == pending.end() || first->begins > next) break;
        const Pending due = *first;
        pending.erase(first);
        cache.begin(due.begins, due.started, due.scope, due.blocks, due.minimum, due.blocks_read);
        list.write(due.begins, due.started, due.scope, due.blocks, due.minimum, due.blocks_read);
      }
      now = next;
      const CacheScope scope{.workspace = WorkspaceId(random.below(2)),
                             .model = ModelId(random.below(2)),
                             .fast = random.one_in(4)};
      const std::vector<CacheBlock> blocks = any_blocks(random);
      const std::int64_t minimum = random.one_in(4) ? 1'500 : 512;
      const CacheSplit expected = list.look(now, scope, blocks, minimum);
      REQUIRE(cache.look(now, scope, blocks, minimum) == expected);
      if (random.one_in(4)) continue;  // refused: looked at, but never started
      REQUIRE(cache.start(now, scope, blocks, minimum) == expected);
      list.refresh(now, scope, blocks, minimum, expected.blocks_read);
      REQUIRE(cache.size() <= list.expired_less_than(now, PromptCache::kCellWidth));
      const Duration delay =
          random.one_in(10) ? seconds(random.below(400)) : seconds(random.below(5));
      pending.push_back({now + delay, now, scope, blocks, minimum, expected.blocks_read});
    }
  }
}

}  // namespace
}  // namespace sluice
