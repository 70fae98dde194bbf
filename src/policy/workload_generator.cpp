#include "policy/workload_generator.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace sluice {
namespace {

bool is_fixed_at(const SizeSpec& spec, std::int64_t value) noexcept {
  const auto* fixed = std::get_if<SizeFixed>(&spec);
  return fixed != nullptr && fixed->value == value;
}

}  // namespace

WorkloadGenerator::WorkloadGenerator(const WorkloadSpec& spec, const RandomSource& random)
    : spec_(spec),
      random_(random),
      input_(spec.input),
      output_(spec.output),
      thinking_(spec.thinking),
      turns_(spec.conversation.turns),
      calls_(spec.conversation.calls_per_turn),
      tool_result_(spec.conversation.tool_result_tokens),
      think_(spec.conversation.think_time),
      thinks_(!is_fixed_at(spec.thinking, 0)),
      has_turns_(!is_fixed_at(spec.conversation.turns, 1)),
      has_calls_(!is_fixed_at(spec.conversation.calls_per_turn, 1)) {
  if (!spec.prefix_ttl || spec.prefix_tokens <= 0) return;
  const std::int64_t variants = std::max<std::int64_t>(1, spec.prefix_variants);
  prefixes_.reserve(static_cast<std::size_t>(variants));
  for (std::int64_t i = 0; i < variants; ++i) {
    prefixes_.push_back({.chain = hash_combine(spec.hash, static_cast<std::uint64_t>(i)),
                         .prefix_tokens = spec.prefix_tokens,
                         .ttl = *spec.prefix_ttl});
  }
}

std::int64_t WorkloadGenerator::turns(std::uint64_t session) const noexcept {
  if (!has_turns_) return 1;
  const Bits128 bits = random_.bits(Purpose::kSession, entity(session, 0));
  return std::max<std::int64_t>(1, turns_(bits.first));
}

std::int64_t WorkloadGenerator::calls(std::uint64_t session,
                                      std::uint32_t first_turn) const noexcept {
  if (!has_calls_) return 1;
  const Bits128 bits = random_.bits(Purpose::kSession, entity(session, first_turn), 1);
  return std::max<std::int64_t>(1, calls_(bits.first));
}

Duration WorkloadGenerator::think(std::uint64_t session, std::uint32_t turn) const noexcept {
  return think_(random_.bits(Purpose::kThink, entity(session, turn)).first);
}

void WorkloadGenerator::sizes_of_singles(std::uint64_t first,
                                         std::span<CallSizes> sessions) const noexcept {
  // All bits first: their chains run side by side, and so do the look-ups in the tables.
  std::array<Bits128, kSinglesAtOnce> bits;
  SLUICE_CHECK(sessions.size() <= bits.size());
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    bits[i] = random_.bits(Purpose::kSize, entity(first + i, 0));
  }
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    sessions[i] = {.new_input = input_(bits[i].first), .answer = output_(bits[i].second)};
  }
  if (!thinks_) return;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    sessions[i].thinking = thinking_tokens(first + i, 0);
  }
}

bool WorkloadGenerator::is_batch(std::uint64_t session, std::uint32_t turn) const noexcept {
  if (spec_.batch.share_ppm == 0) return false;
  const Bits128 bits = random_.bits(Purpose::kBatch, entity(session, turn));
  return uniform_below(bits.first, 1'000'000) < static_cast<std::uint64_t>(spec_.batch.share_ppm);
}

Conversation::Conversation(const WorkloadGenerator& workload, std::uint64_t session)
    : workload_(workload), session_(session) {}

RequestSpec Conversation::next(std::uint32_t turn, const CallSizes& sizes) {
  const WorkloadSpec& spec = workload_.spec();
  RequestSpec request = workload_.base_spec(session_, turn, sizes);
  request.prompt_tokens += context_;

  block_count_ = 0;
  if (!workload_.prefixes_.empty()) {
    blocks_[block_count_++] = workload_.prefixes_[session_ % workload_.prefixes_.size()];
  }
  if (spec.conversation_ttl) {
    const std::uint64_t chain = hash_combine(hash_combine(spec.hash, session_), 0x636f6e76U);
    if (previous_prompt_ > 0) {
      blocks_[block_count_++] = {.chain = hash_combine(chain, previous_turn_),
                                 .prefix_tokens = previous_prompt_,
                                 .ttl = *spec.conversation_ttl};
    }
    blocks_[block_count_++] = {.chain = hash_combine(chain, turn),
                               .prefix_tokens = request.prompt_tokens,
                               .ttl = *spec.conversation_ttl};
  }
  request.cache_blocks = std::span(blocks_, block_count_);
  context_ += sizes.new_input;
  answer_ = request.output_tokens - request.thinking_tokens;
  previous_prompt_ = request.prompt_tokens;
  previous_turn_ = turn;
  return request;
}

void Conversation::answered() noexcept { context_ += answer_; }

}  // namespace sluice
