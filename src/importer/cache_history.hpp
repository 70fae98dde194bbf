// What a log's usage says about its prompts' cacheable prefixes: which call reads what which other
// has written. Prefixes become block ids, so that a simulation reads from its cache what the log
// read; and for each call it is said what could have been read had nothing expired.
//
// The rule. A call's cacheable prefix is what it read and wrote. What it read is the beginning of
// the prefix before it in its session (of a session's first call: of the first call of the session
// before it, which is how tools and system prompts are shared; no more than the log says is ever
// read of it, whatever its lifetime). What it wrote is new content, but
// for one case: where the prefix before it was last used longer ago than it lived, the same content
// has been written anew.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "api/request.hpp"
#include "ingest/imported_call.hpp"

namespace sluice::importer {

inline constexpr std::int64_t kBlockTokens = 512;
// Of one call: a million tokens and more, as much as any model reads. What is beyond gets no block,
// so that a trace is at most so much larger than its log.
inline constexpr std::int64_t kBlocksMost = 2048;

// Of one call.
struct CachedBefore {
  std::int64_t readable = 0;              // tokens that it could have read had nothing expired
  std::optional<Duration> idle;           // since what it reads was last used; empty: never before
  CacheTtl ttl = CacheTtl::kFiveMinutes;  // with which that was written
};

class CacheHistory {
 public:
  // Calls in the order of time. Writes call.request.block_ids; a call without usage stays as it is.
  // Calls of different `lane`s share nothing.
  CachedBefore add(ingest::ImportedCall& call, std::size_t lane);
  // Calls whose prefix has more than kBlocksMost blocks.
  std::int64_t cut_calls() const noexcept { return cut_calls_; }

 private:
  // Blocks from `begin` on are numbered from `first` on.
  struct Stretch {
    std::int64_t begin = 0;
    std::uint64_t first = 0;
  };
  // A prefix as it was last used.
  struct Prefix {
    std::vector<Stretch> stretches;
    std::int64_t blocks = 0;
    std::int64_t tokens = 0;
    Duration used{};
    CacheTtl ttl = CacheTtl::kFiveMinutes;
  };
  using Key = std::uint64_t;

  void extend(Prefix& prefix, std::int64_t kept, std::int64_t blocks);
  static void write(const Prefix& prefix, std::vector<std::uint64_t>& ids);
  void forget_idle(Duration now);

  std::unordered_map<Key, Prefix> sessions_;
  std::unordered_map<std::size_t, Prefix> roots_;  // by lane: the last session's first call
  std::uint64_t next_block_ = 0;
  std::int64_t cut_calls_ = 0;
  Duration checked_{};
};

}  // namespace sluice::importer
