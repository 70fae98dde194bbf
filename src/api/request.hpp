// What an application asks for: one request, whichever port carries it and however often it is
// attempted.
#pragma once

#include <cstdint>
#include <span>

#include "api/ids.hpp"
#include "base/time.hpp"

namespace sluice {

enum class CacheTtl : std::uint8_t { kFiveMinutes, kOneHour };

constexpr Duration duration(CacheTtl ttl) noexcept {
  return ttl == CacheTtl::kFiveMinutes ? minutes(5) : hours(1);
}

// A cache breakpoint: the prompt up to here is one chain of content, named by a hash of that whole
// chain.
struct CacheBlock {
  std::uint64_t chain = 0;  // equal chains have equal content from the start of the prompt
  std::int64_t prefix_tokens =
      0;  // tokens from the start of the prompt to here; ascending along a request
  CacheTtl ttl = CacheTtl::kFiveMinutes;

  bool operator==(const CacheBlock&) const = default;
};

// Names a request for keyed draws (docs/model.md, Time and randomness).
struct RequestId {
  std::uint32_t workload_hash = 0;
  std::uint32_t turn = 0;
  std::uint64_t session = 0;

  bool operator==(const RequestId&) const = default;
};

struct RequestSpec {
  RequestId id;
  WorkloadId workload{};
  WorkspaceId workspace{};
  KeyId key{};
  ModelId model{};
  bool stream = true;
  bool fast = false;     // speed: "fast"
  bool us_only = false;  // inference_geo: "us"
  std::int64_t prompt_tokens = 0;
  std::int64_t output_tokens =
      0;  // what the model would produce, thinking included; at most max_tokens
  std::int64_t thinking_tokens = 0;  // produced first, part of output_tokens
  std::int64_t max_tokens = 0;
  std::span<const CacheBlock> cache_blocks;  // owned by the sender until the attempt is over
};

}  // namespace sluice
