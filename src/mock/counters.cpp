#include "mock/counters.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice::mock {
namespace {

constexpr int kTooManyRequests = 429;

template <class T>
T& at_grown(std::vector<T>& table, std::size_t position) {
  if (position >= table.size()) [[unlikely]]
    table.resize(position + 1);
  return table[position];
}

// Routes are few and each is one literal: comparing addresses finds it. The same text at another
// address becomes another entry, which by_route() adds up.
std::uint64_t& count_of(std::vector<Counters::RouteCount>& all, std::string_view route,
                        int status) {
  for (Counters::RouteCount& one : all) {
    if (one.status == status && one.route.data() == route.data()) return one.count;
  }
  return all.emplace_back(Counters::RouteCount{route, status, 0}).count;
}

}  // namespace

void Counters::decided(const ServedRequest& served) {
  ++count_of(requests, served.route, served.status);
  if (served.injected) ++injected;
  if (served.fault_planned) ++faults_planned;
  if (served.admitted) {
    ++in_flight;
    in_flight_max = std::max(in_flight_max, in_flight);
    return;
  }
  if (served.status != kTooManyRequests) return;
  const Outcome& outcome = served.outcome;
  if (!outcome.limit) {
    ++rate_limited_injected;
    return;
  }
  ++rate_limited[static_cast<std::size_t>(*outcome.limit)];
  if (outcome.limiter != Outcome::kNoLimiter) ++at_grown(refused_by_limiter, outcome.limiter);
}

void Counters::ended(const ServedRequest& served) {
  SLUICE_CHECK(in_flight > 0);
  --in_flight;
  if (served.client_gone) ++client_gone;
  if (served.error_in_stream) ++errors_in_stream;
  const Outcome& outcome = served.outcome;
  if (outcome.first_token != kNever) {
    ttft.record(static_cast<std::uint64_t>(ns(outcome.first_token - served.arrived)));
  }
  duration.record(static_cast<std::uint64_t>(ns(outcome.ended - served.arrived)));
  ModelCounters& model = at_grown(models, index(served.spec.model));
  ++model.responses;
  model.usage += outcome.usage;
  if (!served.priced) ++model.unpriced;
  if (!served.billed) return;
  model.cost += served.cost;
  model.saved_by_cache += served.saved_by_cache;
}

std::map<std::pair<std::string_view, int>, std::uint64_t> Counters::by_route() const {
  std::map<std::pair<std::string_view, int>, std::uint64_t> sums;
  for (const RouteCount& one : requests) sums[{one.route, one.status}] += one.count;
  return sums;
}

std::map<int, std::uint64_t> Counters::by_status() const {
  std::map<int, std::uint64_t> sums;
  for (const RouteCount& one : requests) sums[one.status] += one.count;
  return sums;
}

ModelCounters Counters::total() const {
  ModelCounters sum;
  for (const ModelCounters& model : models) {
    sum.usage += model.usage;
    sum.cost += model.cost;
    sum.saved_by_cache += model.saved_by_cache;
    sum.unpriced += model.unpriced;
    sum.responses += model.responses;
  }
  return sum;
}

}  // namespace sluice::mock
