// What a dashboard shows of a run at one instant. The run's thread copies it, which is all that a
// run pays for being watched; the dashboard's thread makes JSON of it: a result as of that instant,
// in the layout of docs/result.schema.json, and numbers that only a run under way has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "describe/value.hpp"
#include "results/run_result.hpp"

namespace sluice::app {

// How much of a limit is left at an instant. Of requests or tokens; below 0 in debt.
struct LimitLeft {
  std::string name;
  std::int64_t left = 0;
  std::int64_t limit = 0;
};

struct LiveNumbers {
  TimePoint now{};                     // model time
  std::optional<Duration> duration{};  // planned; none: until somebody ends it
  std::int64_t in_flight = 0;
  std::int64_t held = 0;
  Money spent{};
  Money reserved{};
  std::optional<Money> cap{};
  std::string stopping{};  // why nothing more is sent, for people; empty while it runs
  std::vector<LimitLeft> limits{};
};

// What it holds at first means nothing: memory, for the copies to come.
struct DashboardSnapshot {
  explicit DashboardSnapshot(const RunFacts& facts);

  std::int64_t taken_at = 0;  // net::steady_now()
  TimePoint counts_from;
  Measurements measured;
  std::optional<LoadFacts> load;  // empty of a mock
  LiveNumbers live;
};

// The run until `snapshot` as a result, marked partial. `facts` are what was known before the run.
// Where nobody knows when it ends it is as long as it is; limiters that nothing has touched are
// left out there, for a mock has those of the whole catalog.
RunResult result_at(const DashboardSnapshot& snapshot, const RunFacts& facts);

// 429s of the last seconds of wall time, by cause: what came between two states.
class RecentRefusals {
 public:
  explicit RecentRefusals(std::int64_t start) : seen_{{start, {}}} {}
  void see(std::int64_t now, const Measurements& measured);
  // {"seconds": 10, "by_cause": {"requests": 3}}: no seconds where nobody has watched for so long.
  describe::Value value() const;

 private:
  struct Seen {
    std::int64_t at = 0;
    Counters<kLimitCauseCount> counts{};
  };
  std::deque<Seen> seen_;  // ascending; the first one is what the last is compared with
};

// The member "live" of a state.
describe::Value live_value(const LiveNumbers& live, const RecentRefusals& recent);

}  // namespace sluice::app
