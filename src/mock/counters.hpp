// What /metrics and the summary at the end show: counts since the start (or the last reset), by
// route and status, by cause of 429, tokens and money by model, times as histograms. Counting one
// call costs some tens of nanoseconds and no memory.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/histogram.hpp"
#include "mock/served.hpp"

namespace sluice::mock {

struct ModelCounters {
  Usage usage;
  CostBreakdown cost;
  Money saved_by_cache;
  std::uint64_t unpriced = 0;
  std::uint64_t responses = 0;
};

struct Counters {
  struct RouteCount {
    std::string_view route;
    int status = 0;
    std::uint64_t count = 0;
  };
  std::vector<RouteCount> requests;  // in the order in which they came first; see by_route()
  std::array<std::uint64_t, kLimitCauseCount> rate_limited{};
  std::uint64_t rate_limited_injected = 0;        // 429 that a request asked for by header
  std::vector<std::uint64_t> refused_by_limiter;  // by LimiterId; may be shorter than there are
  std::uint64_t injected = 0;                     // faults that requests asked for by header
  std::uint64_t faults_planned = 0;               // of the scenario, or of POST /_sluice/faults
  std::uint64_t client_gone = 0;
  std::uint64_t errors_in_stream = 0;
  std::uint64_t in_flight = 0;  // admitted and not over
  std::uint64_t in_flight_max = 0;
  std::vector<ModelCounters> models;  // by ModelId; may be shorter than there are
  Histogram ttft;                     // nanoseconds of model time, of streams and whole answers
  Histogram duration;                 // of admitted requests, to their end

  void decided(const ServedRequest& served);
  void ended(const ServedRequest& served);

  // Sorted sums.
  std::map<std::pair<std::string_view, int>, std::uint64_t> by_route() const;
  std::map<int, std::uint64_t> by_status() const;
  ModelCounters total() const;
};

}  // namespace sluice::mock
