// What the mock remembers of one call of the Messages API (and the batch and count endpoints): for
// the journal, the counters, the usage reports and the grade. Neither bodies nor keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/cost.hpp"
#include "api/outcome.hpp"
#include "api/request.hpp"

namespace sluice::mock {

// The route that counts tokens, as `route` has it: free, and limited apart.
inline constexpr std::string_view kCountRoute = "POST /v1/messages/count_tokens";

struct ServedRequest {
  std::uint64_t sequence = 0;
  std::string_view route;  // "POST /v1/messages"; lives as long as the program
  std::string request_id;
  TimePoint arrived{};         // the instant at which ApiModel decided: the journal's assigned time
  int status = 200;            // of the HTTP answer
  bool admitted = false;       // ApiModel let it in
  bool injected = false;       // a fault that the request's own header asked for
  bool fault_planned = false;  // one of the scenario's, or of POST /_sluice/faults
  bool client_gone = false;    // it went before the answer was over
  bool error_in_stream = false;  // the stream ended in an error event or broke off
  std::int32_t attempt = 0;
  bool is_named = false;  // by a sluice-request header: spec.id is what the client calls it
  // What the client says of itself: sluice-request's attempt, else x-stainless-retry-count.
  std::optional<std::int32_t> retries_said;
  RequestSpec spec;          // its cache_blocks are `blocks`
  bool knows_model = false;  // else spec.model is nothing that the call asked for
  std::vector<CacheBlock> blocks;
  std::uint64_t content_hash = 0;
  Outcome outcome;  // first_token and ended are set when the answer is over
  CostBreakdown cost;
  Money saved_by_cache;  // as Exchange has it
  bool billed = false;
  bool priced = true;
  std::string error_code;  // details.error_code of a refusal
  std::string client;      // user-agent, at most 80 characters
};

// As if new, but that strings and blocks keep their memory.
void renew(ServedRequest& served);

}  // namespace sluice::mock
