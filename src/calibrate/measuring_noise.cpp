#include "calibrate/measuring_noise.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "results/load_facts.hpp"

namespace sluice::calibrate {
namespace {

constexpr double kTick = 0.001;
constexpr double kHalfTick = kTick / 2;
constexpr double kUsualWay = 0.0001;   // over loopback, where no refusal tells
constexpr double kLongestWay = 0.001;  // what is longer is a queue, not a way
constexpr double kInTime = 0.001;      // a send that was no later
constexpr std::size_t kEnough = 10;
constexpr std::size_t kMost = 100'000;  // of a workload: its quantiles are known well enough
constexpr double kWayQuantile = 0.25;   // of refusals, most of which queue where they are many

double quantile(std::vector<double> values, double p) {
  const auto rank = static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

double trusted() noexcept { return static_cast<double>(ns(kScheduleDelayTrusted)) * 1e-9; }

}  // namespace

double seconds_between(Duration from, Duration to) noexcept {
  return static_cast<double>(ns(to - from)) * 1e-9;
}

std::size_t MeasuringNoise::add(const ingest::RecordRow& row) {
  const auto [found, is_new] = numbers_.try_emplace({run_, row.workload}, parts_.size());
  if (is_new) parts_.push_back({.workload = row.workload, .delays = {}, .ways = {}});
  Part& part = parts_[found->second];
  const double stretch = MeasuringNoise::stretch(row.speed_permille);
  if (stretch == 0 || !row.sent) return found->second;
  const double delay = seconds_between(row.due, *row.sent) / stretch;
  if (part.delays.size() < kMost) part.delays.push_back(delay);
  if (row.outcome == ErrorKind::kRateLimit && delay <= kInTime && part.ways.size() < kMost) {
    part.ways.push_back(seconds_between(*row.sent, row.ended) / stretch);
  }
  return found->second;
}

double MeasuringNoise::latest(const Part& part) {
  return part.delays.empty() ? 0 : quantile(part.delays, 0.99);
}

std::vector<bool> MeasuringNoise::late() const {
  std::vector<bool> all;
  for (const Part& part : parts_) all.push_back(latest(part) > trusted());
  return all;
}

std::string MeasuringNoise::late_text() const {
  double most = trusted();
  const Part* of = nullptr;
  for (const Part& part : parts_) {
    const double delay = latest(part);
    if (delay <= most) continue;
    most = delay;
    of = &part;
  }
  if (of == nullptr) return "";
  return fmt::format(
      "the load generator was late: p99 of the schedule delay of {} is {:.3g} ms of wall time, "
      "above {:.3g} ms",
      in_quotes(of->workload), 1e3 * most, 1e3 * trusted());
}

std::vector<double> MeasuringNoise::ways() const {
  std::vector<double> all;
  for (const Part& part : parts_) {
    if (latest(part) <= trusted()) all.insert(all.end(), part.ways.begin(), part.ways.end());
  }
  if (all.size() < kEnough || quantile(all, kWayQuantile) > kLongestWay) all.clear();
  return all;
}

std::vector<double> MeasuringNoise::delays() const {
  std::vector<double> all;
  for (const Part& part : parts_) {
    if (latest(part) <= trusted()) all.insert(all.end(), part.delays.begin(), part.delays.end());
  }
  return all;
}

std::size_t MeasuringNoise::refusals() const { return ways().size(); }

double MeasuringNoise::lateness() const {
  std::vector<double> known = ways();
  return kHalfTick + (known.empty() ? kUsualWay : quantile(std::move(known), kWayQuantile));
}

double MeasuringNoise::more() const {
  std::vector<double> known = delays();
  return known.empty() ? less() : std::max(less(), quantile(std::move(known), 0.95));
}

double MeasuringNoise::jitter() const {
  double squares = 0;
  const std::vector<double> known = delays();
  for (const double delay : known) {
    const double held = std::clamp(delay, 0.0, trusted());  // stalls are outliers, not noise
    squares += held * held;
  }
  const double mean = known.empty() ? 0 : squares / static_cast<double>(known.size());
  return std::sqrt(kTick * kTick / 12 + mean);
}

}  // namespace sluice::calibrate
