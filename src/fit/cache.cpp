#include "fit/cache.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/deterministic_math.hpp"
#include "base/hash.hpp"
#include "fit/recent_map.hpp"

namespace sluice::fit {
namespace {

namespace math = deterministic;

constexpr std::size_t kBlocksKept = 500'000;
constexpr std::size_t kSessionsKept = 60'000;
constexpr std::array kTtls = {minutes(5), hours(1)};
// A shared prefix may lengthen the prompts of the fitted form by so much, where some of the log's
// are shorter than it.
constexpr double kExcessMax = 0.01;
constexpr double kScaleMin = 0.25;

struct Session {
  Duration last{};
  std::int64_t prompt = 0;
  std::int64_t output = 0;
  std::int64_t turns = 0;
};

struct Block {
  Duration last{};
  std::uint64_t session = 0;  // of its first use
  bool is_shared = false;     // by another session too
};

struct Variant {
  Duration last{};
  std::int64_t uses = 0;
};

// Tokens read of one prompt.
struct Read {
  std::int64_t endless = 0;
  std::array<std::int64_t, kTtls.size()> within{};  // by TTL
  std::int64_t shared = 0;                          // of `endless`, what other conversations wrote
  Duration gap{};  // since the last use of the longest prefix that is read
};

struct ReadTotals {
  double endless = 0;
  std::array<double, kTtls.size()> within{};
  double shared = 0;

  void add(const Read& read) {
    endless += static_cast<double>(read.endless);
    shared += static_cast<double>(read.shared);
    for (std::size_t i = 0; i < within.size(); ++i) {
      within[i] += static_cast<double>(read.within[i]);
    }
  }
  ReadShares of(double prompt_tokens) const {
    if (prompt_tokens <= 0) return {};
    return {.endless = endless / prompt_tokens,
            .five_minutes = within[0] / prompt_tokens,
            .one_hour = within[1] / prompt_tokens};
  }
};

void note_use(Read& read, std::int64_t tokens, Duration gap) {
  if (tokens <= read.endless) return;
  read.endless = tokens;
  read.gap = gap;
  for (std::size_t i = 0; i < kTtls.size(); ++i) {
    if (gap <= kTtls[i]) read.within[i] = tokens;
  }
}

double share_within(const LogHistogram& gaps, Duration limit) {
  std::int64_t within = 0;
  for (const LogHistogram::Cell& cell : gaps.cells()) {
    if (cell.high <= ns(limit)) within += cell.count;
  }
  return gaps.count() == 0 ? 0 : static_cast<double>(within) / static_cast<double>(gaps.count());
}

// The longest prefix, up to `wanted`, that lengthens prompts below it by no more than kExcessMax.
std::int64_t bearable_prefix(const LogHistogram& prompts, std::int64_t wanted) {
  const auto excess = [&](std::int64_t tokens) {
    double sum = 0;
    for (const LogHistogram::Cell& cell : prompts.cells()) {
      sum += static_cast<double>(std::max<std::int64_t>(tokens - cell.middle(), 0)) *
             static_cast<double>(cell.count);
    }
    return sum;
  };
  const double allowed = kExcessMax * static_cast<double>(prompts.sum());
  std::int64_t low = 0;
  std::int64_t high = wanted;
  while (low < high) {
    const std::int64_t middle = low + (high - low + 1) / 2;
    if (excess(middle) <= allowed) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace

struct CacheFitter::State {
  RecentMap<Block> blocks{kBlocksKept};
  RecentMap<Variant> variants{kSessionsKept};  // by prefix id, or first block
  RecentMap<Session> sessions{kSessionsKept};
  RecentMap<std::uint64_t> ends{kSessionsKept};     // last block of a prompt, to its session
  std::map<std::int64_t, std::int64_t> with_turns;  // how many sessions have so many calls
  std::uint64_t found_sessions = 0;

  CacheEvidence evidence = CacheEvidence::kNone;
  bool names_sessions = false;
  std::int64_t calls = 0;
  Duration first{};
  Duration last{};
  double prompt_tokens = 0;
  double output_tokens = 0;
  ReadTotals reads;
  double billed_prompt = 0;
  double billed_read = 0;
  double billed_written = 0;
  LogHistogram reuse_gaps;
  LogHistogram first_reads;      // billed reads of the first calls of conversations
  LogHistogram opening_prompts;  // of calls that continue nothing
  LogHistogram continued_input;  // new input of the others
  LogHistogram shared_reads;     // where something was
  SizeFitter growth;
  DurationFitter gaps;
  double earlier_calls = 0;  // sum over the calls of how many of their conversation came before
  std::int64_t restarts = 0;
  std::int64_t variants_shared = 0;
  double variant_calls = 0;
  double variant_squares = 0;  // sum of uses squared

  std::uint64_t session_of(const CacheCall& call);
  void read_blocks(const CacheCall& call, std::uint64_t session, Read& read);
  void use_variant(const CacheCall& call, Read& read);
  void continue_session(const CacheCall& call, std::uint64_t key, Read& read);
  void bill(const CacheCall& call);
  void add(const CacheCall& call);

  void fit_prefix(FittedCache& fitted) const;
  void fit_input(FittedCache& fitted) const;
  void fit_conversations(FittedCache& fitted) const;
  void expect_reads(FittedCache& fitted) const;
};

// The log's own name for it, or the conversation whose last prompt this one begins with.
std::uint64_t CacheFitter::State::session_of(const CacheCall& call) {
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

void CacheFitter::State::read_blocks(const CacheCall& call, std::uint64_t session, Read& read) {
  bool is_known = true;
  const std::int64_t whole = call.prompt_tokens / std::max<std::int64_t>(call.block_tokens, 1);
  for (std::size_t i = 0; i < call.blocks.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i) + 1;
    Block* block = blocks.find(call.blocks[i]);
    const bool is_new = block == nullptr;
    if (is_new) {
      blocks.insert(call.blocks[i], {.last = call.at, .session = session});
      is_known = false;
    } else {
      block->is_shared = block->is_shared || block->session != session;
      if (is_known) {
        const std::int64_t tokens = std::min(number * call.block_tokens, call.prompt_tokens);
        const Duration gap = call.at - block->last;
        read.endless = tokens;
        read.gap = gap;
        if (block->is_shared) read.shared = tokens;
        for (std::size_t ttl = 0; ttl < kTtls.size(); ++ttl) {
          if (gap <= kTtls[ttl]) read.within[ttl] = tokens;
        }
      }
      block->last = call.at;
    }
    // What only this prompt ends with tells the call that continues it.
    if (is_new && number == whole && !call.session && ends.find(call.blocks[i]) == nullptr) {
      ends.insert(call.blocks[i], session);
    }
  }
}

void CacheFitter::State::use_variant(const CacheCall& call, Read& read) {
  const std::uint64_t key = call.prefix_id ? *call.prefix_id : call.blocks.front();
  Variant* variant = variants.find(key);
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

void CacheFitter::State::continue_session(const CacheCall& call, std::uint64_t key, Read& read) {
  Session* session = sessions.find(key);
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
    return;
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
      note_use(read, std::min(session->prompt + session->output, call.prompt_tokens),
               call.at - session->last);
    }
  }
  *session = {.last = call.at,
              .prompt = call.prompt_tokens,
              .output = call.output_tokens,
              .turns = session->turns + 1};
}

void CacheFitter::State::bill(const CacheCall& call) {
  if (!call.usage) return;
  billed_prompt += static_cast<double>(call.usage->prompt_tokens());
  billed_read += static_cast<double>(call.usage->cache_read_input_tokens);
  billed_written += static_cast<double>(call.usage->cache_creation_input_tokens());
}

void CacheFitter::State::add(const CacheCall& call) {
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
  Read read;
  if (call.blocks.empty() && !call.session) {
    opening_prompts.add(call.prompt_tokens);
  } else {
    const std::uint64_t session = session_of(call);
    if (!call.blocks.empty()) read_blocks(call, session, read);
    continue_session(call, session, read);
  }
  if (call.prefix_id || !call.blocks.empty()) use_variant(call, read);
  reads.add(read);
  if (read.shared > 0) shared_reads.add(read.shared);
  if (read.endless > 0) reuse_gaps.add(ns(read.gap));
}

void CacheFitter::State::fit_prefix(FittedCache& fitted) const {
  double wanted = 0;  // tokens a call
  if (evidence >= CacheEvidence::kPrefixes && variant_squares > 0) {
    const double even = variant_calls * variant_calls / variant_squares;
    fitted.prefix_variants = std::max<std::int64_t>(static_cast<std::int64_t>(even + 0.5), 1);
    const double hit = 1 - static_cast<double>(fitted.prefix_variants) / static_cast<double>(calls);
    if (hit > 0.05) wanted = reads.shared / static_cast<double>(calls) / hit;
  } else if (evidence == CacheEvidence::kSessions && first_reads.count() > 0) {
    wanted = static_cast<double>(first_reads.quantile(0.5));
  } else if (evidence == CacheEvidence::kUsage) {
    wanted = billed_read / static_cast<double>(calls);
  }
  fitted.variants_seen = variants_shared;
  fitted.prefix_tokens = bearable_prefix(opening_prompts, static_cast<std::int64_t>(wanted + 0.5));
  if (fitted.prefix_tokens == 0) fitted.prefix_variants = 1;
}

// A scenario's turns are all of one distribution, whereas those of long conversations are often
// smaller than those of short ones: then contexts would grow too long. Scaled, prompts are as long
// as the log's on average.
void CacheFitter::State::fit_input(FittedCache& fitted) const {
  const auto collected = [&](double scale) {
    SizeFitter input;
    const auto add = [&](std::int64_t tokens, std::int64_t count) {
      input.add(static_cast<std::int64_t>(static_cast<double>(tokens) * scale + 0.5), count);
    };
    for (const LogHistogram::Cell& cell : opening_prompts.cells()) {
      add(std::max<std::int64_t>(cell.middle() - fitted.prefix_tokens, 0), cell.count);
    }
    for (const LogHistogram::Cell& cell : continued_input.cells()) add(cell.middle(), cell.count);
    return input;
  };
  SizeFitter input = collected(1);
  const auto number = static_cast<double>(calls);
  const double before = earlier_calls / number;  // calls of a conversation before one of it
  const double wanted = prompt_tokens / number - static_cast<double>(fitted.prefix_tokens) -
                        before * output_tokens / number;
  const double drawn = input.histogram().mean() * (1 + before);
  if (before > 0 && drawn > 0 && wanted > 0) {
    fitted.input_scale = std::clamp(wanted / drawn, kScaleMin, 1.0);
    input = collected(fitted.input_scale);
  }
  fitted.input = input.fit();
}

void CacheFitter::State::fit_conversations(FittedCache& fitted) const {
  if (gaps.histogram().count() == 0) return;
  SizeFitter turns;
  for (const auto& [number, count] : with_turns) turns.add(number, count);
  fitted.conversations = FittedConversations{.found_by_blocks = !names_sessions,
                                             .count = turns.histogram().count(),
                                             .turns_mean = turns.histogram().mean(),
                                             .turns = turns.fit(),
                                             .gap = gaps.fit(),
                                             .growth = growth.fit(),
                                             .restarts = restarts};
}

// Prefix: read if its variant was used within the TTL, arrivals being random. Conversation: each
// call reads what came before if the last call was within the TTL.
void CacheFitter::State::expect_reads(FittedCache& fitted) const {
  const auto number = static_cast<double>(calls);
  const double even = static_cast<double>(fitted.prefix_variants);
  const double prefix = static_cast<double>(fitted.prefix_tokens) * number;
  const double context =
      fitted.conversations ? earlier_calls * (fitted.input.mean + output_tokens / number) : 0;
  const double prompts = prefix + context + fitted.input.mean * number;
  if (!(prompts > 0)) return;
  const double length = std::max(static_cast<double>(ns(last - first)), 1.0);
  const double each_lasts = length * even / number;  // between uses of one variant
  const double known = std::max(1 - even / number, 0.0);
  const auto within = [&](Duration ttl) {
    const double hit = std::min(-math::expm1(-static_cast<double>(ns(ttl)) / each_lasts), known);
    return (prefix * hit + context * share_within(gaps.histogram(), ttl)) / prompts;
  };
  fitted.fitted = {.endless = (prefix * known + context) / prompts,
                   .five_minutes = within(kTtls[0]),
                   .one_hour = within(kTtls[1])};
}

CacheFitter::CacheFitter() : state_(std::make_unique<State>()) {}
CacheFitter::~CacheFitter() = default;
CacheFitter::CacheFitter(CacheFitter&& other) noexcept = default;
CacheFitter& CacheFitter::operator=(CacheFitter&& other) noexcept = default;

void CacheFitter::add(const CacheCall& call) { state_->add(call); }

FittedCache CacheFitter::fit() const {
  const State& state = *state_;
  FittedCache fitted;
  fitted.evidence = state.evidence;
  fitted.calls = state.calls;
  fitted.prompt_tokens = static_cast<std::int64_t>(state.prompt_tokens);
  if (state.calls == 0) return fitted;
  fitted.reads = state.reads.of(state.prompt_tokens);
  if (state.billed_prompt > 0) {
    fitted.billed_read_share = state.billed_read / state.billed_prompt;
    fitted.billed_write_share = state.billed_written / state.billed_prompt;
    const double share = *fitted.billed_read_share;
    if (state.evidence == CacheEvidence::kUsage) fitted.reads = {share, share, share};
  }
  if (state.reuse_gaps.count() > 0) {
    for (const double p : {0.5, 0.75, 0.9, 0.99}) {
      fitted.reuse_gaps.push_back({p, Duration{state.reuse_gaps.quantile(p)}});
    }
  }
  state.fit_prefix(fitted);
  state.fit_input(fitted);
  state.fit_conversations(fitted);
  state.expect_reads(fitted);
  const bool has_form = fitted.prefix_tokens > 0 || fitted.conversations;
  fitted.why = !has_form ? "nothing of the prompts is shared that a scenario could say"
               : fitted.conversations
                   ? "every prefix is as long and every turn grows as any other: what long "
                     "conversations read is read evenly"
                   : "every call reads a prefix of one length, whatever it read in the log";
  return fitted;
}

}  // namespace sluice::fit
