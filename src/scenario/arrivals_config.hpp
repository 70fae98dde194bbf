// How arrivals are written in a scenario: open loop by a rate (policy/arrivals.hpp), closed loop by
// a number of users, or from a trace; told apart by "type".
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "describe/describe.hpp"
#include "policy/arrivals.hpp"
#include "policy/workload_spec.hpp"
#include "scenario/size_config.hpp"

namespace sluice::scenario {

struct ClosedConfig {
  std::int64_t users = 1;
  DurationChoice think_time;
};

enum class TraceFileFormat { kDetect, kAzure, kMooncake, kCsv, kJsonl };

struct TraceConfig {
  std::string path;
  TraceFileFormat format = TraceFileFormat::kDetect;
  Duration window_start{};
  std::optional<Duration> window_length;
  std::int64_t time_scale_ppm = 1'000'000;
  std::int64_t token_scale_ppm = 1'000'000;
  bool loop = false;
  bool skip_bad_rows = false;
  std::optional<Duration> spread;
};

using ArrivalsConfig =
    std::variant<ArrivalPoisson, ArrivalConstant, ArrivalGamma, ArrivalWeibull, ArrivalOnOff,
                 ArrivalRamp, ArrivalSteps, ArrivalDiurnal, ClosedConfig, TraceConfig>;

void describe(describe::Fields& v, ClosedConfig& c);
void describe(describe::Fields& v, TraceConfig& t);

// Trace paths become relative to `folder`, the scenario's own ("" for the current directory).
WorkloadArrivals resolve(const ArrivalsConfig& config, const std::string& folder);

}  // namespace sluice::scenario

namespace sluice::describe {

void describe(Fields& v, ArrivalPoisson& a);
void describe(Fields& v, ArrivalConstant& a);
void describe(Fields& v, ArrivalGamma& a);
void describe(Fields& v, ArrivalWeibull& a);
void describe(Fields& v, ArrivalOnOff& a);
void describe(Fields& v, ArrivalRamp& a);
void describe(Fields& v, RateStep& s);
void describe(Fields& v, ArrivalSteps& a);
void describe(Fields& v, ArrivalDiurnal& a);
void validate(const ArrivalPoisson& a, Problems& problems);
void validate(const ArrivalConstant& a, Problems& problems);
void validate(const ArrivalGamma& a, Problems& problems);
void validate(const ArrivalWeibull& a, Problems& problems);
void validate(const ArrivalOnOff& a, Problems& problems);
void validate(const ArrivalRamp& a, Problems& problems);
void validate(const ArrivalSteps& a, Problems& problems);
void validate(const ArrivalDiurnal& a, Problems& problems);

template <>
struct UnionNames<scenario::ArrivalsConfig> {
  static constexpr std::string_view tag = "type";
  static constexpr std::array<std::string_view, 10> names{"poisson", "constant", "gamma", "weibull",
                                                          "on_off",  "ramp",     "steps", "diurnal",
                                                          "closed",  "trace"};
};

template <>
struct EnumNames<BaseProcess> {
  static constexpr std::array values{Named{"constant", BaseProcess::kConstant},
                                     Named{"poisson", BaseProcess::kPoisson},
                                     Named{"gamma", BaseProcess::kGamma}};
};

template <>
struct EnumNames<ArrivalOnOff::Periods> {
  static constexpr std::array values{Named{"exponential", ArrivalOnOff::Periods::kExponential},
                                     Named{"fixed", ArrivalOnOff::Periods::kFixed}};
};

template <>
struct EnumNames<scenario::TraceFileFormat> {
  using Name = Named<scenario::TraceFileFormat>;
  static constexpr std::array values{Name{"detect", scenario::TraceFileFormat::kDetect},
                                     Name{"azure", scenario::TraceFileFormat::kAzure},
                                     Name{"mooncake", scenario::TraceFileFormat::kMooncake},
                                     Name{"csv", scenario::TraceFileFormat::kCsv},
                                     Name{"jsonl", scenario::TraceFileFormat::kJsonl}};
};

}  // namespace sluice::describe
