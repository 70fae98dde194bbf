#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "base/deterministic_math.hpp"
#include "fit/rate_curve_fit.hpp"

namespace sluice::fit {
namespace {

namespace math = deterministic;

constexpr std::int64_t kWindowsMax = 1000;
constexpr double kPerWindow = 12;  // arrivals, on average, at least

struct Windows {
  std::int64_t width = 0;           // ns
  std::vector<double> arrivals;     // by window
  std::vector<double> seconds;      // the last may be shorter
  std::vector<double> arrivals_to;  // cumulated, one more
  std::vector<double> seconds_to;
};

// A length that people use, not shorter than asked for, in whole bins.
std::int64_t window_width(const CountBins& counts, double arrivals, Duration span) {
  const double needed = std::max(static_cast<double>(ns(span)) / kWindowsMax,
                                 static_cast<double>(ns(span)) * kPerWindow / arrivals);
  constexpr std::array<std::int64_t, 16> kSeconds = {
      1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 3 * 3600, 6 * 3600};
  const std::int64_t bin = ns(counts.width());
  if (counts.width() == seconds(1)) {
    for (const std::int64_t length : kSeconds) {
      if (static_cast<double>(ns(seconds(length))) >= needed) return ns(seconds(length));
    }
  }
  std::int64_t width = std::max(bin, ns(hours(12)) / bin * bin);
  if (counts.width() != seconds(1)) width = bin;
  while (static_cast<double>(width) < needed) width *= 2;
  return width;
}

Windows windows_of(const CountBins& counts, Duration span) {
  double all = 0;
  for (const CountBin& bin : counts.bins()) all += static_cast<double>(bin.count);
  Windows windows;
  windows.width = window_width(counts, std::max(all, 1.0), span);
  const std::int64_t number =
      std::max<std::int64_t>((ns(span) + windows.width - 1) / windows.width, 1);
  windows.arrivals.resize(static_cast<std::size_t>(number));
  for (const CountBin& bin : counts.bins()) {
    const std::int64_t window = bin.index * ns(counts.width()) / windows.width;
    windows.arrivals[static_cast<std::size_t>(std::min(window, number - 1))] +=
        static_cast<double>(bin.count);
  }
  windows.arrivals_to.push_back(0);
  windows.seconds_to.push_back(0);
  for (std::int64_t i = 0; i < number; ++i) {
    const std::int64_t end =
        std::min((i + 1) * windows.width, std::max(ns(span), i * windows.width + 1));
    windows.seconds.push_back(static_cast<double>(end - i * windows.width) / 1e9);
    windows.arrivals_to.push_back(windows.arrivals_to.back() +
                                  windows.arrivals[static_cast<std::size_t>(i)]);
    windows.seconds_to.push_back(windows.seconds_to.back() + windows.seconds.back());
  }
  return windows;
}

// The scatter of counts about a rate that hardly changes between neighbours, 1 for Poisson: the
// median of (a - b)^2 / (a + b), which few jumps do not move, by that of a chi-square variable.
double scatter_of_neighbours(const Windows& windows) {
  std::vector<double> ratios;
  for (std::size_t i = 1; i + 1 < windows.arrivals.size(); ++i) {
    const double sum = windows.arrivals[i] + windows.arrivals[i - 1];
    const double difference = windows.arrivals[i] - windows.arrivals[i - 1];
    if (sum > 0) ratios.push_back(difference * difference / sum);
  }
  if (ratios.size() < 8) return 1;
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  return std::max(*middle / 0.4549364231195727, 0.5);
}

// The first windows of the steps that explain the counts best when each further one costs
// `penalty`.
std::vector<std::size_t> partition(const Windows& windows, double penalty) {
  const std::size_t number = windows.arrivals.size();
  std::vector<double> cost(number + 1);
  std::vector<std::size_t> previous(number + 1);
  cost[0] = -penalty;
  for (std::size_t end = 1; end <= number; ++end) {
    bool is_first = true;
    for (std::size_t begin = 0; begin < end; ++begin) {
      const double arrivals = windows.arrivals_to[end] - windows.arrivals_to[begin];
      const double seconds = windows.seconds_to[end] - windows.seconds_to[begin];
      const double misfit = arrivals > 0 ? -arrivals * math::log(arrivals / seconds) : 0;
      const double total = cost[begin] + misfit + penalty;
      if (!is_first && cost[end] <= total) continue;
      is_first = false;
      cost[end] = total;
      previous[end] = begin;
    }
  }
  std::vector<std::size_t> begins;
  for (std::size_t end = number; end > 0; end = previous[end]) begins.push_back(previous[end]);
  std::reverse(begins.begin(), begins.end());
  return begins;
}

}  // namespace

Rate readable_rate(double per_second) {
  constexpr std::array kPer = {minutes(1), hours(1), hours(24), hours(24 * 366)};
  Rate rate;
  for (const Duration per : kPer) {
    const double count = per_second * static_cast<double>(ns(per)) / 1e9;
    rate = {static_cast<std::int64_t>(std::min(count + 0.5, 1e12)), per};
    if (count >= 10'000) break;
  }
  rate.count = std::max<std::int64_t>(rate.count, 1);
  return rate;
}

ArrivalSteps fit_steps(const CountBins& counts, Duration span) {
  const Windows windows = windows_of(counts, span);
  double penalty = scatter_of_neighbours(windows) * 1.5 *
                   math::log(static_cast<double>(windows.arrivals.size()) + 1);
  std::vector<std::size_t> begins = partition(windows, penalty);
  while (begins.size() > kRateStepsMax) {
    penalty *= 1.5;
    begins = partition(windows, penalty);
  }
  ArrivalSteps steps;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const std::size_t begin = begins[i];
    const std::size_t end = i + 1 < begins.size() ? begins[i + 1] : windows.arrivals.size();
    const double arrivals = windows.arrivals_to[end] - windows.arrivals_to[begin];
    const double seconds = windows.seconds_to[end] - windows.seconds_to[begin];
    const Rate rate = arrivals > 0 ? readable_rate(arrivals / seconds) : Rate{0, minutes(1)};
    steps.steps.push_back({Duration{static_cast<std::int64_t>(begin) * windows.width}, rate});
  }
  return steps;
}

}  // namespace sluice::fit
