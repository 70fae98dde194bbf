#include <algorithm>

#include "base/text.hpp"
#include "describe/pointer.hpp"
#include "scenario/resolve.hpp"
#include "scenario/tier_limits.hpp"

namespace sluice::scenario {
namespace {

// Replaces or adds what is given; an unlimited type goes.
void merge(NamedLimits& limits, const LimitSet& set) {
  for (const NamedLimit& given : given_limits(set)) {
    const auto same = [&](const NamedLimit& one) { return one.type == given.type; };
    limits.erase(std::remove_if(limits.begin(), limits.end(), same), limits.end());
    if (given.limit != kUnlimitedTokens) limits.push_back(given);
  }
  std::sort(limits.begin(), limits.end(),
            [](const NamedLimit& a, const NamedLimit& b) { return a.type < b.type; });
}

// Adds to `limits[group]`, and says when a name means nothing or the same group as another.
void merge_map(Resolution& r, const LimitMap& map, const std::string& pointer,
               std::vector<NamedLimits>& limits) {
  std::vector<std::string> seen;
  for (const auto& [name, set] : map) {
    const std::string where = pointer + describe::pointer_segment(name);
    const std::optional<std::string> group = r.group_named(name, where);
    if (!group) continue;
    if (std::find(seen.begin(), seen.end(), *group) != seen.end()) {
      r.findings.error(where, "group " + in_quotes(*group) + " is there twice");
    }
    seen.push_back(*group);
    const auto used = r.used_group(*group);
    if (used) {
      merge(limits[index(*used)], set);
    } else if (r.findings.is_from_overlay(where)) {
      r.unused.push_back(where);
    } else {
      r.findings.warn(where, "no workload uses group " + in_quotes(*group));
    }
  }
}

std::vector<LimiterSpec> table(const std::vector<NamedLimits>& limits,
                               std::optional<WorkspaceId> workspace) {
  std::vector<LimiterSpec> all;
  for (std::size_t group = 0; group < limits.size(); ++group) {
    for (const NamedLimit& one : limits[group]) {
      all.push_back({workspace, GroupId(group), one.type, one.limit});
    }
  }
  return all;
}

void append(std::vector<LimiterSpec>& all, const std::vector<LimiterSpec>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

void check_limited(Resolution& r, const std::vector<NamedLimits>& limits, ModelId id,
                   const std::string& pointer) {
  const ModelPlan& model = r.plan.models[index(id)];
  if (!limits[index(model.group)].empty()) return;
  const std::string& group = r.plan.groups[index(model.group)];
  r.findings.error_unless_wrong("/organization", pointer,
                                "the catalog has no limits for " + model.name + " in tier " +
                                    in_quotes(r.config.organization.tier) +
                                    ": give them as /organization/limits/" + group);
}

// Groups that nothing limits, where the tier should.
void check_all_limited(Resolution& r, const std::vector<NamedLimits>& limits) {
  for (std::size_t i = 0; i < r.plan.workloads.size(); ++i) {
    if (!r.is_model_known[i]) continue;
    check_limited(r, limits, r.plan.workloads[i].model, at("/workloads", i, "/model"));
  }
  for (const ClientPlan& client : r.plan.clients) {
    if (!client.fallback) continue;
    check_limited(r, limits, client.fallback->model,
                  "/clients" + describe::pointer_segment(client.name) + "/fallback/model");
  }
}

void resolve_messages(Resolution& r, const TierLimits* tier) {
  const OrganizationConfig& o = r.config.organization;
  RateLimiterSpec& spec = r.plan.limits;
  spec.workspace_count = r.plan.workspaces.size();
  spec.group_count = r.plan.groups.size();
  std::vector<NamedLimits> limits(r.plan.groups.size());
  for (std::size_t group = 0; tier != nullptr && group < limits.size(); ++group) {
    limits[group] = tier->of_group(r.plan.groups[group]);
  }
  merge_map(r, o.limits, "/organization/limits", limits);
  if (tier != nullptr) check_all_limited(r, limits);
  spec.limiters = table(limits, std::nullopt);
  for (std::size_t i = 0; i < o.workspaces.size(); ++i) {
    std::vector<NamedLimits> own(r.plan.groups.size());
    merge_map(r, o.workspaces[i].limits, at("/organization/workspaces", i, "/limits"), own);
    append(spec.limiters, table(own, WorkspaceId(i + 1)));
  }
  spec.burst = o.burst;
  if (o.bursts) spec.bursts = given_bursts(*o.bursts);
  spec.output_charge = o.output_charge;
  spec.refused_attempts_count = o.refused_attempts_count;
  if (o.ramp) spec.ramp = RampSpec{.initial = o.ramp->initial, .step = o.ramp->step};
  spec.max_concurrent = o.max_concurrent;
  constexpr std::int64_t kMinute = ns(minutes(1));
  spec.calendar_offset_ns = (r.plan.start_unix_ns % kMinute + kMinute) % kMinute;
  r.plan.cut_when_output_runs_dry = o.when_output_runs_dry == WhenOutputRunsDry::kCut;
  r.plan.estimate_error_permille = o.estimate_error_permille;
}

void resolve_batches(Resolution& r, const TierRow* tier) {
  const BatchLimitsConfig& given = r.config.organization.batch_limits;
  BatchLimiterSpec& spec = r.plan.batch_limits;
  spec.burst = r.config.organization.burst;
  if (tier != nullptr) {
    spec.requests_per_minute = tier->batch_requests_per_minute;
    spec.max_enqueued = tier->enqueued_batch_requests;
    spec.max_per_batch = tier->requests_per_batch;
  }
  if (given.requests_per_minute) spec.requests_per_minute = *given.requests_per_minute;
  if (given.enqueued_batch_requests) spec.max_enqueued = *given.enqueued_batch_requests;
  if (given.requests_per_batch) spec.max_per_batch = *given.requests_per_batch;
}

void resolve_spend(Resolution& r, const TierRow* tier) {
  const SpendConfig& given = r.config.organization.spend;
  SpendSpec& spec = r.plan.spend;
  if (given.enforce_tier_cap && tier != nullptr) spec.tier_cap = tier->monthly_spend;
  if (given.cap) spec.tier_cap = given.cap;
  spec.organization_limit = given.organization_limit;
  spec.credit = given.credit;
  spec.spent_before = given.spent_before;
  spec.start_unix_ns = r.plan.start_unix_ns;
  spec.workspace_limits.resize(r.plan.workspaces.size());
  const auto& workspaces = r.config.organization.workspaces;
  for (std::size_t i = 0; i < workspaces.size(); ++i) {
    spec.workspace_limits[i + 1] = workspaces[i].spend_limit;
  }
  spec.key_limits.resize(r.plan.keys.size());
  const auto& keys = r.config.organization.keys;
  for (std::size_t i = 0; i < keys.size(); ++i) spec.key_limits[i] = keys[i].spend_limit;
  for (std::size_t i = 0; i < given.alerts.size(); ++i) {
    const AlertConfig& alert = given.alerts[i];
    SpendAlert resolved;
    resolved.threshold = alert.at;
    resolved.action = alert.action;
    if (alert.key) {
      resolved.key = r.key(*alert.key, at("/organization/spend/alerts", i, "/key"));
    }
    if (alert.workspace) {
      resolved.workspace =
          r.workspace(*alert.workspace, at("/organization/spend/alerts", i, "/workspace"));
    }
    spec.alerts.push_back(resolved);
  }
}

// What buckets hold is a guess of every type whose burst nobody has measured or chosen.
void note_burst_guess(Resolution& r) {
  const RateLimiterSpec& spec = r.plan.limits;
  if (spec.burst != minutes(1)) return;
  std::vector<std::string> guessed;
  for (std::size_t i = 0; i < spec.bursts.size(); ++i) {
    const auto type = static_cast<LimitType>(i);
    const bool is_there = std::any_of(spec.limiters.begin(), spec.limiters.end(),
                                      [type](const LimiterSpec& one) { return one.type == type; });
    if (is_there && !spec.bursts[i]) guessed.emplace_back(name(type));
  }
  const auto is_given = [](const std::optional<Duration>& one) { return one.has_value(); };
  const bool is_any_given = std::any_of(spec.bursts.begin(), spec.bursts.end(), is_given);
  if (is_any_given && guessed.empty()) return;
  r.guess("buckets " + (is_any_given ? "of " + join(guessed) + " " : std::string{}) +
          "hold one minute of their limit: the API does not publish their size");
}

void note_guesses(Resolution& r, const TierLimits* tier) {
  const OrganizationConfig& o = r.config.organization;
  for (const std::string& group : r.plan.groups) {
    if (tier != nullptr) tier->note_guesses(r, group);
  }
  note_burst_guess(r);
  if (o.ramp) r.guess("the ramp limit's algorithm is not published");
  for (std::size_t i = 0; i < r.plan.workloads.size(); ++i) {
    const WorkloadSpec& workload = r.plan.workloads[i];
    if (!workload.fast || !r.is_model_known[i]) continue;
    const ModelPlan& model = r.plan.models[index(workload.model)];
    const auto limiter =
        r.limiter(std::nullopt, model.group, LimitType::kFastInputTokensPerMinuteCacheAware);
    if (!limiter) {
      r.guess("fast mode of " + model.name +
              " has token limits of its own, which are not published: none are simulated");
    }
  }
}

}  // namespace

void resolve_limits(Resolution& r) {
  const std::optional<TierLimits> tier =
      TierLimits::find(r, r.config.organization.tier, r.date, "/organization/tier");
  const TierLimits* const found = tier ? &*tier : nullptr;
  resolve_messages(r, found);
  const TierRow* row = tier ? tier->row() : nullptr;
  r.tier_row = row;
  resolve_batches(r, row);
  resolve_spend(r, row);
  note_guesses(r, found);
}

}  // namespace sluice::scenario
