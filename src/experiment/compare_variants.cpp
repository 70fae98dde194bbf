#include "experiment/compare_variants.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/text.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr std::array<std::pair<std::string_view, WorkChange>, 7> kChanges = {{
    {"cache", WorkChange::kCache},
    {"no-cache", WorkChange::kNoCache},
    {"5m", WorkChange::k5m},
    {"1h", WorkChange::k1h},
    {"batch", WorkChange::kBatch},
    {"half-batch", WorkChange::kHalfBatch},
    {"fast", WorkChange::kFast},
}};

bool is_trace(const WorkloadSpec& workload) {
  return std::holds_alternative<TraceArrivals>(workload.arrivals);
}

using Ttl = std::optional<CacheTtl>;

ChangeOutcome set_ttls(LoadedScenario& scenario, Ttl (*prefix)(const WorkloadSpec&),
                       Ttl (*conversation)(const WorkloadSpec&)) {
  ChangeOutcome outcome;
  for (WorkloadSpec& workload : scenario.plan.workloads) {
    const Ttl new_prefix = prefix(workload);
    const Ttl new_conversation = conversation(workload);
    outcome.changes |=
        new_prefix != workload.prefix_ttl || new_conversation != workload.conversation_ttl;
    workload.prefix_ttl = new_prefix;
    workload.conversation_ttl = new_conversation;
  }
  return outcome;
}

template <CacheTtl kTtl>
ChangeOutcome set_lifetime(LoadedScenario& scenario) {
  const auto prefix = [](const WorkloadSpec& w) { return w.prefix_ttl ? Ttl(kTtl) : Ttl(); };
  const auto context = [](const WorkloadSpec& w) { return w.conversation_ttl ? Ttl(kTtl) : Ttl(); };
  ChangeOutcome outcome = set_ttls(scenario, prefix, context);
  const auto caches = [](const WorkloadSpec& w) { return w.prefix_ttl || w.conversation_ttl; };
  const auto& all = scenario.plan.workloads;
  if (std::none_of(all.begin(), all.end(), caches)) outcome.why_not = "nothing is cached";
  return outcome;
}

ChangeOutcome set_cache(LoadedScenario& scenario) {
  const auto prefix = [](const WorkloadSpec& w) {
    const bool has_one = w.prefix_tokens > 0 || is_trace(w);
    return has_one ? Ttl(CacheTtl::kFiveMinutes) : w.prefix_ttl;
  };
  const auto context = [](const WorkloadSpec& w) {
    return !w.conversation.is_one_request() ? Ttl(CacheTtl::kFiveMinutes) : w.conversation_ttl;
  };
  ChangeOutcome outcome = set_ttls(scenario, prefix, context);
  const auto can = [](const WorkloadSpec& w) {
    return w.prefix_tokens > 0 || is_trace(w) || !w.conversation.is_one_request();
  };
  const auto& all = scenario.plan.workloads;
  if (std::none_of(all.begin(), all.end(), can)) {
    outcome.why_not = "there is neither a shared prefix nor a conversation";
  }
  return outcome;
}

ChangeOutcome set_batch(LoadedScenario& scenario, std::int64_t ppm) {
  ChangeOutcome outcome;
  bool any = false;
  for (WorkloadSpec& workload : scenario.plan.workloads) {
    const bool waits = std::holds_alternative<ClosedLoop>(workload.arrivals);
    if (!workload.conversation.is_one_request() || waits) continue;
    any = true;
    outcome.changes |= workload.batch.share_ppm != ppm;
    workload.batch.share_ppm = ppm;
  }
  if (!any) outcome.why_not = "every request waits for the answer before it";
  return outcome;
}

ChangeOutcome set_fast(LoadedScenario& scenario) {
  ChangeOutcome outcome;
  bool any = false;
  for (WorkloadSpec& workload : scenario.plan.workloads) {
    const bool has_it = scenario.plan.models[index(workload.model)].has_fast_mode;
    if (!has_it || workload.batch.share_ppm == kWholePpm) continue;
    any = true;
    outcome.changes |= !workload.fast;
    workload.fast = true;
  }
  if (!any) outcome.why_not = "no fast mode";
  return outcome;
}

// Quoted, so that a name that looks like a number stays a text.
std::string assignment(std::string_view pointer, std::string_view text) {
  return fmt::format("{}=\"{}\"", pointer, text);
}

ModelId position_of(const LoadedScenario& scenario, const std::string& id) {
  const auto& rows = scenario.model_rows;
  const auto its = std::find_if(rows.begin(), rows.end(),
                                [&](const scenario::ModelRow& row) { return row.id == id; });
  SLUICE_CHECK(its != rows.end());
  return ModelId(static_cast<std::size_t>(its - rows.begin()));
}

}  // namespace

Checked<LoadedScenario> load_variant(const ScenarioText& text, const LoadedScenario& today,
                                     const WorkVariant& variant) {
  std::vector<std::string> overrides;
  for (std::size_t i = 0; i < variant.models.size(); ++i) {
    const std::string& id = variant.models[i];
    const ModelId own = today.plan.workloads[i].model;
    if (id.empty() || today.model_rows[index(own)].id == id) continue;
    overrides.push_back(assignment(fmt::format("/workloads/{}/model", i), id));
    overrides.push_back(
        assignment(fmt::format("/workloads/{}/sizes_for", i), today.size_models[i]));
  }
  if (!variant.tier.empty() && variant.tier != today.tier) {
    overrides.push_back(assignment("/organization/tier", variant.tier));
  }
  return text.load(overrides);
}

std::optional<WorkChange> work_change(std::string_view name) noexcept {
  for (const auto& [known, change] : kChanges) {
    if (known == name) return change;
  }
  return std::nullopt;
}

std::string_view name(WorkChange change) noexcept {
  return kChanges[static_cast<std::size_t>(change)].first;
}

std::vector<std::string> work_change_names() {
  std::vector<std::string> names;
  for (const auto& [known, change] : kChanges) names.emplace_back(known);
  return names;
}

ChangeOutcome apply(WorkChange change, LoadedScenario& scenario) {
  switch (change) {
    case WorkChange::kCache:
      return set_cache(scenario);
    case WorkChange::kNoCache: {
      const auto none = [](const WorkloadSpec&) { return Ttl(); };
      return set_ttls(scenario, none, none);
    }
    case WorkChange::k5m:
      return set_lifetime<CacheTtl::kFiveMinutes>(scenario);
    case WorkChange::k1h:
      return set_lifetime<CacheTtl::kOneHour>(scenario);
    case WorkChange::kBatch:
      return set_batch(scenario, kWholePpm);
    case WorkChange::kHalfBatch:
      return set_batch(scenario, kWholePpm / 2);
    case WorkChange::kFast:
      return set_fast(scenario);
  }
  return {};
}

std::string part_name(const std::string& workload, const ComparedModel& model) {
  return workload + "/" + model.asked;
}

LoadedScenario mixed(const LoadedScenario& today, const std::vector<ModelShare>& shares,
                     const std::vector<const LoadedScenario*>& on_model) {
  LoadedScenario mix = today;
  mix.plan.workloads.clear();
  mix.size_models.clear();
  for (std::size_t w = 0; w < today.plan.workloads.size(); ++w) {
    std::int64_t from = 0;
    for (std::size_t m = 0; m < shares.size(); ++m) {
      WorkloadSpec part = on_model[m]->plan.workloads[w];
      const std::int64_t until = from + shares[m].ppm;
      part.name = part_name(part.name, shares[m].model);
      part.model = position_of(mix, shares[m].model.id);
      part.part = {from, until};
      if (std::holds_alternative<ClosedLoop>(part.arrivals) && part.max_requests) {
        part.max_requests = *part.max_requests * shares[m].ppm / kWholePpm;
      }
      from = until;
      if (part.part.from_ppm == part.part.until_ppm) continue;
      mix.plan.workloads.push_back(std::move(part));
      mix.size_models.push_back(today.size_models[w]);
    }
  }
  return mix;
}

Checked<LoadedScenario> load_mix(const ScenarioText& text, const LoadedScenario& today,
                                 const std::vector<ModelShare>& shares) {
  std::vector<LoadedScenario> loaded;
  for (const ModelShare& share : shares) {
    const WorkVariant all{std::vector<std::string>(today.plan.workloads.size(), share.model.id),
                          {}};
    auto scenario = load_variant(text, today, all);
    if (!scenario) return scenario;
    loaded.push_back(std::move(*scenario));
  }
  std::vector<const LoadedScenario*> on_model;
  for (const LoadedScenario& scenario : loaded) on_model.push_back(&scenario);
  return mixed(today, shares, on_model);
}

LoadedScenario without_limits(LoadedScenario scenario) {
  RunPlan& plan = scenario.plan;
  plan.limits.limiters.clear();
  plan.limits.ramp.reset();
  plan.limits.max_concurrent.reset();
  std::erase_if(plan.events, [](const ScheduledEvent& event) {
    return std::holds_alternative<LimitChanged>(event.action);
  });
  plan.spend.tier_cap.reset();
  plan.spend.organization_limit.reset();
  plan.spend.credit.reset();
  plan.spend.alerts.clear();
  for (auto& limit : plan.spend.workspace_limits) limit.reset();
  for (auto& limit : plan.spend.key_limits) limit.reset();
  return scenario;
}

}  // namespace sluice
