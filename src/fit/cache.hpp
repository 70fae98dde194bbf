// From the calls of a log to what a scenario says of caching: a shared prefix with its variants,
// conversations with turns and gaps, and what share of the log's cache reads that form gives back.
// A prefix is read as long as less than a TTL has passed since its last use; a session alone says
// nothing of what is cached. Streaming; what was seen is remembered up to a bound (about a million
// blocks, 130,000 conversations; 60 MB), beyond which what was unused the longest is forgotten and
// counts as new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "api/request.hpp"
#include "base/time.hpp"
#include "fit/durations.hpp"
#include "fit/sizes.hpp"

namespace sluice::fit {

// One call as far as a cache is concerned. What a log does not know stays empty.
struct CacheCall {
  Duration at{};
  std::int64_t prompt_tokens = 0;  // all of it, read or not
  std::int64_t output_tokens = 0;
  std::optional<std::int64_t> session = std::nullopt;
  std::optional<std::uint64_t> prefix_id =
      std::nullopt;  // equal: the same first `prefix_tokens` of the prompt
  std::int64_t prefix_tokens = 0;
  std::span<const std::uint64_t> blocks = {};  // an equal id is an equal prefix up to its end
  std::int64_t block_tokens = 512;
};

struct ReuseGap {
  double p = 0;  // this share of the reused prompts were used again within `gap`
  Duration gap{};
};

// Shares are of all prompt tokens.
struct ReadShares {
  double endless = 0;  // with a cache that forgets nothing
  double five_minutes = 0;
  double one_hour = 0;
};

// Conversations of a log, named by it or found by their blocks (a call whose prompt begins with the
// whole of an earlier one continues it).
struct FittedConversations {
  double turns_mean = 1;
  FittedSize turns;    // calls per conversation
  FittedDuration gap;  // from one call to the next of its conversation, both at their start
};

// The arrivals of a workload with this form are those of conversations: see CacheFitter::add.
struct FittedCache {
  ReadShares reads;                  // by blocks and prefixes
  std::vector<ReuseGap> reuse_gaps;  // at 0.5, 0.75, 0.9 and 0.99; empty: nothing was reused

  // For PrefixConfig, ConversationConfig and the workload's `input`.
  std::int64_t prefix_tokens = 0;
  // As many equally used ones as two calls share as often as those of the log do.
  std::int64_t prefix_variants = 1;
  // New input of a call, without the shared prefix and the conversation so far; made smaller, where
  // long conversations grow by less than short ones begin with, so that prompts with all of their
  // context are as long as the log's on average.
  FittedSize input;
  std::optional<FittedConversations> conversations;  // none: every call stands for itself
  // Whether a conversation so far is read at its next call: where the log has blocks.
  bool reads_context = false;

  ReadShares fitted;  // what that form reads by expectation, to compare with `reads`
};

class CacheFitter {
 public:
  CacheFitter();
  ~CacheFitter();
  CacheFitter(CacheFitter&& other) noexcept;
  CacheFitter& operator=(CacheFitter&& other) noexcept;

  // In order of time (an earlier call counts as one of the same instant). Whether the call begins a
  // conversation, or is none's: these are the arrivals of a workload with conversations.
  bool add(const CacheCall& call);
  // The prefix is as long as makes the form read what the log would have with this TTL.
  FittedCache fit(CacheTtl ttl = CacheTtl::kFiveMinutes) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::fit
