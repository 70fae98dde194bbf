// How an organization is written in a scenario: a usage tier of the catalog, what differs from it,
// how the API charges, and the organization's own workspaces, keys and spend limits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "describe/describe.hpp"
#include "policy/rate_limiter.hpp"
#include "policy/spend.hpp"
#include "scenario/federation_config.hpp"
#include "scenario/named_limit.hpp"

namespace sluice::scenario {

// The largest limit that a bucket holds exactly.
inline constexpr std::int64_t kLargestLimit = 1'000'000'000'000;
// Stands for "no limit" in a LimitSet.
inline constexpr std::int64_t kUnlimitedTokens = INT64_MAX;

// Of workspaces, workloads, models and groups: the tables of a run have narrow indices.
inline constexpr std::size_t kMostNames = 1000;
// Of keys, clients, faults and events.
inline constexpr std::size_t kMostOthers = 10'000;

// Limits of one group by the API's own names; what is absent stays as it was.
struct LimitSet {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> input_tokens_per_minute_cache_aware;
  std::optional<std::int64_t> input_tokens_per_minute;
  std::optional<std::int64_t> output_tokens_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> tokens_per_day;
  std::optional<std::int64_t> fast_itpmca;
  std::optional<std::int64_t> fast_otpm;
};
NamedLimits given_limits(const LimitSet& set);  // in the order of LimitType

// How much a bucket holds, as so much of a minute's limit, by the limits' own names; what is absent
// is as OrganizationConfig::burst says.
struct BurstSet {
  std::optional<Duration> requests_per_minute;
  std::optional<Duration> input_tokens_per_minute_cache_aware;
  std::optional<Duration> input_tokens_per_minute;
  std::optional<Duration> output_tokens_per_minute;
  std::optional<Duration> tokens_per_minute;
  std::optional<Duration> tokens_per_day;
  std::optional<Duration> fast_itpmca;
  std::optional<Duration> fast_otpm;
};
BurstsByType given_bursts(const BurstSet& set) noexcept;

using LimitMap = std::vector<std::pair<std::string, LimitSet>>;  // by group or model

struct BatchLimitsConfig {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> enqueued_batch_requests;
  std::optional<std::int64_t> requests_per_batch;
};

struct RampConfig {
  std::int64_t initial = 0;
  std::int64_t step = 10'000;
};

struct AlertConfig {
  Money at;
  AlertAction action = AlertAction::kNotify;
  std::optional<std::string> key;
  std::optional<std::string> workspace;
};

struct SpendConfig {
  bool enforce_tier_cap = true;
  std::optional<Money> cap;
  std::optional<Money> organization_limit;
  std::optional<Money> credit;
  Money spent_before;
  std::vector<AlertConfig> alerts;
};

struct WorkspaceConfig {
  std::string name;
  LimitMap limits;
  std::optional<Money> spend_limit;
};

struct KeyConfig {
  std::string name;
  std::string workspace = "default";
  std::optional<Money> spend_limit;
};

enum class WhenOutputRunsDry { kContinue, kCut };

struct OrganizationConfig {
  std::string tier = "start";
  LimitMap limits;
  Duration burst = minutes(1);
  std::optional<BurstSet> bursts;
  ChargeMode output_charge = ChargeMode::kStreaming;
  WhenOutputRunsDry when_output_runs_dry = WhenOutputRunsDry::kContinue;
  bool refused_attempts_count = false;
  std::int64_t estimate_error_permille = 0;
  std::optional<RampConfig> ramp;
  std::optional<std::int64_t> max_concurrent;
  BatchLimitsConfig batch_limits;
  SpendConfig spend;
  std::vector<WorkspaceConfig> workspaces;
  std::vector<KeyConfig> keys;
  std::optional<FederationConfig> federation;
};

void describe(describe::Fields& v, LimitSet& l);
void describe(describe::Fields& v, BurstSet& b);
void describe(describe::Fields& v, BatchLimitsConfig& b);
void describe(describe::Fields& v, RampConfig& r);
void describe(describe::Fields& v, AlertConfig& a);
void validate(const AlertConfig& a, describe::Problems& problems);
void describe(describe::Fields& v, SpendConfig& s);
void describe(describe::Fields& v, WorkspaceConfig& w);
void describe(describe::Fields& v, KeyConfig& k);
void describe(describe::Fields& v, OrganizationConfig& o);

}  // namespace sluice::scenario

namespace sluice::describe {

template <>
struct EnumNames<ChargeMode> {
  static constexpr std::array values{Named{"streaming", ChargeMode::kStreaming},
                                     Named{"reserve_settle", ChargeMode::kReserveSettle},
                                     Named{"post", ChargeMode::kPost}};
};

template <>
struct EnumNames<AlertAction> {
  static constexpr std::array values{Named{"notify", AlertAction::kNotify},
                                     Named{"revoke", AlertAction::kRevoke}};
};

template <>
struct EnumNames<scenario::WhenOutputRunsDry> {
  static constexpr std::array values{Named{"continue", scenario::WhenOutputRunsDry::kContinue},
                                     Named{"cut", scenario::WhenOutputRunsDry::kCut}};
};

}  // namespace sluice::describe
