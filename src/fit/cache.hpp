// From the calls of a log to what a scenario says of caching: a shared prefix with its variants,
// conversations with turns, gaps and growth, and what share of the log's cache reads that form
// gives back. Streaming; what was seen is remembered up to a bound (about a million blocks, 130,000
// conversations; 60 MB), beyond which what was unused the longest is forgotten and counts as new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/request.hpp"
#include "api/usage.hpp"
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
  std::optional<Usage> usage = std::nullopt;  // what was billed
};

// What the reads were taken from: the best that the log has.
enum class CacheEvidence : std::uint8_t { kNone, kUsage, kSessions, kPrefixes, kBlocks };

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
  bool found_by_blocks = false;
  std::int64_t count = 0;
  double turns_mean = 1;
  FittedSize turns;           // calls per conversation
  FittedDuration gap;         // from one call to the next of its conversation, both at their start
  FittedSize growth;          // of the prompt from one call to the next, the answer included
  std::int64_t restarts = 0;  // calls whose prompt was shorter than the one before (compaction)
};

// The arrivals of a workload with this form are those of conversations: see CacheFitter::add.
struct FittedCache {
  CacheEvidence evidence = CacheEvidence::kNone;
  std::int64_t calls = 0;
  std::int64_t prompt_tokens = 0;
  ReadShares reads;  // by blocks, prefixes and sessions; by usage alone: as billed, three times
  std::optional<double> billed_read_share;  // by usage, of the calls that have it
  std::optional<double> billed_write_share;
  std::vector<ReuseGap> reuse_gaps;  // at 0.5, 0.75, 0.9 and 0.99; empty: nothing was reused

  // For PrefixConfig, ConversationConfig and the workload's `input`.
  std::int64_t prefix_tokens = 0;
  // As many equally used ones as two calls share as often as those of the log do.
  std::int64_t prefix_variants = 1;
  std::int64_t variants_seen = 0;
  FittedSize input;  // new input of a call: without the shared prefix and the conversation so far
  // By which `input` is multiplied so that prompts with all of their context are as long as the
  // log's on average; below 1 where long conversations grow by less than short ones begin with.
  double input_scale = 1;
  std::optional<FittedConversations> conversations;  // none: every call stands for itself

  // What that form reads by expectation, of the log's own `reads`.
  ReadShares fitted;
  std::string why;  // what the form loses, in one sentence
};

class CacheFitter {
 public:
  CacheFitter();
  ~CacheFitter();
  CacheFitter(CacheFitter&& other) noexcept;
  CacheFitter& operator=(CacheFitter&& other) noexcept;

  // In order of time. Whether the call begins a conversation, or is none's: these are the arrivals
  // of a workload with conversations.
  bool add(const CacheCall& call);
  // The prefix is as long as makes the form read what the log would have with this TTL.
  FittedCache fit(CacheTtl ttl = CacheTtl::kFiveMinutes) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::fit
