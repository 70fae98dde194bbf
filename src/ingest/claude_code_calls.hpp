// The calls of session logs, each once. An answer is written as a line for each of its content
// blocks, and forked, resumed and side conversations copy lines of others: all have the answer's
// message id. Holds 96 bytes a call and 8 to 16 for finding it, twice while it grows.
//
// - Usage is that of the line with the most output tokens: early lines of an answer were written
//   before it was whole (github.com/ccusage/ccusage issues 901 and 938, 2026-03 and 2026-04).
// - When, where and in which conversation is said by the first line; but a conversation comes
//   before a sub-agent that repeats its history (github.com/ccusage/ccusage pull 1155, 2026-05).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/usage.hpp"
#include "base/time.hpp"

namespace sluice::ingest {

struct ClaudeCodeCall {
  Duration at{};
  std::uint64_t id = 0;  // hash; 0: has none, so is like no other
  std::int64_t session = 0;
  std::int64_t line = 0;
  Usage usage;
  std::int32_t thinking_tokens = 0;
  std::int32_t web_searches = 0;
  std::uint32_t file = 0;
  std::uint32_t model = 0;  // whatever the caller counts models by
  bool is_subagent = false;
  bool is_fast = false;
  bool is_batch = false;
  bool is_us_only = false;
};

class ClaudeCodeCalls {
 public:
  // False if it was known.
  bool add(const ClaudeCodeCall& call);
  std::size_t size() const noexcept { return calls_.size(); }
  // In order of time, then of file and line. Leaves nothing behind.
  std::vector<ClaudeCodeCall> take_sorted();

 private:
  std::uint32_t& slot_of(std::uint64_t id) noexcept;
  void grow();

  std::vector<ClaudeCodeCall> calls_;
  std::vector<std::uint32_t> slots_;  // place in calls_ + 1, by id; a power of two, 0 where empty
};

}  // namespace sluice::ingest
