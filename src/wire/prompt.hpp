// A prompt as it was read, section by section, and how its blocks become the chain of hashes by
// which prefixes are cached: tools, then system, then messages, whatever order the body has (docs:
// prompt-caching, 2026-08). For .cpp files of this module only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "wire/content_reader.hpp"
#include "wire/json_reader.hpp"
#include "wire/messages_request.hpp"

namespace sluice::wire {

// Empties a list that the next call uses again, but for the memory of an unusually long one.
template <class Element>
void clear_kept(std::vector<Element>& list) noexcept {
  constexpr std::size_t kKept = 16 * 1024;
  if (list.capacity() > kKept) {
    list = {};
  } else {
    list.clear();
  }
}

struct Prompt {
  std::vector<ContentBlock> tools;
  std::vector<ContentBlock> system;
  std::vector<ContentBlock> messages;
  std::vector<std::size_t> message_starts;  // the first block of each message
  std::optional<CacheTtl> automatic;        // top-level cache_control
  // What invalidates a section and those behind it when it changes, besides their content.
  std::uint64_t system_settings = 0;
  std::uint64_t message_settings = 0;

  void clear() noexcept;
};

// Fills request.blocks and request.size. False: json.error() says which rule of cache_control the
// prompt breaks.
bool chain_blocks(Prompt& prompt, JsonReader& json, MessagesRequest& request);

}  // namespace sluice::wire
