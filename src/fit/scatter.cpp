#include "fit/scatter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "base/check.hpp"
#include "base/deterministic_math.hpp"
#include "fit/parametric.hpp"

namespace sluice::fit {
namespace {

namespace math = deterministic;

constexpr std::size_t kLongest = 256;
constexpr std::size_t kGroups = 768;
constexpr int kRoundsToCompare = 40;  // of several beginnings
constexpr int kRoundsMax = 400;

// As many digits as people read.
double four_digits(double value) {
  double unit = 1e-4;
  while (unit * 10'000 <= value) unit *= 10;
  return std::floor(value / unit + 0.5) * unit;
}

double weibull_mean(double shape) { return math::gamma_function(1 + 1 / shape); }

struct Mixture {
  double share;
  double first;
  double second;
  double likelihood;
};

// Two exponentials by expectation maximisation from where it begins.
Mixture maximised(const UnitGaps& gaps, Mixture mixture, int rounds_max) {
  for (int round = 0; round < rounds_max; ++round) {
    double total = 0;
    double of_first = 0;
    double gap_first = 0;
    double gap_all = 0;
    double likelihood = 0;
    for (const UnitGaps::Group& group : gaps.groups) {
      const double first = mixture.share * mixture.first * math::exp(-mixture.first * group.gap);
      const double second =
          (1 - mixture.share) * mixture.second * math::exp(-mixture.second * group.gap);
      const double density = first + second;
      const double part = density > 0 ? first / density : 0;
      total += group.weight;
      of_first += group.weight * part;
      gap_first += group.weight * part * group.gap;
      gap_all += group.weight * group.gap;
      likelihood += group.weight * math::log(std::max(density, 1e-300));
    }
    likelihood /= total;
    const bool is_done = round > 0 && likelihood - mixture.likelihood < 1e-9;
    mixture.likelihood = likelihood;
    const double of_second = total - of_first;
    const double gap_second = gap_all - gap_first;
    if (is_done || !(of_first > 0) || !(of_second > 0) || !(gap_first > 0) || !(gap_second > 0)) {
      break;
    }
    mixture.share = of_first / total;
    mixture.first = of_first / gap_first;
    mixture.second = of_second / gap_second;
  }
  return mixture;
}

}  // namespace

UnitGaps::UnitGaps(std::vector<double> gaps) : ascending(std::move(gaps)) {
  SLUICE_CHECK(!ascending.empty());
  std::sort(ascending.begin(), ascending.end());
  const auto count = static_cast<double>(ascending.size());
  for (const double gap : ascending) {
    mean += gap / count;
    mean_log += math::log(gap) / count;
  }
  double squares = 0;
  for (const double gap : ascending) squares += (gap - mean) * (gap - mean);
  deviation = std::sqrt(squares / count);
  const std::size_t others = ascending.size() > kLongest ? ascending.size() - kLongest : 0;
  const std::size_t each = others / kGroups + 1;
  for (std::size_t i = 0; i < others; i += each) {
    const std::size_t end = std::min(i + each, others);
    groups.push_back({ascending[(i + end) / 2], static_cast<double>(end - i)});
  }
  for (std::size_t i = others; i < ascending.size(); ++i) groups.push_back({ascending[i], 1});
}

double GammaGaps::log_density(double gap) const {
  return shape * math::log(shape) - math::log_gamma(shape) + (shape - 1) * math::log(gap) -
         shape * gap;
}

double GammaGaps::cumulative(double gap) const { return math::gamma_lower(shape, shape * gap); }

double WeibullGaps::log_density(double gap) const {
  const double scaled = gap * weibull_mean(shape);
  return math::log(shape * weibull_mean(shape)) + (shape - 1) * math::log(scaled) -
         math::pow(scaled, shape);
}

double WeibullGaps::cumulative(double gap) const {
  return -math::expm1(-math::pow(gap * weibull_mean(shape), shape));
}

double SwitchedGaps::log_density(double gap) const {
  const double density = share * first_rate * math::exp(-first_rate * gap) +
                         (1 - share) * second_rate * math::exp(-second_rate * gap);
  return math::log(std::max(density, 1e-300));
}

double SwitchedGaps::cumulative(double gap) const {
  return -share * math::expm1(-first_rate * gap) - (1 - share) * math::expm1(-second_rate * gap);
}

GammaGaps fit_gamma(const UnitGaps& gaps) {
  const double logarithm = maximum_of(math::log(0.01), math::log(1000.0), [&](double log_shape) {
    const double shape = math::exp(log_shape);
    return shape * log_shape - math::log_gamma(shape) + (shape - 1) * gaps.mean_log -
           shape * gaps.mean;
  });
  return {std::clamp(four_digits(math::exp(logarithm)), 0.01, 1000.0)};
}

WeibullGaps fit_weibull(const UnitGaps& gaps) {
  std::vector<std::pair<double, double>> logarithms;  // of a gap, and its weight
  double total = 0;
  for (const UnitGaps::Group& group : gaps.groups) {
    logarithms.emplace_back(math::log(group.gap), group.weight);
    total += group.weight;
  }
  const double logarithm = maximum_of(math::log(0.25), math::log(100.0), [&](double log_shape) {
    const double shape = math::exp(log_shape);
    const double log_mean = math::log(weibull_mean(shape));
    double powers = 0;
    for (const auto& [log_gap, weight] : logarithms) {
      powers += weight * math::exp(std::min(shape * (log_gap + log_mean), 700.0));
    }
    return log_shape + log_mean + (shape - 1) * (gaps.mean_log + log_mean) - powers / total;
  });
  return {std::clamp(four_digits(math::exp(logarithm)), 0.25, 100.0)};
}

std::optional<SwitchedGaps> fit_switched(const UnitGaps& gaps) {
  const double variation = gaps.deviation * gaps.deviation / (gaps.mean * gaps.mean);
  if (!(variation > 1.05)) return std::nullopt;
  // Balanced means with the gaps' own variation, and a few long gaps among short ones.
  const double share = (1 + std::sqrt((variation - 1) / (variation + 1))) / 2;
  const double rate = 1 / gaps.mean;
  Mixture best{share, 2 * share * rate, 2 * (1 - share) * rate, 0};
  best = maximised(gaps, best, kRoundsToCompare);
  for (const double few : {0.1, 0.01, 0.001}) {
    const Mixture tried = maximised(gaps, {1 - few, 2 * rate, 2 * few * rate, 0}, kRoundsToCompare);
    if (tried.likelihood > best.likelihood) best = tried;
  }
  best = maximised(gaps, best, kRoundsMax);
  const double on_rate = best.share * best.first + (1 - best.share) * best.second;
  const double to_on = best.first * best.second / on_rate;
  const double to_off = best.first + best.second - on_rate - to_on;
  if (!(to_on > 0) || !(to_off > 0)) return std::nullopt;
  return SwitchedGaps{.rate = on_rate,
                      .on = 1 / to_off,
                      .off = 1 / to_on,
                      .share = best.share,
                      .first_rate = best.first,
                      .second_rate = best.second};
}

}  // namespace sluice::fit
