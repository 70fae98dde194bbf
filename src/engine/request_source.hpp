// Where an open-loop workload's requests come from, in the order of their planned instants: drawn
// from an arrival process (GeneratedSource), or read from a recorded trace
// (experiment/trace_source).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/request.hpp"
#include "base/draw.hpp"
#include "base/error.hpp"
#include "policy/arrival_process.hpp"
#include "policy/workload_spec.hpp"

namespace sluice {

// A request that was recorded elsewhere, sizes and cache blocks included.
struct RecordedRequest {
  std::int64_t prompt_tokens = 0;
  std::int64_t answer_tokens = 0;
  std::int64_t thinking_tokens = 0;
  std::optional<std::int64_t> max_tokens;
  std::vector<CacheBlock> blocks;
};

struct PlannedArrival {
  TimePoint at{};
  std::uint64_t session = 0;
  bool is_recorded = false;
  RecordedRequest recorded;  // if is_recorded
};

class RequestSource {
 public:
  virtual ~RequestSource() = default;

  // The next arrival, never earlier than the one before; false at the end or on failure().
  virtual bool next(PlannedArrival& arrival) = 0;
  // Why the source ended early, if it did.
  virtual std::optional<Error> failure() const { return std::nullopt; }
};

class GeneratedSource final : public RequestSource {
 public:
  GeneratedSource(const WorkloadSpec& workload, const RandomSource& random,
                  std::int64_t start_unix_ns)
      : process_(std::get<ArrivalSpec>(workload.arrivals), workload.rate_changes,
                 random.stream(Purpose::kArrival, {.workload_hash = workload.hash}),
                 {.run_start = UnixTime{start_unix_ns}, .at = workload.starts}) {}

  bool next(PlannedArrival& arrival) override {
    const TimePoint at = process_.next();
    if (at == kNever) return false;
    arrival.at = at;
    arrival.session = session_++;
    return true;
  }

 private:
  ArrivalProcess process_;
  std::uint64_t session_ = 0;
};

}  // namespace sluice
