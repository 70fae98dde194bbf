#include "app/dashboard_snapshot.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "results/json_value.hpp"

namespace sluice::app {
namespace {

using describe::Value;

constexpr Duration kRecent = seconds(10);
constexpr Duration kLookLate = seconds(2);  // a look may come that much after its second

// A histogram takes its memory with its first value, and the pages of it cost more than all that a
// copy does later: they are taken before the run.
constexpr std::array kHistograms = {
    &Latencies::first_try, &Latencies::retried,      &Latencies::failed,
    &Latencies::from_send, &Latencies::ttft,         &Latencies::ttft_from_send,
    &Latencies::queueing,  &Latencies::first_answer, &Latencies::failed_at_deadline,
    &Latencies::backoff,   &Latencies::inter_token,  &Latencies::paced};

void take_memory(Measurements& measured, LoadFacts& load) {
  for (WorkloadTotals& workload : measured.workloads) {
    workload.requests.attempts.record(0);
    for (Histogram Latencies::*const member : kHistograms) (workload.latency.*member).record(0);
  }
  load.schedule_delay.record(0);
  load.content_gap.record(0);
}

template <class Item>
void keep(std::vector<Item>& all, const std::vector<std::size_t>& places) {
  std::vector<Item> some;
  some.reserve(places.size());
  for (const std::size_t place : places) some.push_back(std::move(all[place]));
  all = std::move(some);
}

void leave_out_idle_limiters(Measurements& measured, RunFacts& facts) {
  std::vector<std::size_t> touched;
  for (std::size_t i = 0; i < measured.limiters.size(); ++i) {
    const auto cells = measured.levels[i].cells();
    const bool is_taken =
        std::ranges::any_of(cells, [](const LimiterCell& cell) { return cell.taken != 0; });
    if (is_taken || measured.limiters[i].refused > 0) touched.push_back(i);
  }
  keep(measured.limiters, touched);
  keep(measured.levels, touched);
  keep(facts.limiters, touched);
  keep(facts.names.limiters, touched);
}

}  // namespace

DashboardSnapshot::DashboardSnapshot(const RunFacts& facts)
    : counts_from(facts.counts_from),
      measured(facts.names.workloads.size(), facts.limiters.size(), facts.duration) {
  take_memory(measured, load.emplace());
}

RunResult result_at(const DashboardSnapshot& snapshot, const RunFacts& facts) {
  RunFacts now = facts;
  now.counts_from = snapshot.counts_from;
  now.stopped_at = snapshot.live.now;
  now.load = snapshot.load;
  if (snapshot.live.duration) return make_result(snapshot.measured, now);
  now.duration = snapshot.live.now - kRunStart;
  Measurements measured = snapshot.measured;
  leave_out_idle_limiters(measured, now);
  return make_result(measured, now);
}

void RecentRefusals::see(std::int64_t now, const Measurements& measured) {
  Seen seen{.at = now};
  for (const WorkloadTotals& workload : measured.workloads) {
    for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
      seen.counts[i] += workload.attempts.rate_limited[i];
    }
  }
  seen_.push_back(seen);
  // The second one will do as well, or the first is from before a time in which nobody watched.
  while (seen_.size() > 1 &&
         (seen_[1].at <= now - ns(kRecent) || seen_[0].at < now - ns(kRecent + kLookLate))) {
    seen_.pop_front();
  }
}

Value RecentRefusals::value() const {
  const Seen& first = seen_.front();
  const Seen& last = seen_.back();
  Value by_cause = Value::object();
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    const std::int64_t count = last.counts[i] - first.counts[i];
    if (count > 0) by_cause.set(name(static_cast<LimitCause>(i)), count);
  }
  Value value = Value::object();
  return value.set("seconds", seconds_of(Duration{last.at - first.at}))
      .set("by_cause", std::move(by_cause));
}

Value live_value(const LiveNumbers& live, const RecentRefusals& recent) {
  Value limits = Value::array();
  for (const LimitLeft& limit : live.limits) {
    Value item = Value::object();
    item.set("name", limit.name).set("left", limit.left).set("limit", limit.limit);
    limits.push(std::move(item));
  }
  Value value = Value::object();
  return value.set("now", seconds_of(live.now - kRunStart))
      .set("duration", seconds_of(live.duration))
      .set("in_flight", live.in_flight)
      .set("held", live.held)
      .set("spent", dollars_of(live.spent))
      .set("reserved", dollars_of(live.reserved))
      .set("cap", dollars_of(live.cap))
      .set("stopping", live.stopping.empty() ? Value() : Value(live.stopping))
      .set("recent", recent.value())
      .set("limits", std::move(limits));
}

}  // namespace sluice::app
