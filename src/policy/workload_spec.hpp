// What a workload asks for, resolved: names are ids, sizes are scaled to the model's tokenizer.
// Written by scenario/, read by the workload generator and the engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/ids.hpp"
#include "api/request.hpp"
#include "policy/arrivals.hpp"
#include "policy/sizes.hpp"

namespace sluice {

// Closed loop: `users` that each send, wait for the answer, think, and send again.
struct ClosedLoop {
  std::int64_t users = 1;
  DurationSpec think_time = DurationFixed{Duration{}};
};

// Requests of a recorded trace, in its order and at its times.
struct TraceArrivals {
  std::string path;    // as opened, relative to the current directory
  std::string format;  // "azure", "mooncake", "csv", "jsonl" or "detect"
  Duration window_start{};
  std::optional<Duration> window_length;
  std::int64_t time_scale_ppm = 1'000'000;  // multiplies the gaps
  std::int64_t token_scale_ppm =
      1'000'000;  // multiplies every token count, the model's tokenizer included
  bool loop = false;
  bool skip_bad_rows = false;
  std::optional<Duration> spread;  // of rows that share a quantised timestamp; by format if empty
};

using WorkloadArrivals = std::variant<ArrivalSpec, ClosedLoop, TraceArrivals>;

// Several turns over one growing context: each turn's prompt is the shared prefix, all earlier
// prompts and answers of the conversation (without their thinking), and the new input.
struct ConversationSpec {
  SizeSpec turns = SizeFixed{1};                        // messages by the user
  DurationSpec think_time = DurationFixed{Duration{}};  // from an answer to the next message
  SizeSpec calls_per_turn =
      SizeFixed{1};  // agent loop: requests per turn, each sent as soon as the last answered
  SizeSpec tool_result_tokens = SizeFixed{0};  // new input of every further call of a loop

  // Whether every session is exactly one request.
  bool is_one_request() const noexcept {
    return turns == SizeSpec{SizeFixed{1}} && calls_per_turn == SizeSpec{SizeFixed{1}};
  }
};

struct BatchUse {
  std::int64_t share_ppm = 0;  // of this workload's requests, sent as Message Batches
  std::int64_t requests_per_batch = 10'000;
  Duration collect_for =
      minutes(10);  // a batch is sent when full or this long after its first request
  DurationSpec completion = DurationFixed{hours(1)};
  Duration poll_every = minutes(1);
};

// A part of a workload's sessions, so that its traffic can be split over models: those whose place
// in [0, 1,000,000) lies in [from_ppm, until_ppm). Parts of one workload keep its hash: together
// they are its sessions, with the same instants and sizes, each once.
struct SessionShare {
  std::int64_t from_ppm = 0;
  std::int64_t until_ppm = 1'000'000;
  bool is_whole() const noexcept { return from_ppm <= 0 && until_ppm >= 1'000'000; }
  bool operator==(const SessionShare&) const = default;
};

struct WorkloadSpec {
  std::string name;
  std::uint32_t hash = 0;  // of the name: keys its draws
  SessionShare part;       // the other sessions are another workload's
  WorkloadArrivals arrivals = ArrivalSpec{};
  std::vector<RateChange> rate_changes;
  ModelId model{};
  WorkspaceId workspace{};
  KeyId key{};
  std::size_t client = 0;            // index into RunPlan::clients
  std::int64_t priority = 0;         // in the client's queue; higher goes first
  SizeSpec input = SizeFixed{1000};  // new input of a turn, without the shared prefix
  SizeSpec output = SizeFixed{250};  // answer, without thinking
  SizeSpec thinking = SizeFixed{0};
  std::optional<std::int64_t> max_tokens;  // empty: exactly what is produced
  std::int64_t prefix_tokens =
      0;  // cacheable prefix shared by all sessions (tools and system prompt)
  std::int64_t prefix_variants = 1;    // that many different prefixes, one per session, evenly
  std::optional<CacheTtl> prefix_ttl;  // empty: not cached
  std::optional<CacheTtl> conversation_ttl;  // context and new input cached too; empty: not
  ConversationSpec conversation;
  BatchUse batch;
  bool stream = true;
  bool fast = false;
  bool us_only = false;
  std::optional<Duration> deadline;  // from the planned arrival
  TimePoint starts = kRunStart;
  TimePoint stops = kNever;                  // no arrivals from then on
  std::optional<std::int64_t> max_requests;  // arrivals (sessions) at most
};

}  // namespace sluice
