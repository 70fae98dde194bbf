#include "importer/scenario_draft.hpp"

#include <utility>

#include "base/text.hpp"
#include "describe/describe.hpp"

namespace sluice::importer {
namespace {

using describe::Value;
using scenario::CacheUse;
using scenario::WorkloadConfig;

// Longer TTLs come first in a prompt, so that both have the same.
Value cache_value(CacheUse use) {
  const Value name = describe::echo(use);
  Value cache = Value::object();
  cache.set("prefix", name).set("conversation", name);
  return cache;
}

Value trace_value(const WorkloadDraft& draft) {
  Value trace = Value::object();
  trace.set("type", "trace").set("path", draft.trace).set("format", "csv");
  if (draft.spread > Duration{}) trace.set("spread", exact_text(draft.spread));
  return trace;
}

// What differs from a workload without any of it.
void set_fitted(const WorkloadConfig& fitted, Value& workload) {
  const Value all = describe::echo(fitted);
  const Value plain = describe::echo(WorkloadConfig{});
  for (const char* field : {"arrivals", "input", "output", "thinking", "max_tokens", "prefix",
                            "conversation", "cache"}) {
    const Value* value = all.find(field);
    if (value == nullptr) continue;
    const Value* usual = plain.find(field);
    if (usual == nullptr || !(*usual == *value)) workload.set(field, *value);
  }
  workload.set("arrivals", *all.find("arrivals"));
}

Value workload_value(const WorkloadDraft& draft, const std::string& client) {
  Value workload = Value::object();
  workload.set("name", draft.name).set("model", draft.model);
  if (!draft.sizes_for.empty()) workload.set("sizes_for", draft.sizes_for);
  if (draft.starts > Duration{}) workload.set("starts", exact_text(draft.starts));
  if (draft.fitted) {
    set_fitted(*draft.fitted, workload);
  } else {
    workload.set("arrivals", trace_value(draft));
    if (draft.trace_cache) workload.set("cache", cache_value(*draft.trace_cache));
  }
  if (draft.fast) workload.set("fast", true);
  if (draft.batch) workload.set("batch", 1);
  if (!client.empty()) workload.set("client", client);
  return workload;
}

}  // namespace

std::string scenario_text(const ScenarioDraft& draft) {
  Value about = Value::array();
  for (const std::string& line : draft.about) about.push(line);
  Value workloads = Value::array();
  for (const WorkloadDraft& one : draft.workloads)
    workloads.push(workload_value(one, draft.client));
  Value organization = Value::object();
  organization.set("tier", draft.tier);
  if (draft.limits) organization.set("limits", *draft.limits);
  if (draft.ignores_cap) {
    Value spend = Value::object();
    spend.set("enforce_tier_cap", false);
    organization.set("spend", std::move(spend));
  }
  Value scenario = Value::object();
  scenario.set("sluice", 1).set("about", std::move(about));
  if (draft.start) scenario.set("start", draft.start->text());
  scenario.set("duration", exact_text(draft.duration))
      .set("seed", draft.seed)
      .set("organization", std::move(organization))
      .set("workloads", std::move(workloads));
  return describe::to_json(scenario);
}

}  // namespace sluice::importer
