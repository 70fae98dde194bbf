#include "app/dashboard_mock.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/version.hpp"
#include "experiment/run_facts.hpp"
#include "net/event_loop.hpp"

namespace sluice::app {
namespace {

// As ServedTraffic measures: one workload, and keys that come and go counted together.
RunFacts mock_facts(const scenario::LoadedScenario& scenario, const mock::MockPlan& plan) {
  scenario::LoadedScenario served = scenario;
  served.plan = plan.run;  // which has limiters that the scenario has not
  RunFacts facts = facts_of(served);
  facts.version = version();
  facts.names.workloads = {"all clients"};
  facts.names.keys = {"all keys"};
  facts.happened.clear();
  facts.warnings.clear();
  return facts;
}

void copy_limits(ApiModel& api, const RunFacts& facts, TimePoint now,
                 std::vector<LimitLeft>& limits) {
  limits.clear();
  RateLimiter& limiter = api.limiter();
  for (std::size_t i = 0; i < limiter.size(); ++i) {
    TokenBucket& bucket = limiter.bucket(static_cast<LimiterId>(i));
    if (bucket.taken(now) == 0) continue;
    limits.push_back(
        {.name = facts.names.limiters[i], .left = bucket.level(now), .limit = bucket.capacity()});
  }
}

// The least of what ends a month's spending, as it stands now; none where nothing does.
std::optional<Money> monthly_cap(const SpendSpec& spend) {
  if (!spend.tier_cap || !spend.organization_limit) {
    return spend.tier_cap ? spend.tier_cap : spend.organization_limit;
  }
  return std::min(*spend.tier_cap, *spend.organization_limit);
}

}  // namespace

Result<std::unique_ptr<MockDashboard>> MockDashboard::start(
    const scenario::LoadedScenario& scenario, mock::MockServer& server) {
  server.mock().measure_traffic();
  RunFacts facts = mock_facts(scenario, server.mock().state().plan);
  auto made = std::unique_ptr<MockDashboard>(new MockDashboard(std::move(facts), server));
  SLUICE_TRY(made->dashboard_, Dashboard::start(made->facts_));
  server.loop().every(seconds(1), [mock = made.get()] { mock->look(); });
  return made;
}

MockDashboard::MockDashboard(RunFacts facts, mock::MockServer& server)
    : facts_(std::move(facts)), server_(server) {}

void MockDashboard::look() {
  DashboardSnapshot* const to = dashboard_->wanted();
  if (to == nullptr) return;
  server_.loop().catch_up();  // an idle mock's clock goes on too
  copy(*to);
  dashboard_->give();
}

void MockDashboard::copy(DashboardSnapshot& to) {
  mock::MockState& state = server_.mock().state();
  const mock::ServedTraffic& traffic = *server_.mock().traffic();
  const TimePoint now = state.timers.now();
  to.counts_from = traffic.began();
  to.measured = traffic.measured();
  to.load.reset();
  LiveNumbers& live = to.live;
  live.now = now;
  live.in_flight = static_cast<std::int64_t>(state.counters.in_flight);
  live.spent = state.api.spend().month_to_date(now);
  live.cap = monthly_cap(state.api.spend().spec());
  copy_limits(state.api, facts_, now, live.limits);
}

void MockDashboard::end() {
  DashboardSnapshot last(facts_);
  copy(last);
  dashboard_->end(result_at(last, facts_));
}

}  // namespace sluice::app
