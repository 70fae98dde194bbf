#include "fit/cache_tally.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace sluice::fit {
namespace {

// A shorter prefix that was used later may be readable when a longer one no longer is.
void note_use(CacheRead& read, std::int64_t tokens, Duration gap) {
  for (std::size_t i = 0; i < kCacheTtls.size(); ++i) {
    if (gap <= kCacheTtls[i]) read.within[i] = std::max(read.within[i], tokens);
  }
  if (tokens <= read.endless) return;
  read.endless = tokens;
  read.gap = gap;
}

}  // namespace

// The log's own name for it, or the conversation whose last prompt this one begins with.
std::uint64_t CacheTally::session_of(const CacheCall& call) {
  if (call.session) {
    names_sessions = true;
    return hash_combine(1, static_cast<std::uint64_t>(*call.session));
  }
  for (std::size_t i = call.blocks.size(); i-- > 0;) {
    if (const std::uint64_t* session = ends.find(call.blocks[i])) {
      const std::uint64_t found = *session;
      ends.erase(call.blocks[i]);
      return found;
    }
  }
  return hash_combine(2, found_sessions++);
}

void CacheTally::read_blocks(const CacheCall& call, std::uint64_t session, CacheRead& read) {
  bool is_known = true;
  const std::int64_t whole = call.prompt_tokens / std::max<std::int64_t>(call.block_tokens, 1);
  for (std::size_t i = 0; i < call.blocks.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i) + 1;
    CacheBlockUse* block = blocks.find(call.blocks[i]);
    const bool is_new = block == nullptr;
    if (is_new) {
      blocks.insert(call.blocks[i], {.last = call.at, .session = session});
      is_known = false;
    } else {
      block->is_shared = block->is_shared || block->session != session;
      if (is_known) {
        const std::int64_t tokens = std::min(number * call.block_tokens, call.prompt_tokens);
        note_use(read, tokens, call.at - block->last);
        if (block->is_shared) read.shared = tokens;
      }
      block->last = call.at;
    }
    // What only this prompt ends with tells the call that continues it.
    if (is_new && number == whole && !call.session && ends.find(call.blocks[i]) == nullptr) {
      ends.insert(call.blocks[i], session);
    }
  }
}

void CacheTally::use_variant(const CacheCall& call, CacheRead& read) {
  const std::uint64_t key = call.prefix_id ? *call.prefix_id : call.blocks.front();
  CacheVariant* variant = variants.find(key);
  variant_calls += 1;
  if (variant == nullptr) {
    variants.insert(key, {.last = call.at, .uses = 1});
    variant_squares += 1;
    return;
  }
  if (call.prefix_id) {
    const std::int64_t tokens = std::min(call.prefix_tokens, call.prompt_tokens);
    note_use(read, tokens, call.at - variant->last);
    read.shared = std::max(read.shared, tokens);
  }
  if (variant->uses == 1) ++variants_shared;
  variant_squares += 2 * static_cast<double>(variant->uses) + 1;
  ++variant->uses;
  variant->last = call.at;
}

bool CacheTally::continue_session(const CacheCall& call, std::uint64_t key, CacheRead& read) {
  CacheSession* session = sessions.find(key);
  if (session == nullptr) {
    sessions.insert(
        key,
        {.last = call.at, .prompt = call.prompt_tokens, .output = call.output_tokens, .turns = 1});
    ++with_turns[1];
    opening_prompts.add(call.prompt_tokens);
    if (call.usage && call.blocks.empty()) {
      // What a conversation reads at its first call, others have written.
      const std::int64_t billed = std::max<std::int64_t>(call.usage->cache_read_input_tokens, 0);
      first_reads.add(billed);
      note_use(read, billed, Duration{});
    }
    return true;
  }
  if (--with_turns[session->turns] == 0) with_turns.erase(session->turns);
  ++with_turns[session->turns + 1];
  earlier_calls += static_cast<double>(session->turns);
  gaps.add(call.at - session->last);
  if (call.prompt_tokens < session->prompt) {
    ++restarts;
    opening_prompts.add(call.prompt_tokens);
  } else {
    const std::int64_t grown = call.prompt_tokens - session->prompt;
    growth.add(grown);
    continued_input.add(std::max<std::int64_t>(grown - session->output, 0));
    if (call.blocks.empty()) {
      // The answer in between was never part of a prompt.
      note_use(read, session->prompt, call.at - session->last);
    }
  }
  *session = {.last = call.at,
              .prompt = call.prompt_tokens,
              .output = call.output_tokens,
              .turns = session->turns + 1};
  return false;
}

void CacheTally::bill(const CacheCall& call) {
  if (!call.usage) return;
  billed_prompt += static_cast<double>(call.usage->prompt_tokens());
  billed_read += static_cast<double>(call.usage->cache_read_input_tokens);
  billed_written += static_cast<double>(call.usage->cache_creation_input_tokens());
}

bool CacheTally::add(const CacheCall& call) {
  if (calls++ == 0) first = call.at;
  last = call.at;
  prompt_tokens += static_cast<double>(call.prompt_tokens);
  output_tokens += static_cast<double>(call.output_tokens);
  bill(call);
  const CacheEvidence shown = !call.blocks.empty() ? CacheEvidence::kBlocks
                              : call.prefix_id     ? CacheEvidence::kPrefixes
                              : call.session       ? CacheEvidence::kSessions
                              : call.usage         ? CacheEvidence::kUsage
                                                   : CacheEvidence::kNone;
  evidence = std::max(evidence, shown);
  CacheRead read;
  bool is_opening = true;
  if (call.blocks.empty() && !call.session) {
    opening_prompts.add(call.prompt_tokens);
  } else {
    const std::uint64_t session = session_of(call);
    if (!call.blocks.empty()) read_blocks(call, session, read);
    is_opening = continue_session(call, session, read);
  }
  if (call.prefix_id || !call.blocks.empty()) use_variant(call, read);
  reads.add(read);
  if (read.shared > 0) shared_reads.add(read.shared);
  if (read.endless > 0) reuse_gaps.add(ns(read.gap));
  return is_opening;
}

}  // namespace sluice::fit
