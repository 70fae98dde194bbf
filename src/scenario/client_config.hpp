// How a client is written in a scenario: a retry policy by the name of a preset
// (policy/retry_policy.hpp), any field of which can be overridden, and the client's own queue,
// concurrency and timeout.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "describe/describe.hpp"
#include "policy/run_plan.hpp"

namespace sluice::scenario {

// What a workload uses that names no client.
inline constexpr std::string_view kDefaultPreset = "anthropic-sdk-python";

struct RetryConfig {
  RetryConfig();  // the default preset
  RetrySpec spec;
};

struct ClientConfig {
  RetryConfig retry;
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> queue_limit;
  bool hold_slot_while_waiting = true;
  std::optional<Duration> attempt_timeout;
};

void describe(describe::Fields& v, RetryConfig& r);
void validate(const RetryConfig& r, describe::Problems& problems);
void describe(describe::Fields& v, ClientConfig& c);
void validate(const ClientConfig& c, describe::Problems& problems);

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
                                     Named{"add", Backoff::kAdd}};
};

}  // namespace sluice::describe
