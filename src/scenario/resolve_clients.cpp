// What of a client depends on the rest of the scenario: its fallback's model, and the rates of a
// pacer that gives none. Clients of a scenario are the first of the plan, in the same order.
#include <algorithm>

#include "base/text.hpp"
#include "describe/pointer.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

constexpr std::int64_t kPermille = 1000;

std::string pointer_to(const ClientPlan& client) {
  return "/clients" + describe::pointer_segment(client.name);
}

// Positions of the workloads whose model is known and that use the client.
std::vector<std::size_t> workloads_of(const Resolution& r, std::size_t client) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < r.plan.workloads.size(); ++i) {
    if (r.plan.workloads[i].client == client && r.is_model_known[i]) all.push_back(i);
  }
  return all;
}

// The fallback's model has to take what its workloads ask for.
void check_fallback(Resolution& r, std::size_t client, ModelId id, const std::string& pointer) {
  const ModelPlan& model = r.plan.models[index(id)];
  const std::vector<std::size_t> workloads = workloads_of(r, client);
  const auto uses_it = [&](std::size_t i) { return r.plan.workloads[i].model == id; };
  if (!workloads.empty() && std::all_of(workloads.begin(), workloads.end(), uses_it)) {
    r.findings.error(pointer, model.name + " is the model that all workloads of this client use");
    return;
  }
  for (const std::size_t i : workloads) {
    const WorkloadSpec& workload = r.plan.workloads[i];
    if (workload.fast && !model.has_fast_mode) {
      r.findings.error(pointer, model.name + " has no fast mode on " + r.date.text() +
                                    ", which workload " + in_quotes(workload.name) + " asks for");
    } else if (workload.us_only && !model.can_stay_in_us) {
      r.findings.error(pointer, model.name + " cannot be confined to the US, as workload " +
                                    in_quotes(workload.name) + " asks for");
    }
  }
}

// The least limit of these types that any request of the client meets, times its share of it; none
// where nothing limits.
std::optional<std::int64_t> rate_of(const Resolution& r, std::size_t client,
                                    std::initializer_list<LimitType> types) {
  const ClientPlan& plan = r.plan.clients[client];
  std::optional<std::int64_t> least;
  for (const std::size_t i : workloads_of(r, client)) {
    const WorkloadSpec& workload = r.plan.workloads[i];
    const GroupId group = r.plan.models[index(workload.model)].group;
    for (const LimiterSpec& limiter : r.plan.limits.limiters) {
      const bool is_met = limiter.group == group &&
                          (!limiter.workspace || *limiter.workspace == workload.workspace) &&
                          std::find(types.begin(), types.end(), limiter.type) != types.end();
      if (is_met) least = std::min(least.value_or(limiter.limit), limiter.limit);
    }
  }
  if (!least) return std::nullopt;
  const int128 share = int128{*least} * plan.pacer.share_permille / kPermille / plan.processes;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(share));
}

void fill_rates(Resolution& r, std::size_t client) {
  PacerSpec& pacer = r.plan.clients[client].pacer;
  const bool has_buckets =
      pacer.pacing == Pacing::kTokenBucket || pacer.pacing == Pacing::kCookbook;
  if (!has_buckets && pacer.pacing != Pacing::kFixed) return;
  if (!pacer.requests_per_minute) {
    pacer.requests_per_minute = rate_of(r, client, {LimitType::kRequestsPerMinute});
  }
  if (has_buckets && !pacer.input_tokens_per_minute) {
    pacer.input_tokens_per_minute =
        rate_of(r, client,
                {LimitType::kInputTokensPerMinuteCacheAware, LimitType::kInputTokensPerMinute,
                 LimitType::kTokensPerMinute});
  }
  if (has_buckets && !pacer.output_tokens_per_minute) {
    pacer.output_tokens_per_minute =
        rate_of(r, client, {LimitType::kOutputTokensPerMinute, LimitType::kTokensPerMinute});
  }
  const bool has_rate =
      pacer.requests_per_minute || pacer.input_tokens_per_minute || pacer.output_tokens_per_minute;
  if (has_rate || workloads_of(r, client).empty()) return;
  r.findings.error_unless_wrong(
      "/organization", pointer_to(r.plan.clients[client]) + "/pacer",
      std::string{name(pacer.pacing)} +
          " needs requests_per_minute: no limit is there that it could be taken from");
}

}  // namespace

void resolve_fallbacks(Resolution& r) {
  for (std::size_t i = 0; i < r.config.clients.size(); ++i) {
    const std::optional<FallbackConfig>& given = r.config.clients[i].second.fallback;
    const std::string pointer = pointer_to(r.plan.clients[i]) + "/fallback/model";
    if (!given || r.findings.is_wrong(pointer)) continue;
    const auto model = r.model(given->model, pointer);
    if (!model) continue;
    check_fallback(r, i, *model, pointer);
    const auto has = [&](std::int64_t status) {
      return std::find(given->on.begin(), given->on.end(), status) != given->on.end();
    };
    r.plan.clients[i].fallback = {.model = *model,
                                  .on_rate_limit = has(429),
                                  .on_overloaded = has(529),
                                  .after = given->after};
  }
}

void resolve_pacers(Resolution& r) {
  for (std::size_t i = 0; i < r.config.clients.size(); ++i) fill_rates(r, i);
}

}  // namespace sluice::scenario
