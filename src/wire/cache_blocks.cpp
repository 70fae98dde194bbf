#include "wire/cache_blocks.hpp"

#include <algorithm>

namespace sluice::wire {

std::int64_t tokens_of(const TextSize& size, const TokenRule& rule) noexcept {
  return rule.counts_words ? size.words : tokens_of(size, rule.tokenizer_permille);
}

void make_cache_blocks(std::vector<CacheBlock>& positions, std::span<const PromptBlock> blocks,
                       const TokenRule& rule) {
  positions.clear();
  std::size_t next = 0;  // the first block that no breakpoint so far looks at
  for (std::size_t at = 0; at < blocks.size(); ++at) {
    if (!blocks[at].breakpoint) continue;
    const std::size_t reach = at + 1 > kCacheLookback ? at + 1 - kCacheLookback : 0;
    for (std::size_t i = std::max(next, reach); i <= at; ++i) {
      positions.push_back({.chain = blocks[i].chain,
                           .prefix_tokens = tokens_of(blocks[i].size_to_here, rule),
                           .ttl = *blocks[at].breakpoint,
                           .is_breakpoint = i == at});
    }
    next = at + 1;
  }
}

}  // namespace sluice::wire
