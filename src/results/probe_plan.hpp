// The cheapest set of requests that tells what records do not: parts with their prices, what would
// be too dear, and the scenario that `sluice replay` runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "describe/value.hpp"

namespace sluice {

struct ProbePart {
  std::string what;  // what it tells: "prefill speed"
  std::string of;    // the model or the rate-limit group
  std::string how;   // "20 requests of 50,000 tokens, max_tokens 1"
  std::int64_t requests = 0;
  Money expected;         // by the catalog, exact
  Money worst;            // nothing is read from a cache, nothing is refused
  bool is_priced = true;  // false: the catalog has no price for the model
};

struct ProbePlan {
  std::string scenario;  // whose organization and models it asks
  std::vector<ProbePart> parts;
  std::vector<ProbePart> left_out;  // dearer than what may be spent
  std::vector<std::string> known;   // what the records have told already
  Money expected;
  Money worst;
  Duration duration{};
  describe::Value document;  // an ordinary scenario
};

}  // namespace sluice
