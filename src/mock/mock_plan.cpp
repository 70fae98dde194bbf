#include "mock/mock_plan.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/draw.hpp"
#include "mock/ids.hpp"
#include "mock/secret_hash.hpp"

namespace sluice::mock {
namespace {

constexpr std::uint64_t kIdentity = 0x6f7267;  // what ids of the organization are drawn for

// Version 4, variant 1 (RFC 9562).
std::string make_uuid(std::uint64_t seed) {
  const Bits128 bits = philox({kIdentity, 0}, seed);
  const std::uint64_t high = (bits.first & ~std::uint64_t{0xf000}) | 0x4000;
  const std::uint64_t low = (bits.second & ~(std::uint64_t{3} << 62)) | (std::uint64_t{1} << 63);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffffffffffff);
}

void lift_limits(MockPlan& plan) {
  RunPlan& run = plan.run;
  run.limits.limiters.clear();
  run.limits.ramp.reset();
  run.limits.max_concurrent.reset();
  run.batch_limits.requests_per_minute = kNoLimit;
  run.batch_limits.max_enqueued = kNoLimit;
  plan.count_tokens_per_minute.reset();
  SpendSpec& spend = run.spend;
  spend.tier_cap.reset();
  spend.organization_limit.reset();
  spend.credit.reset();
  for (auto& limit : spend.workspace_limits) limit.reset();
  for (auto& limit : spend.key_limits) limit.reset();
  for (SpendAlert& alert : spend.alerts) alert.action = AlertAction::kNotify;
  const auto changes_limit = [](const ScheduledEvent& event) {
    return std::holds_alternative<LimitChanged>(event.action);
  };
  run.events.erase(std::remove_if(run.events.begin(), run.events.end(), changes_limit),
                   run.events.end());
}

// A limiter for everything that a workspace could limit: one that is set while responses stream has
// to know what they draw.
void add_open_limiters(RunPlan& run) {
  std::vector<LimiterSpec>& limiters = run.limits.limiters;
  const auto has = [&](const LimiterSpec& wanted) {
    return std::any_of(limiters.begin(), limiters.end(), [&](const LimiterSpec& one) {
      return one.workspace == wanted.workspace && one.group == wanted.group &&
             one.type == wanted.type;
    });
  };
  for (std::size_t workspace = 1; workspace < run.workspaces.size(); ++workspace) {
    for (std::size_t group = 0; group < run.groups.size(); ++group) {
      for (std::size_t type = 0; type < kLimitTypeCount; ++type) {
        const LimiterSpec open{.workspace = WorkspaceId(workspace),
                               .group = GroupId(group),
                               .type = static_cast<LimitType>(type),
                               .limit = kNoLimit};
        if (open.type == LimitType::kEnqueuedBatchRequests || has(open)) continue;
        limiters.push_back(open);
      }
    }
  }
}

void name_everything(MockPlan& plan) {
  const std::uint64_t seed = plan.run.seed;
  plan.organization_id = make_uuid(seed);
  for (std::size_t i = 0; i < plan.run.workspaces.size(); ++i) {
    plan.workspace_ids.push_back(make_id("wrkspc_01", seed, i));
  }
  for (std::size_t i = 0; i < plan.run.keys.size(); ++i) {
    // Keys made at run time count up from 1: these count down.
    plan.key_ids.push_back(make_id("apikey_01", seed, ~i));
    plan.key_secrets.push_back(make_secret("sk-ant-api03-", seed, ~i));
  }
  plan.admin_secret = make_secret("sk-ant-admin01-", seed, 0);
}

}  // namespace

MockPlan make_mock_plan(const scenario::LoadedScenario& scenario, const MockOptions& options) {
  MockPlan plan;
  plan.run = scenario.plan;
  plan.models = scenario.model_rows;
  plan.title = scenario.title;
  plan.tier = scenario.tier;
  plan.digest = scenario.digest;
  plan.federation = scenario.federation;
  plan.options = options;
  if (scenario.tier_row) {
    plan.count_tokens_per_minute = scenario.tier_row->token_count_requests_per_minute;
  }
  if (plan.run.workspaces.empty()) plan.run.workspaces = {"default"};
  if (plan.run.keys.empty()) plan.run.keys.push_back({.name = "default", .workspace = {}});
  plan.run.spend.key_limits.resize(plan.run.keys.size());
  if (options.limits) {
    add_open_limiters(plan.run);
  } else {
    lift_limits(plan);
  }
  name_everything(plan);
  return plan;
}

}  // namespace sluice::mock
