// What every request and attempt of one run did and when, in the order in which they ended: for a
// picture of single requests, which sums cannot give. Kept only where somebody asked for it, and
// bounded: when it is full, it tells only how much came after.
//
//   RunTrace trace;
//   trace.add(TracedAttempt{...});      trace.is_full()
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/ids.hpp"
#include "api/limit_type.hpp"
#include "api/outcome.hpp"
#include "base/time.hpp"

namespace sluice {

// Which request: as RequestId has it, with its workload by position.
struct TracedId {
  WorkloadId workload{};
  std::uint32_t turn = 0;
  std::uint64_t session = 0;

  auto operator<=>(const TracedId&) const = default;
};

struct TracedAttempt {
  TracedId request;
  TimePoint planned{};  // when the user wanted the request
  TimePoint sent{};
  TimePoint first_token = kNever;
  TimePoint ended{};
  std::optional<Duration> retry_after{};
  std::int64_t prompt_tokens = 0;  // billed
  std::int64_t output_tokens = 0;
  std::int32_t number = 1;  // of one that the client refused itself: of the attempt before
  ModelId model{};
  ErrorKind error = ErrorKind::kNone;
  std::optional<LimitCause> limit{};

  bool operator==(const TracedAttempt&) const = default;
};

struct TracedRequest {
  TracedId id;
  TimePoint planned{};
  TimePoint ended{};
  ErrorKind error = ErrorKind::kNone;
  std::optional<LimitCause> limit{};

  bool operator==(const TracedRequest&) const = default;
};

struct TracedLevel {
  TimePoint at{};
  std::size_t limiter = 0;
  std::int64_t level = 0;  // whole tokens, negative in debt

  bool operator==(const TracedLevel&) const = default;
};

struct RunTrace {
  // Requests and attempts together: about 40 MB as a Chrome trace, which a browser opens.
  static constexpr std::size_t kMost = 200'000;

  std::vector<TracedAttempt> attempts;
  std::vector<TracedRequest> requests;
  std::vector<TracedLevel> levels;
  std::int64_t attempts_left_out = 0;
  std::int64_t requests_left_out = 0;
  std::size_t most = kMost;

  bool is_full() const noexcept { return attempts.size() + requests.size() >= most; }
  void add(const TracedAttempt& attempt) {
    if (is_full()) {
      ++attempts_left_out;
    } else {
      attempts.push_back(attempt);
    }
  }
  void add(const TracedRequest& request) {
    if (is_full()) {
      ++requests_left_out;
    } else {
      requests.push_back(request);
    }
  }
  void add(const TracedLevel& level) {
    if (!is_full()) levels.push_back(level);
  }
  bool operator==(const RunTrace&) const = default;
};

}  // namespace sluice
