// What an application asks for: one request, whichever port carries it and however often it is
// attempted.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>

#include "api/ids.hpp"
#include "base/time.hpp"

namespace sluice {

enum class CacheTtl : std::uint8_t { kFiveMinutes, kOneHour };

constexpr Duration duration(CacheTtl ttl) noexcept {
  return ttl == CacheTtl::kFiveMinutes ? minutes(5) : hours(1);
}

// A place where a prefix may be cached: the prompt up to here is one chain of content, named by a
// hash of that whole chain.
struct CacheBlock {
  std::uint64_t chain = 0;  // equal chains have equal content from the start of the prompt
  std::int64_t prefix_tokens =
      0;  // tokens from the start of the prompt to here; ascending along a request
  CacheTtl ttl = CacheTtl::kFiveMinutes;
  bool is_breakpoint = true;  // false: only looked up (the 20-block lookback), never written

  bool operator==(const CacheBlock&) const = default;
};

// Names a request for keyed draws (docs/model.md, Time and randomness).
struct RequestId {
  std::uint32_t workload_hash = 0;
  std::uint32_t turn = 0;
  std::uint64_t session = 0;

  bool operator==(const RequestId&) const = default;
};

// A number of tokens as a request in flight carries it: in 32 bits, because one waits in memory for
// every response to come. More than 2^31 - 1 counts as that, which is beyond any model's context.
class TokenCount {
 public:
  constexpr TokenCount() = default;
  // Implicit both ways: all arithmetic is done in 64 bits.
  constexpr TokenCount(std::int64_t count) noexcept
      : count_(static_cast<std::int32_t>(std::min(count, kMost))) {}
  constexpr operator std::int64_t() const noexcept { return count_; }
  constexpr TokenCount& operator+=(std::int64_t more) noexcept { return *this = count_ + more; }

 private:
  static constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  std::int32_t count_ = 0;
};

// A request's breakpoints, as a span in ten bytes; at most 2^16 - 1 of them.
class CacheBlocks {
 public:
  constexpr CacheBlocks() = default;
  template <std::convertible_to<std::span<const CacheBlock>> Range>
  constexpr CacheBlocks(const Range& range) noexcept {
    const std::span<const CacheBlock> blocks(range);
    data_ = blocks.data();
    size_ = static_cast<std::uint16_t>(blocks.size());
  }
  constexpr operator std::span<const CacheBlock>() const noexcept { return {data_, size_}; }
  constexpr const CacheBlock& operator[](std::size_t i) const noexcept { return data_[i]; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }

 private:
  const CacheBlock* data_ = nullptr;
  std::uint16_t size_ = 0;
};

struct RequestSpec {
  RequestId id;
  WorkloadId workload{};
  WorkspaceId workspace{};
  KeyId key{};
  ModelId model{};
  TokenCount prompt_tokens;
  TokenCount output_tokens;    // what the model would produce, thinking included; <= max_tokens
  TokenCount thinking_tokens;  // produced first, part of output_tokens
  TokenCount max_tokens;
  // Owned by the sender until the attempt is over.
  [[no_unique_address]] CacheBlocks cache_blocks;
  bool stream = true;
  bool fast = false;     // speed: "fast"
  bool us_only = false;  // inference_geo: "us"
};

}  // namespace sluice
