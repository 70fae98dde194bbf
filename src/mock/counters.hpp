// What /metrics and the summary at the end show: counts since the start (or the last reset), by
// route and status, by cause of 429, tokens and money by model, times as histograms.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "metrics/histogram.hpp"
#include "mock/served.hpp"

namespace sluice::mock {

struct ModelCounters {
  Usage usage;
  CostBreakdown cost;
  std::uint64_t unpriced = 0;
  std::uint64_t responses = 0;
};

struct Counters {
  std::map<std::pair<std::string_view, int>, std::uint64_t> by_route_and_status;
  std::array<std::uint64_t, kLimitCauseCount> rate_limited{};
  std::uint64_t injected = 0;
  std::uint64_t client_gone = 0;
  std::uint64_t errors_in_stream = 0;
  std::uint64_t in_flight = 0;        // admitted and not over
  std::vector<ModelCounters> models;  // by ModelId
  Histogram ttft;                     // nanoseconds of model time, of streams and whole answers
  Histogram duration;

  void decided(const ServedRequest& served);
  void ended(const ServedRequest& served);
};

}  // namespace sluice::mock
