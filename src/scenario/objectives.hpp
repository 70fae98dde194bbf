// What a scenario asks of its traffic: when a success is good, what a plan has to keep, and what a
// tuned client is to be good at.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"

namespace sluice::scenario {

// What `tune` looks for, in the scenario's order of importance.
enum class Goal : std::uint8_t {
  kGoodput,     // share of the offered requests that are good: more is better; the rest: less
  kLatencyP95,  // over all offered requests, failures counted at their deadline
  kLatencyP99,
  kRateLimited,  // 429s, of all attempts
  kAttemptsPerSuccess,
  kCost,  // per success
};

struct Objectives {
  std::optional<Duration> latency_within;  // from the planned arrival to the end
  std::optional<Duration> ttft_within;     // from the planned arrival to the first token
  // Bounds; empty: none is asked for.
  std::optional<std::int64_t> min_goodput_ppm;
  std::optional<std::int64_t> max_rate_limited_ppm;
  std::optional<Duration> max_latency_p95;  // over all offered requests
  std::optional<Duration> max_latency_p99;
  std::optional<std::int64_t> max_attempts_per_success_permille;
  std::optional<Money> max_cost_per_month;
  std::vector<Goal> optimise;  // empty: goodput, latency_p95, attempts_per_success
};

}  // namespace sluice::scenario
