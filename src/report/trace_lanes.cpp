#include "report/trace_lanes.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <utility>

namespace sluice {
namespace {

// The lanes of one workload.
class Lanes {
 public:
  // Of requests that come in the order in which they begin.
  std::size_t take(std::int64_t begin, std::int64_t end) {
    while (!busy_.empty() && busy_.top().first <= begin) {
      free_.push(busy_.top().second);
      busy_.pop();
    }
    std::size_t lane = count_;
    if (free_.empty()) {
      ++count_;
    } else {
      lane = free_.top();
      free_.pop();
    }
    busy_.emplace(end, lane);
    return lane;
  }

 private:
  template <class T>
  using Lowest = std::priority_queue<T, std::vector<T>, std::greater<T>>;

  Lowest<std::pair<std::int64_t, std::size_t>> busy_;  // until when, which
  Lowest<std::size_t> free_;
  std::size_t count_ = 0;
};

std::vector<TracedLife> grouped(const RunTrace& trace) {
  std::map<TracedId, TracedLife> lives;
  for (const TracedAttempt& attempt : trace.attempts) {
    TracedLife& life = lives[attempt.request];
    life.begin = attempt.planned;
    life.end = std::max(life.end, attempt.ended);
    life.error = attempt.error;
    life.attempts.push_back(&attempt);
  }
  for (const TracedRequest& request : trace.requests) {
    TracedLife& life = lives[request.id];
    life.begin = request.planned;
    life.end = request.ended;
    life.has_ended = true;
    life.error = request.error;
  }
  std::vector<TracedLife> all;
  all.reserve(lives.size());
  for (auto& [id, life] : lives) {
    life.id = id;
    all.push_back(std::move(life));
  }
  return all;
}

}  // namespace

std::int64_t microseconds_of(TimePoint time) noexcept { return ns(time) / 1000; }

std::vector<TracedLife> lives_of(const RunTrace& trace) {
  std::vector<TracedLife> lives = grouped(trace);
  std::stable_sort(lives.begin(), lives.end(),
                   [](const TracedLife& a, const TracedLife& b) { return a.begin < b.begin; });
  std::map<WorkloadId, Lanes> lanes;
  for (TracedLife& life : lives) {
    life.lane =
        lanes[life.id.workload].take(microseconds_of(life.begin), microseconds_of(life.end));
  }
  return lives;
}

}  // namespace sluice
