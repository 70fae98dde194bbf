#include "experiment/run_facts.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice {
namespace {

std::string date_text(CivilDate date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

template <class Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> names;
  names.reserve(items.size());
  for (const Item& item : items) names.push_back(item.name);
  return names;
}

std::vector<LimiterFacts> limiter_facts(const RunPlan& plan) {
  std::vector<LimiterFacts> facts;
  for (const LimiterSpec& limiter : plan.limits.limiters) {
    LimiterFacts fact;
    fact.type = limiter.type;
    fact.group = plan.groups[index(limiter.group)];
    if (limiter.workspace) fact.workspace = plan.workspaces[index(*limiter.workspace)];
    fact.limit = limiter.limit;
    facts.push_back(std::move(fact));
  }
  return facts;
}

// Whose spending an alert watches: a key, a workspace or the organization.
std::string scope_of(const RunPlan& plan, const SpendAlert& alert) {
  if (alert.key) return "key " + plan.keys[index(*alert.key)].name;
  if (alert.workspace) return "workspace " + plan.workspaces[index(*alert.workspace)];
  return "the organization";
}

SpendFacts spend_facts(const RunPlan& plan, Simulation& simulation) {
  SpendGuard& spend = simulation.api().spend();
  SpendFacts facts;
  facts.month_to_date = spend.month_to_date(simulation.timers().now());
  facts.tier_cap = plan.spend.tier_cap;
  facts.cap_reached_at = spend.cap_reached_at();
  for (const AlertFired& fired : spend.fired()) {
    const SpendAlert& alert = plan.spend.alerts[fired.alert];
    const char* what = alert.action == AlertAction::kRevoke ? "revoked" : "notified";
    facts.alerts.push_back({.at = fired.at,
                            .text = fmt::format("{} reached {}: {}", scope_of(plan, alert),
                                                alert.threshold.text(), what)});
  }
  return facts;
}

}  // namespace

RunFacts facts_of(const scenario::LoadedScenario& scenario) {
  const RunPlan& plan = scenario.plan;
  RunFacts facts;
  facts.scenario_name = scenario.title;
  facts.scenario_digest = scenario.digest;
  facts.catalog_date = date_text(scenario.catalog_date);
  facts.catalog_digest = scenario.catalog_digest;
  facts.tier = scenario.tier;
  facts.seed = plan.seed;
  facts.start_unix_ns = plan.start_unix_ns;
  facts.duration = plan.duration;
  facts.names.workloads = names_of(plan.workloads);
  facts.names.workspaces = plan.workspaces;
  facts.names.keys = names_of(plan.keys);
  facts.names.models = names_of(plan.models);
  facts.limiters = limiter_facts(plan);
  for (const LimiterFacts& limiter : facts.limiters) {
    facts.names.limiters.push_back(limiter_name(limiter));
  }
  for (const ScheduledEvent& event : plan.events) {
    facts.happened.push_back({.at = event.at, .text = event.text});
  }
  facts.guesses = scenario.guesses;
  facts.warnings = scenario.warnings;
  facts.notes = scenario.notes;
  facts.latency_within = scenario.objectives.latency_within;
  facts.ttft_within = scenario.objectives.ttft_within;
  return facts;
}

RunFacts facts_of(const scenario::LoadedScenario& scenario, Simulation& simulation) {
  RunFacts facts = facts_of(scenario);
  facts.events = simulation.timers().fired();
  facts.event_digest = fmt::format("{:016x}", simulation.timers().order_digest());
  facts.spend = spend_facts(scenario.plan, simulation);
  return facts;
}

}  // namespace sluice
