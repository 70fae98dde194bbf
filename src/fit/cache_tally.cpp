#include "fit/cache_tally.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace sluice::fit {
namespace {

Duration since(Duration last, Duration now) { return std::max(now - last, Duration{}); }

// As the cache of a simulation has it, an entry is gone when its TTL has passed.
bool is_live(Duration gap, std::size_t ttl) { return gap < duration(kCacheTtls[ttl]); }

std::uint64_t named_session(std::int64_t session) {
  return hash_combine(1, static_cast<std::uint64_t>(session));
}

// A shorter prefix that was used later may be readable when a longer one no longer is.
void note_use(CacheRead& read, std::int64_t tokens, Duration gap) {
  for (std::size_t i = 0; i < kCacheTtls.size(); ++i) {
    if (is_live(gap, i)) read.within[i] = std::max(read.within[i], tokens);
  }
  if (tokens <= read.endless) return;
  read.endless = tokens;
  read.gap = gap;
}

}  // namespace

// The conversation of the call: the log's own, or the one whose last prompt this one begins with.
std::uint64_t CacheTally::read_blocks(const CacheCall& call, CacheRead& read) {
  bool is_known = true;
  bool is_end_new = false;  // what only this prompt ends with tells the call that continues it
  std::size_t continued = 0;
  std::uint64_t session = 0;
  const std::int64_t whole = call.prompt_tokens / std::max<std::int64_t>(call.block_tokens, 1);
  for (std::size_t i = 0; i < call.blocks.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i) + 1;
    CacheBlockUse* block = blocks.find(call.blocks[i]);
    if (block == nullptr) {
      blocks.insert(call.blocks[i], {.last = call.at});
      is_known = false;
      is_end_new = is_end_new || number == whole;
      continue;
    }
    if (is_known) {
      const std::int64_t tokens = std::min(number * call.block_tokens, call.prompt_tokens);
      note_use(read, tokens, since(block->last, call.at));
    }
    block->last = call.at;
    if (block->ended == 0) continue;
    continued = i;
    session = block->ended;
  }
  if (call.session) return named_session(*call.session);
  if (session == 0) {
    session = hash_combine(2, found_sessions++);
  } else if (CacheBlockUse* block = blocks.find(call.blocks[continued])) {
    block->ended = 0;
  }
  if (!is_end_new) return session;
  if (CacheBlockUse* block = blocks.find(call.blocks[static_cast<std::size_t>(whole - 1)])) {
    block->ended = session;
  }
  return session;
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
    note_use(read, tokens, since(variant->last, call.at));
  }
  variant_squares += 2 * static_cast<double>(variant->uses) + 1;
  ++variant->uses;
  variant->last = call.at;
}

bool CacheTally::continue_session(const CacheCall& call, std::uint64_t key) {
  CacheSession* session = sessions.find(key);
  if (session == nullptr) {
    sessions.insert(
        key,
        {.last = call.at, .prompt = call.prompt_tokens, .output = call.output_tokens, .turns = 1});
    ++with_turns[1];
    opening_prompts.add(call.prompt_tokens);
    return true;
  }
  if (--with_turns[session->turns] == 0) with_turns.erase(session->turns);
  ++with_turns[session->turns + 1];
  earlier_calls += static_cast<double>(session->turns);
  const Duration gap = since(session->last, call.at);
  gaps.add(gap);
  for (std::size_t i = 0; i < kCacheTtls.size(); ++i) gaps_within[i] += is_live(gap, i) ? 1 : 0;
  if (call.prompt_tokens < session->prompt) {
    opening_prompts.add(call.prompt_tokens);  // it was cut, and begins anew
  } else {
    const std::int64_t grown = call.prompt_tokens - session->prompt;
    continued_input.add(std::max<std::int64_t>(grown - session->output, 0));
  }
  *session = {.last = call.at,
              .prompt = call.prompt_tokens,
              .output = call.output_tokens,
              .turns = session->turns + 1};
  return false;
}

bool CacheTally::add(const CacheCall& call) {
  if (calls++ == 0) first = last = call.at;
  last = std::max(last, call.at);
  prompt_tokens += static_cast<double>(call.prompt_tokens);
  output_tokens += static_cast<double>(call.output_tokens);
  has_blocks = has_blocks || !call.blocks.empty();
  CacheRead read;
  bool is_opening = true;
  if (call.blocks.empty() && !call.session) {
    opening_prompts.add(call.prompt_tokens);
  } else {
    const std::uint64_t session =
        call.blocks.empty() ? named_session(*call.session) : read_blocks(call, read);
    is_opening = continue_session(call, session);
  }
  if (call.prefix_id || !call.blocks.empty()) use_variant(call, read);
  reads.add(read);
  if (read.endless > 0) reuse_gaps.add(ns(read.gap));
  return is_opening;
}

}  // namespace sluice::fit
