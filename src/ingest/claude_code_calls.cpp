#include "ingest/claude_code_calls.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "base/check.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kFirstSlots = 1024;

}  // namespace

bool ClaudeCodeCalls::add(const ClaudeCodeCall& call) {
  SLUICE_CHECK(calls_.size() < std::numeric_limits<std::uint32_t>::max());
  if (call.id == 0) {
    calls_.push_back(call);
    return true;
  }
  if (2 * (calls_.size() + 1) > slots_.size()) grow();
  std::uint32_t& slot = slot_of(call.id);
  if (slot == 0) {
    calls_.push_back(call);
    slot = static_cast<std::uint32_t>(calls_.size());
    return true;
  }
  ClaudeCodeCall& known = calls_[slot - 1];
  ClaudeCodeCall merged = known.is_subagent && !call.is_subagent ? call : known;
  const ClaudeCodeCall& fuller =
      call.usage.output_tokens > known.usage.output_tokens ? call : known;
  merged.usage = fuller.usage;
  merged.thinking_tokens = fuller.thinking_tokens;
  merged.is_fast = fuller.is_fast;
  merged.is_batch = fuller.is_batch;
  merged.is_us_only = fuller.is_us_only;
  merged.web_searches = fuller.web_searches;
  known = merged;
  return false;
}

// The slot that holds the id, or the empty one where it belongs. Ids are hashes, so their low bits
// do.
std::uint32_t& ClaudeCodeCalls::slot_of(std::uint64_t id) noexcept {
  std::size_t place = id & (slots_.size() - 1);
  while (slots_[place] != 0 && calls_[slots_[place] - 1].id != id) {
    place = (place + 1) & (slots_.size() - 1);
  }
  return slots_[place];
}

void ClaudeCodeCalls::grow() {
  slots_.assign(std::max(kFirstSlots, 2 * slots_.size()), 0);
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (calls_[i].id != 0) slot_of(calls_[i].id) = static_cast<std::uint32_t>(i + 1);
  }
}

std::vector<ClaudeCodeCall> ClaudeCodeCalls::take_sorted() {
  slots_ = {};
  std::vector<ClaudeCodeCall> calls = std::exchange(calls_, {});
  std::sort(calls.begin(), calls.end(), [](const ClaudeCodeCall& a, const ClaudeCodeCall& b) {
    return std::tuple(a.at, a.file, a.line) < std::tuple(b.at, b.file, b.line);
  });
  return calls;
}

}  // namespace sluice::ingest
