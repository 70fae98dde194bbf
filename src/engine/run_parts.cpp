#include "engine/run_parts.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/check.hpp"

namespace sluice {

RecorderSpec recorder_spec(const RunPlan& plan, const Counting& counting) {
  return {.workloads = plan.workloads.size(),
          .workspaces = plan.workspaces.size(),
          .keys = plan.keys.size(),
          .models = plan.models.size(),
          .limiters = plan.limits.limiters.size(),
          .duration = plan.duration,
          .counts_from = counting.counts_from,
          .latency_within = counting.latency_within,
          .ttft_within = counting.ttft_within};
}

std::vector<Fleet> make_fleets(const RunPlan& plan, const ClientNeeds& needs) {
  std::vector<Fleet> fleets;
  fleets.reserve(plan.clients.size());
  for (const ClientPlan& client : plan.clients) fleets.emplace_back(client, plan.models, needs);
  return fleets;
}

std::vector<LoadGenerator::Work> make_works(const RunPlan& plan, const RandomSource& random,
                                            std::span<const Fleet> fleets,
                                            std::vector<std::unique_ptr<RequestSource>> sources) {
  SLUICE_CHECK(sources.size() == plan.workloads.size());
  std::vector<LoadGenerator::Work> works;
  for (std::size_t i = 0; i < plan.workloads.size(); ++i) {
    const WorkloadSpec& spec = plan.workloads[i];
    std::unique_ptr<RequestSource> source = std::move(sources[i]);
    if (std::holds_alternative<ArrivalSpec>(spec.arrivals)) {
      source = std::make_unique<GeneratedSource>(spec, random, plan.start_unix_ns);
    }
    works.push_back({.id = static_cast<WorkloadId>(i),
                     .generator = WorkloadGenerator(spec, random),
                     .source = std::move(source),
                     .clients = &fleets[spec.client],
                     .batch = {},
                     .stops = std::min(spec.stops, kRunStart + plan.duration)});
  }
  return works;
}

}  // namespace sluice
