#include "policy/prompt_cache.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace sluice {
namespace {

std::int64_t cell_of(TimePoint time) noexcept {
  return time.time_since_epoch() / PromptCache::kCellWidth;
}

}  // namespace

std::uint64_t PromptCache::salt(const CacheScope& scope) noexcept {
  const std::uint64_t packed = (static_cast<std::uint64_t>(index(scope.workspace)) << 17) |
                               (static_cast<std::uint64_t>(index(scope.model)) << 1) |
                               (scope.fast ? 1U : 0U);
  return (packed + 1) * 0x9e3779b97f4a7c15U;
}

std::uint64_t PromptCache::key(std::uint64_t salt, std::uint64_t chain) noexcept {
  const std::uint64_t bits = mix64(chain + salt) & ~std::uint64_t{1};
  return bits == 0 ? 2 : bits;
}

std::uint32_t PromptCache::live_blocks(TimePoint now, std::uint64_t salt,
                                       std::span<const CacheBlock> blocks,
                                       std::int64_t minimum_tokens) const noexcept {
  for (std::size_t count = blocks.size(); count > 0; --count) {
    const CacheBlock& block = blocks[count - 1];
    if (block.prefix_tokens < minimum_tokens) break;
    const CacheTable::Entry* entry = table_.find(key(salt, block.chain));
    if (entry != nullptr && entry->expires > now) return static_cast<std::uint32_t>(count);
  }
  return 0;
}

CacheSplit PromptCache::split(std::span<const CacheBlock> blocks, std::int64_t minimum_tokens,
                              std::uint32_t blocks_read) noexcept {
  CacheSplit split{.blocks_read = blocks_read};
  if (blocks_read > 0) split.read = blocks[blocks_read - 1].prefix_tokens;
  std::int64_t covered = split.read;
  for (const CacheBlock& block : blocks.subspan(blocks_read)) {
    if (block.prefix_tokens < minimum_tokens || !block.is_breakpoint) continue;
    const std::int64_t segment = block.prefix_tokens - covered;
    (block.ttl == CacheTtl::kOneHour ? split.write_1h : split.write_5m) += segment;
    covered = block.prefix_tokens;
  }
  return split;
}

CacheSplit PromptCache::look(TimePoint now, const CacheScope& scope,
                             std::span<const CacheBlock> blocks,
                             std::int64_t minimum_tokens) const {
  return split(blocks, minimum_tokens, live_blocks(now, salt(scope), blocks, minimum_tokens));
}

CacheSplit PromptCache::start(TimePoint now, const CacheScope& scope,
                              std::span<const CacheBlock> blocks, std::int64_t minimum_tokens) {
  drop_expired(now);
  const std::uint64_t scope_salt = salt(scope);
  const std::uint32_t blocks_read = live_blocks(now, scope_salt, blocks, minimum_tokens);
  for (const CacheBlock& block : blocks.first(blocks_read)) {
    if (block.prefix_tokens < minimum_tokens) continue;
    CacheTable::Entry* entry = table_.find(key(scope_salt, block.chain));
    if (entry == nullptr || entry->expires <= now) continue;
    entry->expires = std::max(entry->expires, now + duration(entry->ttl()));
  }
  return split(blocks, minimum_tokens, blocks_read);
}

void PromptCache::begin(TimePoint now, TimePoint started, const CacheScope& scope,
                        std::span<const CacheBlock> blocks, std::int64_t minimum_tokens,
                        std::uint32_t blocks_read) {
  drop_expired(now);
  const std::uint64_t scope_salt = salt(scope);
  for (const CacheBlock& block : blocks.subspan(blocks_read)) {
    const TimePoint expires = started + duration(block.ttl);
    if (block.prefix_tokens < minimum_tokens || !block.is_breakpoint) continue;
    if (expires <= now) continue;
    const std::uint64_t entry_key = key(scope_salt, block.chain);
    CacheTable::Entry* entry = table_.find(entry_key);
    if (entry == nullptr) {
      entry = &table_.insert(entry_key);
      entry->expires = expires;
      entry->set_ttl(block.ttl);
      schedule_check(entry_key, expires);
    } else if (entry->expires <= now) {
      entry->expires = expires;
      entry->set_ttl(block.ttl);
    } else {
      entry->expires = std::max(entry->expires, expires);
      entry->set_ttl(std::max(entry->ttl(), block.ttl));
    }
  }
}

void PromptCache::schedule_check(std::uint64_t key, TimePoint expires) {
  cells_[static_cast<std::size_t>(cell_of(expires)) % kCells].push_back(key);
}

void PromptCache::drop_cells(TimePoint now) {
  const std::int64_t current = cell_of(now);
  // Once nothing is left, all cells are empty however long the pause was.
  for (; first_cell_ < current && table_.size() > 0; ++first_cell_) {
    check_cell(static_cast<std::size_t>(first_cell_) % kCells, now);
  }
  first_cell_ = current;
  next_drop_ = kRunStart + (current + 1) * kCellWidth;
}

void PromptCache::check_cell(std::size_t cell, TimePoint now) {
  const std::vector<std::uint64_t> keys = std::exchange(cells_[cell], {});
  for (const std::uint64_t key : keys) {
    const CacheTable::Entry* entry = table_.find(key);
    SLUICE_CHECK(entry != nullptr);
    if (entry->expires <= now) {
      table_.remove(key);
    } else {
      schedule_check(key, entry->expires);
    }
  }
}

}  // namespace sluice
