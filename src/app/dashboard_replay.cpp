#include "app/dashboard_replay.hpp"

#include <fmt/format.h>

#include "app/replay_run.hpp"
#include "app/terminal.hpp"

namespace sluice::app {
namespace {

void add_limit(std::vector<LimitLeft>& limits, const char* name,
               const std::optional<wire::LimitState>& state) {
  if (!state || state->limit <= 0) return;
  limits.push_back({.name = name, .left = state->remaining, .limit = state->limit});
}

// As the last answer's headers told.
void copy_limits(const wire::RateLimitHeaders* headers, std::vector<LimitLeft>& limits) {
  limits.clear();
  if (headers == nullptr) return;
  add_limit(limits, "requests", headers->requests);
  add_limit(limits, "tokens", headers->tokens);
  add_limit(limits, "input tokens", headers->input_tokens);
  add_limit(limits, "output tokens", headers->output_tokens);
  add_limit(limits, "fast input tokens", headers->fast_input_tokens);
  add_limit(limits, "fast output tokens", headers->fast_output_tokens);
}

}  // namespace

Result<std::unique_ptr<Dashboard>> dashboard_for(const ReplayArguments& arguments,
                                                 const scenario::LoadedScenario& scenario) {
  if (arguments.ui != "web") return nullptr;
  SLUICE_TRY(auto dashboard, Dashboard::start(replay_facts(scenario)));
  print(stderr, fmt::format("dashboard: {}\n", dashboard->url()));
  return dashboard;
}

void show(Dashboard& dashboard, const live::ReplayView& view) {
  DashboardSnapshot* const to = dashboard.wanted();
  if (to == nullptr) return;
  to->measured = view.measured;
  to->load = view.load;
  LiveNumbers& live = to->live;
  live.now = view.now;
  live.duration = view.duration;
  live.in_flight = static_cast<std::int64_t>(view.in_flight);
  live.held = static_cast<std::int64_t>(view.held);
  live.spent = view.spent;
  live.reserved = view.reserved;
  live.cap = view.load.spend_cap;
  live.stopping.clear();
  if (view.stopping != StopReason::kNone) live.stopping = sentence(view.stopping);
  copy_limits(view.limits, live.limits);
  dashboard.give();
}

}  // namespace sluice::app
