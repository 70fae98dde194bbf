// One request of a trace, whatever file it came from. Parsers fill it with the file's own clock and
// token counts; TraceReader hands it out shifted, spread and scaled. Reuse one object for a whole
// trace: its vector and string keep their capacity, so that a row costs no allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace sluice::ingest {

// A row that asks for more tokens than this is malformed (the largest context on sale is a tenth of
// it).
inline constexpr std::int64_t kMaxTokensPerRow = 10'000'000;
// Times, read or scaled, end here: a hundred years of 365 days.
inline constexpr Duration kMaxTraceTime = hours(100 * 365 * 24);

struct TraceRequest {
  Duration at{};                     // since the timestamp of the first kept request
  std::int64_t input_tokens = 0;     // the whole prompt, its cacheable part included
  std::int64_t output_tokens = 0;    // the answer, without thinking
  std::int64_t thinking_tokens = 0;  // produced before the answer, billed and limited as output
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> session;            // equal = same conversation
  std::optional<std::uint64_t> cached_prefix_id;  // equal = the same cacheable prefix
  std::int64_t cached_prefix_tokens = 0;          // length of that prefix, at most input_tokens
  std::vector<std::uint64_t>
      block_ids;          // prompt blocks from the start; equal id = equal prefix up to there
  std::string model;      // empty: the workload's
  std::int64_t line = 0;  // in the file, from 1
  std::int64_t pass = 0;  // which time through the file, from 0 (loop)

  bool operator==(const TraceRequest&) const = default;
};

}  // namespace sluice::ingest
