// From a decoded scenario and a catalog to the plan of a run, step by step over one Resolution:
// names become positions in the plan's tables, and whatever does not fit together is a finding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/run_plan.hpp"
#include "scenario/catalog.hpp"
#include "scenario/federation_config.hpp"
#include "scenario/findings.hpp"
#include "scenario/scenario_config.hpp"

namespace sluice::scenario {

struct Resolution {
  const ScenarioConfig& config;
  const Catalog& catalog;
  Findings& findings;
  std::string folder;  // of the scenario file
  CivilDate date;      // on which the run starts
  bool whole_catalog;  // models that no workload uses are resolved too
  RunPlan plan;
  std::vector<const ModelRow*> models;  // as plan.models
  std::vector<bool> is_model_known;     // as plan.workloads
  const TierRow* tier_row;              // none: "custom", or a finding
  FederationPlan federation;            // for the mock
  std::vector<std::string> guesses;     // what the plan rests on that nobody has published
  std::vector<std::string> unused;      // pointers of what overlays say and this scenario leaves
  std::vector<std::string> files;       // key sets that were read

  // The position of a model that the scenario names, added when it is new; nothing after a finding.
  std::optional<ModelId> model(std::string_view name, const std::string& pointer);
  // The same, but it has to be there already: used by a workload.
  std::optional<ModelId> used_model(std::string_view name, const std::string& pointer);
  // Whether the pointer's node is an overlay's word on a model that this scenario does not use; it
  // is added to `unused` then.
  bool is_left(std::string_view model_name, const std::string& pointer);
  // The group that a model's or a group's name means.
  std::optional<std::string> group_named(std::string_view name, const std::string& pointer);
  std::optional<GroupId> used_group(std::string_view group) const;
  std::optional<WorkspaceId> workspace(std::string_view name, const std::string& pointer);
  std::optional<KeyId> key(std::string_view name, const std::string& pointer);
  std::optional<LimiterId> limiter(std::optional<WorkspaceId> workspace, GroupId group,
                                   LimitType type) const;
  void guess(std::string text);  // once
};

// In this order.
void resolve_people(Resolution& r);      // workspaces, keys, clients
void resolve_federation(Resolution& r);  // issuers, rules
void resolve_workloads(Resolution& r);   // with models, groups and prices
void resolve_fallbacks(Resolution& r);   // of clients
void resolve_all_models(Resolution& r);  // adds those that no workload uses
void resolve_models(Resolution& r);      // service times
void resolve_limits(Resolution& r);      // limiters, batches, spend
void resolve_pacers(Resolution& r);      // rates that follow from the limits
void resolve_events(Resolution& r);      // faults, events, deployments
void check_fit(Resolution& r);           // sizes against contexts and buckets

// Sizes measured with one tokenizer in tokens of another: value x numerator / denominator, rounded.
// None for what cannot be scaled (zipf).
struct TokenRatio {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  std::int64_t of(std::int64_t value) const noexcept;
};
std::optional<SizeSpec> scaled(const SizeSpec& spec, TokenRatio ratio);

// The least value that a size can take, and one that it reaches often enough to matter (p95, or the
// largest).
struct SizeRange {
  std::int64_t least = 0;
  std::int64_t large = 0;
};
SizeRange range_of(const SizeSpec& spec);

}  // namespace sluice::scenario
