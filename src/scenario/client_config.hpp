// How a client is written in a scenario: a retry policy by the name of a preset
// (policy/retry_policy.hpp), any field of which can be overridden, and the client's own queue,
// concurrency and timeout, how fast it sends, when it stops sending, and which model serves
// instead.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "describe/describe.hpp"
#include "policy/run_plan.hpp"

namespace sluice::scenario {

// What a workload uses that names no client.
inline constexpr std::string_view kDefaultPreset = "anthropic-sdk-python";

struct RetryConfig {
  RetryConfig();  // the default preset
  RetrySpec spec;
};

struct PacerConfig {
  PacerSpec spec;
};

struct BreakerConfig {
  BreakerSpec spec{.is_on = true};
};

struct FallbackConfig {
  std::string model;
  std::vector<std::int64_t> on = {429, 529};
  std::int64_t after = 1;
};

struct ClientConfig {
  std::int64_t processes = 1;
  RetryConfig retry;
  std::optional<BudgetKind> budget;  // absent: the retry preset's
  std::optional<BreakerConfig> breaker;
  std::optional<PacerConfig> pacer;
  std::optional<FallbackConfig> fallback;
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> queue_limit;
  bool hold_slot_while_waiting = true;
  std::optional<Duration> attempt_timeout;
};

void describe(describe::Fields& v, RetryConfig& r);
void validate(const RetryConfig& r, describe::Problems& problems);
void describe(describe::Fields& v, PacerConfig& p);
void validate(const PacerConfig& p, describe::Problems& problems);
void describe(describe::Fields& v, BreakerConfig& b);
void describe(describe::Fields& v, FallbackConfig& f);
void validate(const FallbackConfig& f, describe::Problems& problems);
void describe(describe::Fields& v, ClientConfig& c);
void validate(const ClientConfig& c, describe::Problems& problems);

// All but what depends on models and limits: see resolve_fallbacks() and resolve_pacers().
ClientPlan resolve(const ClientConfig& config, std::string name);

}  // namespace sluice::scenario

namespace sluice::describe {

template <>
struct EnumNames<Backoff> {
  static constexpr std::array values{Named{"fixed", Backoff::kFixed},
                                     Named{"exponential", Backoff::kExponential},
                                     Named{"full-jitter", Backoff::kFullJitter},
                                     Named{"equal-jitter", Backoff::kEqualJitter},
                                     Named{"decorrelated", Backoff::kDecorrelated},
                                     Named{"shrink", Backoff::kShrink},
                                     Named{"stretch", Backoff::kStretch},
                                     Named{"add", Backoff::kAdd},
                                     Named{"around", Backoff::kAround},
                                     Named{"polly", Backoff::kPolly},
                                     Named{"windowed", Backoff::kWindowed}};
};

template <>
struct EnumNames<Pacing> {
  static constexpr std::array values{Named{"none", Pacing::kNone},
                                     Named{"fixed", Pacing::kFixed},
                                     Named{"token-bucket", Pacing::kTokenBucket},
                                     Named{"aws-adaptive", Pacing::kAwsAdaptive},
                                     Named{"aimd", Pacing::kAimd},
                                     Named{"vegas", Pacing::kVegas},
                                     Named{"gradient2", Pacing::kGradient2},
                                     Named{"sre-throttle", Pacing::kSreThrottle},
                                     Named{"header-paced", Pacing::kHeaderPaced},
                                     Named{"atb", Pacing::kAdaptiveTokenBucket},
                                     Named{"openai-cookbook", Pacing::kCookbook}};
  static_assert(values.size() == kPacingCount);
};

template <>
struct EnumNames<BudgetKind> {
  static constexpr std::array values{
      Named{"none", BudgetKind::kNone},          Named{"grpc", BudgetKind::kGrpc},
      Named{"finagle", BudgetKind::kFinagle},    Named{"brooker", BudgetKind::kBrooker},
      Named{"aws-quota", BudgetKind::kAwsQuota}, Named{"aws-quota-2026", BudgetKind::kAwsQuota2026},
      Named{"envoy", BudgetKind::kEnvoy}};
};

}  // namespace sluice::describe
