// Everything that one run needs, resolved: scenario/ writes it from a scenario file and a catalog,
// engine/ runs it. It holds no text that a decision depends on; names are for reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/ids.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "policy/batch_limiter.hpp"
#include "policy/circuit_breaker.hpp"
#include "policy/fault_plan.hpp"
#include "policy/latency_model.hpp"
#include "policy/pacer_spec.hpp"
#include "policy/price_list.hpp"
#include "policy/rate_limiter.hpp"
#include "policy/retry_policy.hpp"
#include "policy/spend.hpp"
#include "policy/workload_spec.hpp"

namespace sluice {

struct ModelPlan {
  std::string name;
  GroupId group{};
  std::int64_t context_tokens = 1'000'000;
  std::int64_t max_output_tokens = 128'000;
  std::int64_t cache_minimum_tokens = 1024;
  std::int64_t tokenizer_permille = 1000;  // tokens for the same text, relative to other models
  bool has_fast_mode = false;
  bool can_stay_in_us = false;  // inference_geo: "us"
  LatencySpec latency;
  std::vector<PriceRow> prices;  // empty: unpriced
  bool latency_is_guess = true;
};

struct KeyPlan {
  std::string name;
  WorkspaceId workspace{};
};

// Where a request goes when its own model does not take it: from the next attempt on it is another
// model's, with that model's tokens, prices, limits and cache.
struct Fallback {
  ModelId model{};
  bool on_rate_limit = true;  // 429
  bool on_overloaded = true;  // 529
  std::int64_t after = 1;     // so many attempts of its own model have ended so
  bool operator==(const Fallback&) const = default;
};

struct ClientPlan {
  std::string name;
  std::int64_t processes = 1;  // that do not talk to each other; all that follows is of each
  RetrySpec retry;
  BreakerSpec breaker;
  PacerSpec pacer;
  std::optional<Fallback> fallback;
  std::optional<std::int64_t>
      concurrency;  // requests in attempt or waiting to retry, at once; the rest queue
  std::optional<std::int64_t> queue_limit;  // waiting requests; one more fails with queue_full
  bool hold_slot_while_waiting =
      true;  // a request keeps its place of `concurrency` during its backoff
  std::optional<Duration> attempt_timeout;  // per attempt, from its send
};

// What happens at an instant of the run.
struct KeyRevoked {
  KeyId key{};
};
struct KeyRotated {  // a new key works from `at`; the old one stops after `overlap`; the clients of
                     // this key
  KeyId key{};       // use the new one after `pickup`
  Duration overlap{};
  Duration pickup{};
};
struct LimitChanged {
  LimiterId limiter{};
  std::int64_t limit = 0;
};
struct PriceChanged {
  ModelId model{};
  PriceRow row;
};
using EventAction = std::variant<KeyRevoked, KeyRotated, LimitChanged, PriceChanged>;

// Overload windows are FaultSpecs, deployments that multiply traffic are RateChanges: they need no
// event.
struct ScheduledEvent {
  TimePoint at;
  EventAction action;
  std::string text;  // for reports
};

struct RunPlan {
  std::uint64_t seed = 1;
  std::int64_t start_unix_ns = 0;
  Duration duration{};               // arrivals stop here; what is in flight ends by itself
  std::optional<Duration> warmup;    // dropped from statistics; empty: none
  bool warmup_is_automatic = false;  // MSER-5 decides instead

  std::vector<std::string> workspaces;  // [0] is the default
  std::vector<std::string> groups;
  std::vector<KeyPlan> keys;
  std::vector<ModelPlan> models;
  std::vector<ClientPlan> clients;
  std::vector<WorkloadSpec> workloads;
  std::vector<FaultSpec> faults;
  std::vector<ScheduledEvent> events;  // ascending `at`

  RateLimiterSpec limits;
  BatchLimiterSpec batch_limits;
  bool cut_when_output_runs_dry = false;  // else a response in flight goes on into debt
  std::int64_t estimate_error_permille =
      0;  // of the input estimate at admission: +100 = 10 % too high
  SpendSpec spend;
};

}  // namespace sluice
