// How faults and scheduled events are written in a scenario. A deployment that multiplies traffic
// and an overload window are events to a reader; they resolve to rate changes and faults.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/quantity.hpp"
#include "describe/describe.hpp"
#include "policy/fault_plan.hpp"
#include "scenario/organization_config.hpp"

namespace sluice::scenario {

struct FaultConfig {
  FaultKind kind = FaultKind::kOverloaded;
  std::int64_t probability_ppm = 1'000'000;
  Duration from{};
  std::optional<Duration> until;
  std::optional<Duration> mean_active;
  std::optional<Duration> mean_quiet;
  std::optional<std::string> model;
  Duration stall = seconds(30);
};

struct RevokeKeyEvent {
  Duration at{};
  std::string key;
};
struct RotateKeyEvent {
  Duration at{};
  std::string key;
  Duration overlap{};
  Duration pickup{};
};
struct LimitsEvent {
  Duration at{};
  std::optional<std::string> tier;
  LimitMap limits;
  std::optional<std::string> workspace;
};
struct PricesEvent {
  Duration at{};
  std::string model;
  std::optional<Money> input;
  std::optional<Money> cache_write_5m;
  std::optional<Money> cache_write_1h;
  std::optional<Money> cache_read;
  std::optional<Money> output;
};
struct DeployEvent {
  Duration at{};
  std::optional<std::string> workload;
  Fraction factor = Fraction::whole(2);
  std::optional<Duration> lasts;
};
struct OverloadEvent {
  Duration at{};
  Duration lasts{};
  std::int64_t probability_ppm = 1'000'000;
  std::optional<std::string> model;
};

using EventConfig = std::variant<RevokeKeyEvent, RotateKeyEvent, LimitsEvent, PricesEvent,
                                 DeployEvent, OverloadEvent>;

void describe(describe::Fields& v, FaultConfig& f);
void validate(const FaultConfig& f, describe::Problems& problems);
// As it works: its times count from `start`, and who knows the models says which one it means.
FaultSpec fault_of(const FaultConfig& config, TimePoint start, std::optional<ModelId> model);
void describe(describe::Fields& v, RevokeKeyEvent& e);
void describe(describe::Fields& v, RotateKeyEvent& e);
void describe(describe::Fields& v, LimitsEvent& e);
void validate(const LimitsEvent& e, describe::Problems& problems);
void describe(describe::Fields& v, PricesEvent& e);
void validate(const PricesEvent& e, describe::Problems& problems);
void describe(describe::Fields& v, DeployEvent& e);
void describe(describe::Fields& v, OverloadEvent& e);

}  // namespace sluice::scenario

namespace sluice::describe {

template <>
struct EnumNames<FaultKind> {
  static constexpr std::array values{Named{"overloaded", FaultKind::kOverloaded},
                                     Named{"api_error", FaultKind::kApiError},
                                     Named{"timeout", FaultKind::kTimeout},
                                     Named{"disconnect", FaultKind::kDisconnect},
                                     Named{"error_in_stream", FaultKind::kErrorInStream},
                                     Named{"stall", FaultKind::kStall}};
};

template <>
struct UnionNames<scenario::EventConfig> {
  static constexpr std::string_view tag = "type";
  static constexpr std::array<std::string_view, 6> names{"revoke_key", "rotate_key", "limits",
                                                         "prices",     "deploy",     "overload"};
};

}  // namespace sluice::describe
