// How a workload is written in a scenario: what it asks for, how often, of which model, and who
// pays. Resolved into a WorkloadSpec (policy/workload_spec.hpp); where they agree, the fields have
// the same names and meaning.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "api/request.hpp"
#include "describe/describe.hpp"
#include "scenario/arrivals_config.hpp"
#include "scenario/size_config.hpp"

namespace sluice::scenario {

struct PrefixConfig {
  std::int64_t tokens = 0;
  std::int64_t variants = 1;
};

enum class CacheUse { kNone, kFiveMinutes, kOneHour };

struct CacheConfig {
  CacheUse prefix = CacheUse::kFiveMinutes;
  CacheUse conversation = CacheUse::kNone;
};

struct ConversationConfig {
  SizeChoice turns{SizeFixed{1}};
  DurationChoice think_time;
  SizeChoice calls_per_turn{SizeFixed{1}};
  SizeChoice tool_result_tokens;
};

struct BatchConfig {
  std::int64_t share_ppm = 0;
  std::int64_t requests_per_batch = 10'000;
  Duration collect_for = minutes(10);
  DurationChoice completion{DurationFixed{hours(1)}};
  Duration poll_every = minutes(1);
};

struct WorkloadConfig {
  std::string name;
  std::string model;
  ArrivalsConfig arrivals;
  std::optional<SizeChoice> input;
  std::optional<SizeChoice> output;
  SizeChoice thinking;
  std::optional<std::string> sizes_for;
  std::optional<std::int64_t> max_tokens;
  PrefixConfig prefix;
  ConversationConfig conversation;
  CacheConfig cache;
  BatchConfig batch;
  bool stream = true;
  bool fast = false;
  bool us_only = false;
  std::optional<std::string> client;
  std::optional<std::string> key;
  std::optional<std::string> workspace;
  std::int64_t priority = 0;
  std::optional<Duration> deadline;
  Duration starts{};
  std::optional<Duration> stops;
  std::optional<std::int64_t> max_requests;
};

std::optional<CacheTtl> ttl(CacheUse use) noexcept;

void describe(describe::Fields& v, PrefixConfig& p);
void describe(describe::Fields& v, CacheConfig& c);
void validate(const CacheConfig& c, describe::Problems& problems);
void describe(describe::Fields& v, ConversationConfig& c);
void describe(describe::Fields& v, BatchConfig& b);
void describe(describe::Fields& v, WorkloadConfig& w);
void validate(const WorkloadConfig& w, describe::Problems& problems);

}  // namespace sluice::scenario

namespace sluice::describe {

template <>
struct EnumNames<scenario::CacheUse> {
  static constexpr std::array values{Named{"none", scenario::CacheUse::kNone},
                                     Named{"5m", scenario::CacheUse::kFiveMinutes},
                                     Named{"1h", scenario::CacheUse::kOneHour}};
};

}  // namespace sluice::describe
