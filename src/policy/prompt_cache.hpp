// The prompt cache (model.md, Prompt cache; docs: prompt-caching, 2026-08): which part of a prompt is read, written
// or neither. An entry lives 5 min or 1 h from the start of the request that wrote or last read it, and is readable
// from the instant at which the first response that writes it begins. Isolated by scope.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "api/ids.hpp"
#include "api/request.hpp"
#include "base/time.hpp"

namespace sluice {

// What separates caches: workspace, model and speed.
struct CacheScope {
  WorkspaceId workspace{};
  ModelId model{};
  bool fast = false;
};

// How a prompt splits. Its remainder, prompt - read - write_5m - write_1h, is plain input.
struct CacheSplit {
  std::int64_t read = 0;
  std::int64_t write_5m = 0;
  std::int64_t write_1h = 0;
  std::uint32_t blocks_read = 0;  // the first so many blocks were read
  bool operator==(const CacheSplit&) const = default;
};

class PromptCache {
 public:
  // The split as the cache stands, changing nothing. Blocks whose prefix is shorter than `minimum_tokens` (the
  // model's) are neither read nor written.
  CacheSplit look(TimePoint now, const CacheScope& scope, std::span<const CacheBlock> blocks,
                  std::int64_t minimum_tokens) const;

  // Processing starts: the same split, and what was read lives on from `now`.
  CacheSplit start(TimePoint now, const CacheScope& scope, std::span<const CacheBlock> blocks,
                   std::int64_t minimum_tokens);

  // The response begins at `now` for a request that started at `started`: what it writes (every block of at least
  // minimum_tokens behind blocks_read) is readable from now on and lives from `started`.
  void begin(TimePoint now, TimePoint started, const CacheScope& scope, std::span<const CacheBlock> blocks,
             std::int64_t minimum_tokens, std::uint32_t blocks_read);

  // Entries held, live or not yet dropped; bounded by what was used within one TTL.
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    TimePoint expires;
    CacheTtl ttl = CacheTtl::kFiveMinutes;
  };
  struct Check {
    TimePoint due;
    std::uint64_t key;
  };
  static std::uint64_t key(const CacheScope& scope, std::uint64_t chain) noexcept;
  void drop_expired(TimePoint now);

  std::unordered_map<std::uint64_t, Entry> entries_;
  std::vector<Check> checks_;  // a ring or heap of when to look at an entry again
};

}  // namespace sluice
