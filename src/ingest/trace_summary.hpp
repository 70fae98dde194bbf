// What a trace holds, in one streaming pass: how many requests over what time, their sizes, and how
// much of their prompts an endless cache would have served. Counts are exact; the reuse counts are
// of all blocks up to 524,288 distinct ones, and beyond that of an even sample of the ids, so that
// memory stays bounded.
#pragma once

#include <cstdint>

#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/trace_reader.hpp"

namespace sluice::ingest {

struct SizeSummary {
  std::int64_t p50 =
      0;  // nearest rank: the smallest size that at least half of the requests do not exceed
  std::int64_t p95 = 0;
  std::int64_t max = 0;
  std::int64_t total = 0;

  bool operator==(const SizeSummary&) const = default;
};

struct TraceSummary {
  TraceFormat format = TraceFormat::kDetect;
  std::int64_t requests = 0;
  std::int64_t bad_rows = 0;
  Duration duration{};  // from the first request to the last
  SizeSummary input;
  SizeSummary output;                // thinking included
  std::int64_t blocks = 0;           // prefix blocks counted
  std::int64_t blocks_reused = 0;    // of those, seen in an earlier request
  std::int64_t block_sample_of = 1;  // one in so many block ids was counted

  bool operator==(const TraceSummary&) const = default;
};

// Reads the rest of the trace. A reader that loops must have an end (TraceOptions::until).
Result<TraceSummary> summarize(TraceReader& reader);

}  // namespace sluice::ingest
