#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "describe/pointer.hpp"
#include "scenario/resolve.hpp"
#include "scenario/tier_limits.hpp"

namespace sluice::scenario {
namespace {

// A change of the factor of one workload, before all of them are put in order.
struct Deployment {
  std::size_t workload = 0;
  Duration at{};
  Fraction factor;
  std::optional<Duration> lasts;
};

struct Step {
  Resolution& r;
  std::string pointer;
  std::vector<Deployment>& deployments;

  void operator()(const RevokeKeyEvent& e) { revoke(e); }
  void operator()(const RotateKeyEvent& e) { rotate(e); }
  void operator()(const LimitsEvent& e) { limits(e); }
  void operator()(const PricesEvent& e) { prices(e); }
  void operator()(const DeployEvent& e) { deploy(e); }
  void operator()(const OverloadEvent& e) { overload(e); }

 private:
  void schedule(Duration at, EventAction action, std::string text) {
    if (at >= r.config.duration) {
      r.findings.warn(pointer + "/at", exact_text(at) + " is not before the end of arrivals (" +
                                           exact_text(r.config.duration) + ")");
    }
    r.plan.events.push_back({kRunStart + at, std::move(action), std::move(text)});
  }
  void revoke(const RevokeKeyEvent& e) {
    const auto key = r.key(e.key, pointer + "/key");
    if (key) schedule(e.at, KeyRevoked{*key}, "key " + e.key + " is revoked");
  }
  void rotate(const RotateKeyEvent& e) {
    const auto key = r.key(e.key, pointer + "/key");
    if (!key) return;
    schedule(e.at, KeyRotated{*key, e.overlap, e.pickup},
             "key " + e.key + " is rotated (overlap " + exact_text(e.overlap) + ", pick-up " +
                 exact_text(e.pickup) + ")");
  }
  void change_limit(const LimitsEvent& e, const LimitChanged& change, std::string_view group,
                    LimitType type) {
    schedule(e.at, change,
             std::string{name(type)} + " of " + std::string{group} + " becomes " +
                 with_thousands(change.limit));
  }
  void limits(const LimitsEvent& e);
  void tier_change(const LimitsEvent& e);
  void prices(const PricesEvent& e);
  void deploy(const DeployEvent& e);
  void overload(const OverloadEvent& e);
};

void Step::tier_change(const LimitsEvent& e) {
  if (*e.tier == kCustomTier) {
    r.findings.error(pointer + "/tier",
                     "\"custom\" has no numbers of its own: give limits instead");
    return;
  }
  const CivilDate date = (UnixTime{r.plan.start_unix_ns} + e.at).date();
  const auto tier = TierLimits::find(r, *e.tier, date, pointer + "/tier");
  if (!tier) return;
  for (std::size_t group = 0; group < r.plan.groups.size(); ++group) {
    for (const NamedLimit& one : tier->of_group(r.plan.groups[group])) {
      const auto limiter = r.limiter(std::nullopt, GroupId(group), one.type);
      if (!limiter) continue;  // lifted by the scenario from the start
      change_limit(e, {*limiter, one.limit}, r.plan.groups[group], one.type);
    }
  }
  r.findings.warn(pointer + "/tier",
                  "changes the Messages limits; batch limits and the monthly cap stay");
}

void Step::limits(const LimitsEvent& e) {
  if (e.tier) tier_change(e);
  const auto workspace =
      e.workspace ? r.workspace(*e.workspace, pointer + "/workspace") : std::nullopt;
  if (e.workspace && !workspace) return;
  for (const auto& [name, set] : e.limits) {
    const std::string where = pointer + "/limits" + describe::pointer_segment(name);
    const auto group = r.group_named(name, where);
    if (!group) continue;
    const auto used = r.used_group(*group);
    if (!used) {
      r.findings.warn(where, "no workload uses group " + in_quotes(*group));
      continue;
    }
    for (const NamedLimit& one : given_limits(set)) {
      const auto limiter = r.limiter(workspace, *used, one.type);
      if (limiter) {
        change_limit(e, {*limiter, std::min(one.limit, kLargestLimit)}, *group, one.type);
        continue;
      }
      r.findings.error_unless_wrong(
          "/organization", where,
          "there is no such limit to change at the start of the run: give " +
              std::string{sluice::name(one.type)} +
              (workspace ? " in the workspace's limits" : " in /organization/limits") + " first");
    }
  }
}

void Step::prices(const PricesEvent& e) {
  const auto model = r.used_model(e.model, pointer + "/model");
  if (!model) return;
  const std::int64_t from = r.plan.start_unix_ns + ns(e.at);
  const std::vector<PriceRow>& rows = r.plan.models[index(*model)].prices;
  const auto current = std::find_if(rows.begin(), rows.end(), [from](const PriceRow& row) {
    return row.effective_from_ns <= from && from < row.effective_until_ns;
  });
  const bool complete = e.input && e.cache_write_5m && e.cache_write_1h && e.cache_read && e.output;
  if (current == rows.end() && !complete) {
    r.findings.error(pointer, "the model has no price then: give all five prices");
    return;
  }
  PriceRow row = current == rows.end() ? PriceRow{.bands = {PriceBand{}}} : *current;
  if (row.bands.size() > 1) {
    r.findings.error(pointer + "/model",
                     "has prices by prompt length, which an event cannot change");
    return;
  }
  row.effective_from_ns = from;
  row.effective_until_ns = INT64_MAX;
  const auto set = [&row](CostCategory category, const std::optional<Money>& price) {
    if (!price) return;
    row.bands[0].per_token[static_cast<std::size_t>(category)] =
        static_cast<std::int64_t>(price->picodollars() / 1'000'000);
  };
  set(CostCategory::kInput, e.input);
  set(CostCategory::kWrite5m, e.cache_write_5m);
  set(CostCategory::kWrite1h, e.cache_write_1h);
  set(CostCategory::kCacheRead, e.cache_read);
  set(CostCategory::kOutput, e.output);
  schedule(e.at, PriceChanged{*model, std::move(row)},
           "prices of " + r.models[index(*model)]->id + " change");
}

void Step::deploy(const DeployEvent& e) {
  std::vector<std::string> names;
  for (const WorkloadSpec& workload : r.plan.workloads) names.push_back(workload.name);
  bool found = false;
  for (std::size_t i = 0; i < r.plan.workloads.size(); ++i) {
    if (e.workload && names[i] != *e.workload) continue;
    found = true;
    if (!std::holds_alternative<ArrivalSpec>(r.plan.workloads[i].arrivals)) {
      r.findings.error(pointer, in_quotes(names[i]) +
                                    " has no rate that could grow: its arrivals are a trace or a "
                                    "closed loop; name the workloads that have one");
      continue;
    }
    deployments.push_back({i, e.at, e.factor, e.lasts});
  }
  if (!found && e.workload) {
    std::string near = suggestion(*e.workload, names);
    if (near.empty()) near = ": there are " + join(names);
    r.findings.error_unless_wrong("/workloads", pointer + "/workload",
                                  in_quotes(*e.workload) + " is not a workload" + near);
  }
}

void Step::overload(const OverloadEvent& e) {
  FaultSpec fault;
  fault.kind = FaultKind::kOverloaded;
  fault.probability_ppm = e.probability_ppm;
  fault.from = kRunStart + e.at;
  fault.until = kRunStart + e.at + e.lasts;
  if (e.model) fault.model = r.used_model(*e.model, pointer + "/model");
  r.plan.faults.push_back(fault);
}

// Every start and every end of a deployment is a change; after an end, the last deployment for good
// holds.
RateChanges changes_of(const std::vector<Deployment>& all, std::size_t workload) {
  std::vector<Deployment> own;
  std::copy_if(all.begin(), all.end(), std::back_inserter(own),
               [workload](const Deployment& one) { return one.workload == workload; });
  std::stable_sort(own.begin(), own.end(),
                   [](const Deployment& a, const Deployment& b) { return a.at < b.at; });
  const auto factor_at = [&own](Duration time) {
    Fraction factor = Fraction::whole(1);
    for (const Deployment& one : own) {
      if (one.at <= time && (!one.lasts || time < one.at + *one.lasts)) factor = one.factor;
    }
    return factor;
  };
  std::vector<Duration> instants;
  for (const Deployment& one : own) {
    instants.push_back(one.at);
    if (one.lasts) instants.push_back(one.at + *one.lasts);
  }
  std::sort(instants.begin(), instants.end());
  RateChanges changes;
  for (const Duration time : instants) changes.push_back({kRunStart + time, factor_at(time)});
  return changes;
}

void resolve_faults(Resolution& r) {
  for (std::size_t i = 0; i < r.config.faults.size(); ++i) {
    const FaultConfig& config = r.config.faults[i];
    if (config.model && r.is_left(*config.model, at("/faults", i))) continue;
    std::optional<ModelId> model;
    if (config.model) model = r.used_model(*config.model, at("/faults", i, "/model"));
    r.plan.faults.push_back(fault_of(config, kRunStart, model));
  }
}

}  // namespace

void resolve_events(Resolution& r) {
  resolve_faults(r);
  std::vector<Deployment> deployments;
  for (std::size_t i = 0; i < r.config.events.size(); ++i) {
    const std::string pointer = at("/events", i);
    if (r.findings.is_wrong(pointer)) continue;
    std::visit(Step{r, pointer, deployments}, r.config.events[i]);
  }
  for (std::size_t i = 0; i < r.plan.workloads.size(); ++i) {
    r.plan.workloads[i].rate_changes = changes_of(deployments, i);
  }
  std::stable_sort(r.plan.events.begin(), r.plan.events.end(),
                   [](const ScheduledEvent& a, const ScheduledEvent& b) { return a.at < b.at; });
}

}  // namespace sluice::scenario
