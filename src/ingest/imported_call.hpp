// One call to a model as some log knows it: what every format's reader gives and every import
// reads. Content is never among it: counts, times, names of models, and hashes of identities.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/cost.hpp"
#include "api/usage.hpp"
#include "base/time.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

struct ImportedCall {
  // `at` is the log's own clock (ImportFacts::has_dates), token counts are the log's own, `line` is
  // the row's. `model` is the log's name for it.
  TraceRequest request;
  std::uint32_t file = 0;      // index in ImportFacts::files
  std::optional<Usage> usage;  // what the provider billed; empty: the log does not say
  bool is_subagent = false;    // of an agent's own making
  bool is_batch = false;
  bool is_fast = false;
  bool is_us_only = false;        // inference_geo: "us", which costs more
  std::int64_t web_searches = 0;  // by the provider, billed beside the tokens
  // Prompts of more than 200,000 tokens; empty: the prompt's own size says it.
  std::optional<bool> is_long_context;
  std::string other_tier;             // of service, neither standard nor batch: "priority"
  std::optional<CostBreakdown> cost;  // where the log itself says it
  bool failed = false;                // the log says that it failed: nothing was produced
  // Above 0: a row of a report, with the tokens of all calls in [at, at + covers); how many they
  // were is not known.
  Duration covers{};

  void clear() {
    TraceRequest kept = std::move(request);
    kept.block_ids.clear();
    kept.model.clear();
    *this = {};
    request.block_ids = std::move(kept.block_ids);
    request.model = std::move(kept.model);
  }
};

}  // namespace sluice::ingest
