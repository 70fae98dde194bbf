#include <algorithm>
#include <array>
#include <cmath>

#include "base/draw.hpp"
#include "base/hash.hpp"
#include "fit/arrival_candidates.hpp"
#include "policy/arrival_process.hpp"

namespace sluice::fit {
namespace {

// Twice as many, should chance bring them, are still not more than CountBins keeps apart.
constexpr std::int64_t kSimulatedMax = 250'000;
constexpr std::uint64_t kSimulations = 8;
constexpr std::int64_t kWindowsToJudge = 10;
constexpr Duration kJudgedFrom = seconds(10);  // shorter windows are smoothed by any bucket
// Chance and choice of the windows move an index by so much at least.
constexpr double kTolerance = 0.25;
constexpr double kDeviations = 2.5;

double deviation_of(const std::array<double, kSimulations>& values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(kSimulations - 1));
}

}  // namespace

std::vector<Dispersion> dispersions_of(const ArrivalLog& log) {
  const CountBins& counts = log.counts();
  // As far as that many arrivals reach.
  std::int64_t bins = ns(log.span()) / ns(counts.width());
  std::int64_t arrivals = 0;
  for (const CountBin& bin : counts.bins()) {
    arrivals += bin.count;
    if (arrivals <= kSimulatedMax) continue;
    bins = std::min(bins, bin.index);
    break;
  }
  std::vector<Dispersion> found;
  for (const Duration wanted : {seconds(1), seconds(10), seconds(60)}) {
    const std::int64_t each = std::max<std::int64_t>(wanted / counts.width(), 1);
    const Duration window = counts.width() * each;
    if (!found.empty() && found.back().window == window) continue;
    const std::int64_t windows = bins / each;
    found.push_back(
        {.window = window, .of_log = counts.dispersion(each, windows), .windows = windows});
  }
  return found;
}

void simulate_counts(ArrivalCandidate& candidate, const std::vector<Dispersion>& wanted,
                     Duration bin_width, UnixTime origin) {
  Duration length{};
  for (const Dispersion& scale : wanted) length = std::max(length, scale.window * scale.windows);
  std::vector<std::array<double, kSimulations>> values(wanted.size());
  for (std::uint64_t run = 0; run < kSimulations; ++run) {
    ArrivalProcess process(candidate.spec, {},
                           RandomSource(stable_hash("fit"), run).stream(Purpose::kArrival, {}),
                           {.run_start = origin});
    CountBins counts(bin_width);
    for (std::int64_t i = 0; i < 2 * kSimulatedMax; ++i) {
      const TimePoint at = process.next();
      if (at >= kRunStart + length) break;
      counts.add(at - kRunStart);
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      values[i][run] = counts.dispersion(wanted[i].window / bin_width, wanted[i].windows);
    }
  }
  candidate.dispersion.clear();
  candidate.counts_agree.reset();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    double mean = 0;
    for (const double value : values[i]) mean += value / static_cast<double>(kSimulations);
    const double deviation = deviation_of(values[i], mean);
    candidate.dispersion.push_back({.mean = mean, .deviation = deviation});
    if (wanted[i].window < kJudgedFrom || wanted[i].windows < kWindowsToJudge) continue;
    const double allowed = std::max(kTolerance * mean + 0.05, kDeviations * deviation);
    const bool agrees = std::abs(wanted[i].of_log - mean) <= allowed;
    candidate.counts_agree = candidate.counts_agree.value_or(true) && agrees;
  }
}

}  // namespace sluice::fit
