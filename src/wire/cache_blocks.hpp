// From the blocks of a parsed prompt to the positions at which the prompt cache looks: every
// breakpoint, and the blocks before it that its lookback may find (docs: prompt-caching
// "at most 20 positions per breakpoint, the breakpoint itself counted", 2026-08).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "api/request.hpp"
#include "wire/messages_request.hpp"

namespace sluice::wire {

inline constexpr std::size_t kCacheLookback = 20;

// How a TextSize becomes tokens.
struct TokenRule {
  std::int64_t tokenizer_permille = 1000;  // the model's (scenario/catalog_rows.hpp)
  bool counts_words = false;  // the prompt is in sluice's vocabulary: a word is a token
};
std::int64_t tokens_of(const TextSize& size, const TokenRule& rule) noexcept;

// Replaces the contents of `positions`; ascending in prefix_tokens and in the prompt. A position
// that only a lookback reaches carries the lifetime of the breakpoint that looks.
void make_cache_blocks(std::vector<CacheBlock>& positions, std::span<const PromptBlock> blocks,
                       const TokenRule& rule);

}  // namespace sluice::wire
