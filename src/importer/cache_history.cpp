#include "importer/cache_history.hpp"

#include <algorithm>
#include <iterator>

#include "base/hash.hpp"

namespace sluice::importer {
namespace {

// After it no prefix can be read any more, however it was written.
constexpr Duration kLongestLife = hours(1);

std::int64_t blocks_of(std::int64_t tokens) {
  return std::min(kBlocksMost, (tokens + kBlockTokens / 2) / kBlockTokens);
}

std::uint64_t key_of(const ingest::ImportedCall& call, std::size_t lane) {
  const std::uint64_t base = hash_combine(lane, call.is_subagent ? 1 : 0);
  if (!call.request.session) return base;
  return hash_combine(base + 1, static_cast<std::uint64_t>(*call.request.session));
}

}  // namespace

CachedBefore CacheHistory::add(ingest::ImportedCall& call, std::size_t lane) {
  if (!call.usage) return {};
  forget_idle(call.request.at);
  const Usage& usage = *call.usage;
  const std::int64_t read = usage.cache_read_input_tokens;
  const std::int64_t tokens = read + usage.cache_creation_input_tokens();
  if (tokens == 0) return {};
  const auto [place, is_new] = sessions_.try_emplace(key_of(call, lane));
  Prefix& prefix = place->second;
  if (is_new) {
    if (const auto root = roots_.find(lane); root != roots_.end()) prefix = root->second;
  }
  const bool was_used = prefix.blocks > 0;
  CachedBefore before{.readable = read, .idle = std::nullopt, .ttl = prefix.ttl};
  if (was_used) before.idle = call.request.at - prefix.used;
  const bool has_expired = was_used && !is_new && *before.idle >= duration(prefix.ttl);
  if (has_expired) before.readable = std::max(read, std::min(tokens, prefix.tokens));

  if (tokens / kBlockTokens > kBlocksMost) ++cut_calls_;
  extend(prefix, blocks_of(before.readable), blocks_of(tokens));
  prefix.tokens = tokens;
  prefix.used = call.request.at;
  const std::int64_t for_hour = usage.cache_creation_1h_input_tokens;
  if (usage.cache_creation_input_tokens() > 0) {
    prefix.ttl = for_hour * 2 > usage.cache_creation_input_tokens() ? CacheTtl::kOneHour
                                                                    : CacheTtl::kFiveMinutes;
  }
  if (!was_used) before.ttl = prefix.ttl;
  write(prefix, call.request.block_ids);
  if (is_new && call.request.session) {
    roots_[lane] = prefix;
  } else if (const auto root = roots_.find(lane); root != roots_.end() && read > 0) {
    root->second.used = call.request.at;  // its beginning is theirs
  }
  return before;
}

// The first `kept` blocks stay, as far as there are so many; the rest up to `blocks` is new.
void CacheHistory::extend(Prefix& prefix, std::int64_t kept, std::int64_t blocks) {
  kept = std::min({kept, prefix.blocks, blocks});
  auto& stretches = prefix.stretches;
  while (!stretches.empty() && stretches.back().begin >= kept) stretches.pop_back();
  prefix.blocks = blocks;
  if (kept == blocks) return;
  stretches.push_back({.begin = kept, .first = next_block_});
  next_block_ += static_cast<std::uint64_t>(blocks - kept);
}

void CacheHistory::write(const Prefix& prefix, std::vector<std::uint64_t>& ids) {
  ids.clear();
  for (std::size_t i = 0; i < prefix.stretches.size(); ++i) {
    const Stretch& stretch = prefix.stretches[i];
    const std::int64_t end =
        i + 1 < prefix.stretches.size() ? prefix.stretches[i + 1].begin : prefix.blocks;
    for (std::int64_t block = stretch.begin; block < end; ++block) {
      ids.push_back(stretch.first + static_cast<std::uint64_t>(block - stretch.begin));
    }
  }
}

// Keeps memory in proportion to the sessions of an hour.
void CacheHistory::forget_idle(Duration now) {
  if (now - checked_ < kLongestLife) return;
  checked_ = now;
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    at = now - at->second.used > kLongestLife ? sessions_.erase(at) : std::next(at);
  }
}

}  // namespace sluice::importer
