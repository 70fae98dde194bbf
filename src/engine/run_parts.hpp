// What a run is put together from, whoever advances its time and whatever carries its requests:
// the measurement, the clients, the workloads. Simulation and the load tester use the same.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/client.hpp"
#include "engine/fleet.hpp"
#include "engine/load_generator.hpp"
#include "engine/request_source.hpp"
#include "metrics/recorder.hpp"
#include "policy/run_plan.hpp"

namespace sluice {

// What counts, and as good.
struct Counting {
  TimePoint counts_from = kRunStart;  // end of the warm-up
  std::optional<Duration> latency_within{};
  std::optional<Duration> ttft_within{};
};
RecorderSpec recorder_spec(const RunPlan& plan, const Counting& counting);

// By position in RunPlan::clients.
std::vector<Fleet> make_fleets(const RunPlan& plan, const ClientNeeds& needs);

// Every workload with its fleet, and with the given source where its arrivals are a trace.
std::vector<LoadGenerator::Work> make_works(const RunPlan& plan, const RandomSource& random,
                                            std::span<const Fleet> fleets,
                                            std::vector<std::unique_ptr<RequestSource>> sources);

}  // namespace sluice
