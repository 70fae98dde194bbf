// From a workload's description to its requests: request number `turn` of session `session` has the
// same sizes whatever happened before and whatever the client does (docs/model.md, Time and
// randomness), so simulation and replay send the same requests.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "api/request.hpp"
#include "base/draw.hpp"
#include "policy/workload_spec.hpp"

namespace sluice {

// Sizes of one request of a session.
struct CallSizes {
  std::int64_t new_input = 0;  // beyond the shared prefix and the conversation so far
  std::int64_t answer = 0;
  std::int64_t thinking = 0;
};

class WorkloadGenerator {
 public:
  WorkloadGenerator(const WorkloadSpec& spec, const RandomSource& random);

  const WorkloadSpec& spec() const noexcept { return spec_; }
  const RandomSource& random() const noexcept { return random_; }
  // What all requests have in common: all but turn, session, workload and sizes. Member by member:
  // GCC copies a whole one with a string instruction, which takes longer to start.
  RequestSpec common() const noexcept {
    RequestSpec request;
    request.id.workload_hash = spec_.hash;
    request.workspace = spec_.workspace;
    request.key = spec_.key;
    request.model = spec_.model;
    request.stream = spec_.stream;
    request.fast = spec_.fast;
    request.us_only = spec_.us_only;
    return request;
  }

  // Whether a session of an open loop is of this workload's part: its place is a draw of its own.
  bool takes(std::uint64_t session) const noexcept;
  // The same of a user of a closed loop: places are spread evenly, so that any first n users are
  // split as the shares say, to about one user.
  bool takes_user(std::uint64_t number) const noexcept;

  std::int64_t turns(std::uint64_t session) const noexcept;                            // >= 1
  std::int64_t calls(std::uint64_t session, std::uint32_t first_turn) const noexcept;  // >= 1
  Duration think(std::uint64_t session, std::uint32_t turn) const noexcept;
  bool is_batch(std::uint64_t session, std::uint32_t turn) const noexcept;
  // `in_loop`: a further call of an agent loop, whose new input is a tool's result.
  CallSizes sizes(std::uint64_t session, std::uint32_t turn, bool in_loop) const noexcept;

  // Whether every session is one request whose cacheable part is the shared prefix alone.
  bool has_single_requests() const noexcept {
    return !has_turns_ && !has_calls_ && !spec_.conversation_ttl;
  }
  // That request, made where it is wanted. Its cache_blocks live as long as this generator.
  RequestSpec single(std::uint64_t session, WorkloadId workload = {}) const noexcept {
    return single(session, workload, sizes(session, 0, false));
  }
  // The same, of sizes that were drawn before.
  RequestSpec single(std::uint64_t session, WorkloadId workload,
                     const CallSizes& drawn) const noexcept;
  // Sizes of the single requests of the sessions from `first` on, at most kSinglesAtOnce of them:
  // each draw is one long chain of multiplications, of which the processor runs several at once.
  static constexpr std::size_t kSinglesAtOnce = 16;
  void sizes_of_singles(std::uint64_t first, std::span<CallSizes> sessions) const noexcept;

 private:
  friend class Conversation;
  RequestSpec base_spec(std::uint64_t session, std::uint32_t turn,
                        const CallSizes& sizes) const noexcept;
  std::int64_t thinking_tokens(std::uint64_t session, std::uint32_t turn) const noexcept {
    return thinking_(random_.bits(Purpose::kSize, entity(session, turn), 1).first);
  }
  Entity entity(std::uint64_t session, std::uint32_t turn) const noexcept {
    return {.workload_hash = spec_.hash, .session = session, .turn = turn};
  }

  WorkloadSpec spec_;
  RandomSource random_;
  std::vector<CacheBlock> prefixes_;  // one breakpoint a variant; empty: no cached prefix
  SizeSampler input_;
  SizeSampler output_;
  SizeSampler thinking_;
  SizeSampler turns_;
  SizeSampler calls_;
  SizeSampler tool_result_;
  DurationSampler think_;
  bool thinks_;  // thinking tokens are drawn at all
  bool has_turns_;
  bool has_calls_;
};

inline bool WorkloadGenerator::takes(std::uint64_t session) const noexcept {
  if (spec_.part.is_whole()) return true;
  const Bits128 bits = random_.bits(Purpose::kSession, entity(session, 0), 2);
  const auto place = static_cast<std::int64_t>(uniform_below(bits.first, 1'000'000));
  return spec_.part.from_ppm <= place && place < spec_.part.until_ppm;
}

inline bool WorkloadGenerator::takes_user(std::uint64_t number) const noexcept {
  // Multiples of the golden ratio, modulo 1.
  const std::uint64_t turns = number * 0x9e3779b97f4a7c15U;
  const auto place = static_cast<std::int64_t>(uniform_below(turns, 1'000'000));
  return spec_.part.from_ppm <= place && place < spec_.part.until_ppm;
}

inline CallSizes WorkloadGenerator::sizes(std::uint64_t session, std::uint32_t turn,
                                          bool in_loop) const noexcept {
  const Bits128 bits = random_.bits(Purpose::kSize, entity(session, turn));
  CallSizes sizes;
  sizes.new_input = in_loop ? tool_result_(bits.first) : input_(bits.first);
  sizes.answer = output_(bits.second);
  if (thinks_) sizes.thinking = thinking_tokens(session, turn);
  return sizes;
}

// Everything but the context of a conversation and the cache breakpoints.
inline RequestSpec WorkloadGenerator::base_spec(std::uint64_t session, std::uint32_t turn,
                                                const CallSizes& sizes) const noexcept {
  const std::int64_t output = sizes.answer + sizes.thinking;
  RequestSpec request = common();
  request.id.turn = turn;
  request.id.session = session;
  request.prompt_tokens = std::max<std::int64_t>(1, spec_.prefix_tokens + sizes.new_input);
  request.max_tokens = spec_.max_tokens.value_or(output);
  request.output_tokens = std::min(output, std::int64_t{request.max_tokens});
  request.thinking_tokens = std::min(sizes.thinking, std::int64_t{request.output_tokens});
  return request;
}

inline RequestSpec WorkloadGenerator::single(std::uint64_t session, WorkloadId workload,
                                             const CallSizes& drawn) const noexcept {
  RequestSpec request = base_spec(session, 0, drawn);
  request.workload = workload;
  if (!prefixes_.empty())
    request.cache_blocks = std::span(&prefixes_[session % prefixes_.size()], 1);
  return request;
}

// The sizes of single requests, drawn a few sessions ahead of the one that is asked for; of a
// workload that is split, whose sessions are few among many, one by one.
class SizesAhead {
 public:
  explicit SizesAhead(const WorkloadGenerator& workload)
      : workload_(workload), drawn_(workload.spec().part.is_whole() ? kAhead : 1) {}

  const CallSizes& of(std::uint64_t session) noexcept {
    if (session - first_ >= drawn_) draw(session);
    return sizes_[session - first_];
  }

 private:
  static constexpr std::size_t kAhead = WorkloadGenerator::kSinglesAtOnce;

  void draw(std::uint64_t session) noexcept {
    workload_.sizes_of_singles(session, std::span(sizes_).first(drawn_));
    first_ = session;
  }

  const WorkloadGenerator& workload_;
  std::size_t drawn_;
  std::uint64_t first_ = std::numeric_limits<std::uint64_t>::max() - kAhead;  // none was drawn yet
  std::array<CallSizes, kAhead> sizes_;
};

// One session's growing context and the cache breakpoints of its next request.
class Conversation {
 public:
  Conversation(const WorkloadGenerator& workload, std::uint64_t session);

  // The request for these sizes. Its cache_blocks point into this object and stay valid until the
  // next call.
  RequestSpec next(std::uint32_t turn, const CallSizes& sizes);
  // The answer of the request that next() gave has arrived: it becomes part of the context, without
  // its thinking and as far as max_tokens let it.
  void answered() noexcept;

 private:
  static constexpr std::size_t kMaxBlocks = 3;  // the prefix, the prompt before, this prompt

  const WorkloadGenerator& workload_;
  std::uint64_t session_;
  std::int64_t context_ = 0;  // tokens of the conversation so far, without the prefix
  std::int64_t answer_ = 0;   // of the last request
  std::int64_t previous_prompt_ = 0;
  std::uint32_t previous_turn_ = 0;
  std::size_t block_count_ = 0;
  CacheBlock blocks_[kMaxBlocks];
};

}  // namespace sluice
