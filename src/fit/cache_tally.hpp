// What a cache fit keeps of the calls so far: what each would have read, conversations as they
// grow, shared prefixes. CacheFitter (fit/cache.hpp) makes a form for scenarios of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "fit/cache.hpp"
#include "fit/recent_map.hpp"

namespace sluice::fit {

inline constexpr std::size_t kCacheBlocksKept = std::size_t{1} << 20;
inline constexpr std::size_t kCacheSessionsKept = std::size_t{1} << 17;
inline constexpr std::array kCacheTtls = {CacheTtl::kFiveMinutes, CacheTtl::kOneHour};

constexpr std::size_t place_of(CacheTtl ttl) noexcept { return ttl == CacheTtl::kOneHour ? 1 : 0; }

struct CacheSession {
  Duration last{};
  std::int64_t prompt = 0;
  std::int64_t output = 0;
  std::int64_t turns = 0;
};

struct CacheBlockUse {
  Duration last{};
  std::uint64_t ended = 0;  // the session whose latest prompt ends with it; 0: none
};

struct CacheVariant {
  Duration last{};
  std::int64_t uses = 0;
};

// Tokens read of one prompt.
struct CacheRead {
  std::int64_t endless = 0;
  std::array<std::int64_t, kCacheTtls.size()> within{};  // by TTL
  Duration gap{};  // since the last use of the longest prefix that is read
};

struct ReadTotals {
  double endless = 0;
  std::array<double, kCacheTtls.size()> within{};

  void add(const CacheRead& read) {
    endless += static_cast<double>(read.endless);
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

// Of all calls so far.
struct CacheTally {
  // As CacheFitter::add.
  bool add(const CacheCall& call);

  RecentMap<CacheBlockUse> blocks{kCacheBlocksKept};
  RecentMap<CacheVariant> variants{kCacheSessionsKept};  // by prefix id, or first block
  RecentMap<CacheSession> sessions{kCacheSessionsKept};
  std::map<std::int64_t, std::int64_t> with_turns;  // how many sessions have so many calls
  std::uint64_t found_sessions = 0;

  bool has_blocks = false;
  std::int64_t calls = 0;
  Duration first{};
  Duration last{};
  double prompt_tokens = 0;
  double output_tokens = 0;
  ReadTotals reads;
  LogHistogram reuse_gaps;
  LogHistogram opening_prompts;  // of calls that continue nothing
  LogHistogram continued_input;  // new input of the others
  DurationFitter gaps;
  std::array<std::int64_t, kCacheTtls.size()> gaps_within{};  // how many are below each TTL
  double earlier_calls = 0;  // sum over the calls of how many of their conversation came before
  double variant_calls = 0;
  double variant_squares = 0;  // sum of uses squared

 private:
  std::uint64_t read_blocks(const CacheCall& call, CacheRead& read);
  void use_variant(const CacheCall& call, CacheRead& read);
  bool continue_session(const CacheCall& call, std::uint64_t key);
};

}  // namespace sluice::fit
