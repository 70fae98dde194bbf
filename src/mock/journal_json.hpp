// GET /_sluice/journal: calls as JSON, with all that a replay of their decisions needs (the
// assigned instant, the request as ApiModel saw it, what it decided). Neither bodies nor keys.
#pragma once

#include <string>
#include <vector>

#include "mock/credentials.hpp"
#include "mock/journal.hpp"
#include "mock/mock_plan.hpp"

namespace sluice {
class RateLimiter;
}

namespace sluice::mock {

struct JournalView {
  const MockPlan& plan;
  const RateLimiter& limiter;
  const std::vector<KeyRecord>& keys;  // by KeyId
};

// `after` and `limit` as Journal::list() takes them. "next_after" is what to ask for next.
std::string journal_json(const Journal& journal, std::uint64_t after, std::size_t limit,
                         const JournalView& view);

}  // namespace sluice::mock
