// The prompt cache (docs/model.md, Prompt cache; docs: prompt-caching, 2026-08): which part of a
// prompt is read, written or neither. An entry lives 5 min or 1 h from the start of the request
// that wrote or last read it, and is readable from the instant at which the first response that
// writes it begins. Isolated by scope.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "api/ids.hpp"
#include "api/request.hpp"
#include "base/time.hpp"
#include "policy/cache_table.hpp"

namespace sluice {

// What separates caches: workspace, model and speed.
struct CacheScope {
  WorkspaceId workspace{};
  ModelId model{};
  bool fast = false;
  bool operator==(const CacheScope&) const = default;
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
  // The split as the cache stands, changing nothing. Blocks whose prefix is shorter than
  // `minimum_tokens` (the model's) are neither read nor written; those that are no breakpoints can
  // be read, where an earlier request had its breakpoint there.
  CacheSplit look(TimePoint now, const CacheScope& scope, std::span<const CacheBlock> blocks,
                  std::int64_t minimum_tokens) const;

  // Processing starts: the same split, and every entry within what was read lives on from `now` for
  // its own TTL.
  CacheSplit start(TimePoint now, const CacheScope& scope, std::span<const CacheBlock> blocks,
                   std::int64_t minimum_tokens);

  // The response begins at `now` for a request that started at `started`: what it writes (every
  // breakpoint of at least minimum_tokens behind blocks_read) is readable from now on and lives
  // from `started`. Of two writers the later end and the longer TTL win.
  void begin(TimePoint now, TimePoint started, const CacheScope& scope,
             std::span<const CacheBlock> blocks, std::int64_t minimum_tokens,
             std::uint32_t blocks_read);

  // Entries held, live or not yet dropped: an expired one is dropped by the first start() or
  // begin() that comes kCellWidth later.
  std::size_t size() const noexcept { return table_.size(); }

  static constexpr Duration kCellWidth = seconds(10);

 private:
  static std::uint64_t salt(const CacheScope& scope) noexcept;
  static std::uint64_t key(std::uint64_t salt, std::uint64_t chain) noexcept;
  // How many blocks the longest live prefix has. Blocks are tried from the longest: an entry may
  // outlive its ancestors where requests cut one chain at different places or mix TTLs, and what is
  // passed over has to be written anyway.
  std::uint32_t live_blocks(TimePoint now, std::uint64_t salt, std::span<const CacheBlock> blocks,
                            std::int64_t minimum_tokens) const noexcept;
  static CacheSplit split(std::span<const CacheBlock> blocks, std::int64_t minimum_tokens,
                          std::uint32_t blocks_read) noexcept;
  void schedule_check(std::uint64_t key, TimePoint expires);
  void drop_expired(TimePoint now) {
    if (now >= next_drop_) drop_cells(now);
  }
  void drop_cells(TimePoint now);
  void check_cell(std::size_t cell, TimePoint now);

  // Each entry waits in one cell, that of the expiry it had when it was put there. A cell whose
  // time has passed is gone through: what has been read since moves to its new cell. More cells
  // than an hour has.
  static constexpr std::size_t kCells = 512;

  CacheTable table_;
  std::vector<std::vector<std::uint64_t>> cells_{kCells};
  std::int64_t first_cell_ =
      0;  // the first that has not been gone through; cell c ends at (c + 1) x kCellWidth
  TimePoint next_drop_ = kRunStart + kCellWidth;
};

}  // namespace sluice
