#include "results/cell_figures.hpp"

#include <algorithm>

namespace sluice {
namespace {

std::optional<Duration> mean_of(std::int64_t sum, std::int64_t count) {
  return count == 0 ? std::nullopt : std::optional(Duration{sum / count});
}

std::optional<Duration> max_of(std::int64_t max, std::int64_t count) {
  return count == 0 ? std::nullopt : std::optional(Duration{max});
}

}  // namespace

std::optional<Duration> latency_at(const TrafficCell& cell, Ppm share) {
  const auto value = cell.latency.quantile(share);
  if (!value) return std::nullopt;
  return Duration{std::min(static_cast<std::int64_t>(*value), cell.latency_max)};
}

std::optional<Duration> ttft_at(const TrafficCell& cell, Ppm share) {
  const auto value = cell.ttft.quantile(share);
  return value ? std::optional(Duration{static_cast<std::int64_t>(*value)}) : std::nullopt;
}

std::optional<Duration> latency_mean(const TrafficCell& cell) {
  return mean_of(cell.latency_sum, cell.latency_count);
}

std::optional<Duration> latency_max(const TrafficCell& cell) {
  return max_of(cell.latency_max, cell.latency_count);
}

std::optional<Duration> queueing_mean(const TrafficCell& cell) {
  return mean_of(cell.queueing_sum, cell.queueing_count());
}

std::optional<Duration> queueing_max(const TrafficCell& cell) {
  return max_of(cell.queueing_max, cell.queueing_count());
}

std::vector<std::int64_t> in_flight(std::span<const TrafficCell> cells) {
  std::vector<std::int64_t> counts;
  std::int64_t now = 0;
  for (const TrafficCell& cell : cells) {
    now += cell.offered - cell.succeeded - cell.failed;
    counts.push_back(now);
  }
  return counts;
}

}  // namespace sluice
