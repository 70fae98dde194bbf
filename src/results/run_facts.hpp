// What a result has to say about its run besides measurements: names, limits, spending, identity. A
// plain struct that experiment/ fills in; it needs nothing of the engine or of policies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/limit_type.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "results/load_facts.hpp"

namespace sluice {

// What a scenario calls the entities that the measurements index by position.
struct Names {
  std::vector<std::string> workloads;
  std::vector<std::string> workspaces;
  std::vector<std::string> keys;
  std::vector<std::string> models;
  std::vector<std::string>
      limiters;  // unique, short: "opus.output_tokens_per_minute", see limiter_name()

  bool operator==(const Names&) const = default;
};

struct LimiterFacts {
  LimitType type = LimitType::kRequestsPerMinute;
  std::string group;       // rate-limit group of models
  std::string workspace;   // empty: the organization
  std::int64_t limit = 0;  // per minute or day, at the start
  bool is_guess = false;

  bool operator==(const LimiterFacts&) const = default;
};

// "opus.input_tokens_per_minute", or "team-a/opus.input_tokens_per_minute" for a workspace's.
std::string limiter_name(const LimiterFacts& facts);
// The time in which `limit` tokens are refilled: a minute or a day.
Duration period(const LimiterFacts& facts) noexcept;

struct TimedText {
  TimePoint at{};
  std::string text;

  bool operator==(const TimedText&) const = default;
};

struct SpendFacts {
  std::optional<Money> month_to_date;  // at the end, spent before included
  std::optional<Money> tier_cap;
  TimePoint cap_reached_at = kNever;
  std::vector<TimedText> alerts;  // that fired

  bool operator==(const SpendFacts&) const = default;
};

struct RunFacts {
  std::string scenario_name;
  std::string scenario_digest;  // sha256, hex
  // As JSON, defaults and overrides included; empty where nobody will look at it, as in the trials
  // of a search.
  std::string effective_scenario;
  std::string catalog_date;
  std::string catalog_digest;
  std::string version;
  std::string tier;  // as a person would say it: "Start"; may be empty
  std::uint64_t seed = 1;
  std::int64_t replication = 0;
  std::int64_t start_unix_ns = 0;
  Duration duration{};                  // arrivals stop here
  TimePoint counts_from = kRunStart;    // the end of warm-up
  std::optional<TimePoint> stopped_at;  // interrupted there: the result is partial
  std::uint64_t events = 0;             // that the engine fired
  std::string event_digest;             // of their order; may be empty

  Names names;
  std::vector<LimiterFacts> limiters;  // as names.limiters
  SpendFacts spend;
  std::vector<TimedText> happened;   // scheduled events
  std::vector<std::string> guesses;  // assumptions in use that no source confirms
  std::vector<std::string> warnings;
  std::vector<std::string> notes;          // on the origin and age of its numbers; in no digest
  std::optional<Duration> latency_within;  // goodput objectives
  std::optional<Duration> ttft_within;
  std::optional<LoadFacts> load;  // of a load run; a simulation has none

  // The time over which is counted: warm-up and what did not happen left out.
  Duration counted() const noexcept;
  bool operator==(const RunFacts&) const = default;
};

}  // namespace sluice
