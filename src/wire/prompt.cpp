#include "wire/prompt.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::wire {
namespace {

constexpr std::int32_t kMaxBreakpoints = 4;
constexpr std::uint64_t kPromptSeed = 0x736c75696365;

bool is_cacheable(const ContentBlock& block) noexcept {
  return block.kind != BlockKind::kThinking && block.kind != BlockKind::kRedactedThinking;
}

std::array<std::vector<ContentBlock>*, 3> sections(Prompt& prompt) noexcept {
  return {&prompt.tools, &prompt.system, &prompt.messages};
}

std::int32_t count_breakpoints(Prompt& prompt) noexcept {
  std::int32_t count = 0;
  for (const std::vector<ContentBlock>* section : sections(prompt)) {
    for (const ContentBlock& block : *section) count += block.breakpoints;
  }
  return count;
}

// The block that automatic caching marks: the prompt's last that may be marked.
ContentBlock* last_cacheable(Prompt& prompt) noexcept {
  for (std::vector<ContentBlock>* section : {&prompt.messages, &prompt.system, &prompt.tools}) {
    const auto found = std::find_if(section->rbegin(), section->rend(), is_cacheable);
    if (found != section->rend()) return &*found;
  }
  return nullptr;
}

bool apply_automatic(Prompt& prompt, JsonReader& json) {
  ContentBlock* const last = prompt.automatic ? last_cacheable(prompt) : nullptr;
  if (last == nullptr) return true;
  if (last->breakpoint && *last->breakpoint != *prompt.automatic) {
    // The rule is documented, its wording inferred.
    return json.fail(
        "cache_control: the last block has a cache_control with a different ttl than the request");
  }
  if (last->breakpoint) return true;
  last->breakpoint = prompt.automatic;
  ++last->breakpoints;
  return true;
}

// "messages.2.content.0.cache_control.ttl", "tools.1.cache_control.ttl", ...
std::string ttl_place(const Prompt& prompt, std::size_t section, std::size_t index) {
  if (section == 0) return fmt::format("tools.{}.cache_control.ttl", index);
  if (section == 1) return fmt::format("system.{}.cache_control.ttl", index);
  const auto& starts = prompt.message_starts;
  const auto next = std::upper_bound(starts.begin(), starts.end(), index);
  const auto message = static_cast<std::size_t>(next - starts.begin()) - 1;
  return fmt::format("messages.{}.content.{}.cache_control.ttl", message, index - starts[message]);
}

bool check_ttl_order(Prompt& prompt, JsonReader& json) {
  bool is_short = false;
  const auto all = sections(prompt);
  for (std::size_t section = 0; section < all.size(); ++section) {
    for (std::size_t i = 0; i < all[section]->size(); ++i) {
      const std::optional<CacheTtl>& ttl = (*all[section])[i].breakpoint;
      if (!ttl) continue;
      if (is_short && *ttl == CacheTtl::kOneHour) {
        // The rule is documented, the wording was observed in public issues.
        return json.fail(ttl_place(prompt, section, i) +
                         ": a ttl='1h' cache_control block must not come after a ttl='5m' "
                         "cache_control block. Note that blocks are processed in the following "
                         "order: `tools`, `system`, `messages`.");
      }
      is_short = *ttl == CacheTtl::kFiveMinutes;
    }
  }
  return true;
}

}  // namespace

void Prompt::clear() noexcept {
  clear_kept(tools);
  clear_kept(system);
  clear_kept(messages);
  clear_kept(message_starts);
  automatic.reset();
  system_settings = 0;
  message_settings = 0;
}

bool chain_blocks(Prompt& prompt, JsonReader& json, MessagesRequest& request) {
  if (!apply_automatic(prompt, json)) return false;
  const std::int32_t breakpoints = count_breakpoints(prompt);
  if (breakpoints > kMaxBreakpoints) {
    return json.fail(
        fmt::format("A maximum of {} blocks with cache_control may be provided. Found {}.",
                    kMaxBreakpoints, breakpoints));
  }
  if (breakpoints > 1 && !check_ttl_order(prompt, json)) return false;

  request.blocks.clear();
  request.blocks.reserve(prompt.tools.size() + prompt.system.size() + prompt.messages.size());
  std::uint64_t chain = kPromptSeed;
  TextSize size{.milli_tokens = kRequestOverhead};
  const auto add = [&](const std::vector<ContentBlock>& section) {
    for (const ContentBlock& block : section) {
      chain = hash_combine(chain, block.hash);
      size += block.size;
      request.blocks.push_back(
          {.chain = chain, .size_to_here = size, .breakpoint = block.breakpoint});
    }
  };
  add(prompt.tools);
  chain = hash_combine(chain, prompt.system_settings);
  add(prompt.system);
  chain = hash_combine(chain, prompt.message_settings);
  add(prompt.messages);
  request.size = size;
  return true;
}

}  // namespace sluice::wire
