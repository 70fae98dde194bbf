// A scenario file, format version 1, as it is written: strict JSON, described once. load.hpp turns
// it and a catalog into a RunPlan; docs/scenario.md and docs/scenario.schema.json are generated
// from these descriptions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "describe/describe.hpp"
#include "scenario/client_config.hpp"
#include "scenario/event_config.hpp"
#include "scenario/objectives.hpp"
#include "scenario/organization_config.hpp"
#include "scenario/workload_config.hpp"

namespace sluice::scenario {

// What is left out of the statistics at the start: nothing, what MSER-5 finds, or so much time.
struct WarmupConfig {
  enum class Kind { kNone, kAuto, kFixed } kind = Kind::kNone;
  Duration length{};
};

// What differs from the catalog's model; what is absent stays.
struct ModelConfig {
  std::optional<DurationChoice> ttft;
  std::optional<SizeChoice> output_per_second;
  std::optional<std::int64_t> prefill_per_second;
  std::optional<std::int64_t> cached_per_second;
};

// When a load test of this scenario ends before its time.
struct ReplayConfig {
  std::int64_t stop_at_error_share_permille = 1000;
};

// The overlays' member as it is written; it has been taken out of the document (overlay_files.hpp)
// before that is decoded, since what is in effect names none.
struct OverlayList {};

struct ScenarioConfig {
  std::int64_t sluice = 0;
  std::vector<std::string> about;
  std::optional<UnixTime> start;
  Duration duration = hours(1);
  WarmupConfig warmup;
  std::uint64_t seed = 1;
  OverlayList overlays;
  OrganizationConfig organization;
  std::vector<std::pair<std::string, ModelConfig>> models;
  std::vector<std::pair<std::string, ClientConfig>> clients;
  std::vector<WorkloadConfig> workloads;
  std::vector<FaultConfig> faults;
  std::vector<EventConfig> events;
  Objectives objectives;
  std::optional<ReplayConfig> replay;
  std::vector<std::string> expect;
};

void describe(describe::Fields& v, ModelConfig& m);
void describe(describe::Fields& v, Objectives& o);
void describe(describe::Fields& v, ReplayConfig& r);
void describe(describe::Fields& v, ScenarioConfig& s);
void validate(const ScenarioConfig& s, describe::Problems& problems);

}  // namespace sluice::scenario

namespace sluice::describe {

template <>
struct EnumNames<scenario::Goal> {
  static constexpr std::array values{
      Named{"goodput", scenario::Goal::kGoodput},
      Named{"latency_p95", scenario::Goal::kLatencyP95},
      Named{"latency_p99", scenario::Goal::kLatencyP99},
      Named{"rate_limited", scenario::Goal::kRateLimited},
      Named{"attempts_per_success", scenario::Goal::kAttemptsPerSuccess},
      Named{"cost", scenario::Goal::kCost}};
};

template <>
struct Scalar<scenario::OverlayList> {
  static Result<scenario::OverlayList> parse(const Value& value, const Constraints& constraints);
  static Value echo(const scenario::OverlayList& list, const Constraints& constraints);
  static Shape shape(const Constraints& constraints);
};

template <>
struct Scalar<scenario::WarmupConfig> {
  static Result<scenario::WarmupConfig> parse(const Value& value, const Constraints& constraints);
  static Value echo(const scenario::WarmupConfig& warmup, const Constraints& constraints);
  static Shape shape(const Constraints& constraints);
};

}  // namespace sluice::describe
