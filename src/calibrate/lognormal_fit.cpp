#include "calibrate/lognormal_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/deterministic_math.hpp"
#include "calibrate/lognormal_likelihood.hpp"

namespace sluice::calibrate {
namespace {

constexpr double kTooFar = 5;
constexpr double kMostLeftOut = 0.02;  // where more are too far, the base is another distribution
// Of the distance times the root of the count: a lognormal sample is beyond it once in 10^4.
constexpr double kNotLognormal = 1.3;
constexpr double kAlike = 1e-9;  // relative: all bases are one and the same

struct Problem {
  std::vector<LikelihoodRow> rows;        // what the held slopes explain is taken off
  std::vector<std::size_t> columns;       // which x is fitted, in the order of the slopes
  std::array<double, 2> scale{1.0, 1.0};  // of each fitted column: its largest x
  std::size_t left_out = 0;

  std::size_t size() const { return 2 + columns.size(); }
};

Problem problem_of(std::span<const Sample> samples, const HeldSlopes& held) {
  Problem made;
  for (std::size_t i = 0; i < 2; ++i) {
    if (held[i]) continue;
    double most = 0;
    for (const Sample& sample : samples) most = std::max(most, std::abs(sample.x[i]));
    made.scale[made.columns.size()] = most > 0 ? most : 1;
    made.columns.push_back(i);
  }
  made.rows.reserve(samples.size());
  for (const Sample& sample : samples) {
    LikelihoodRow row{.y = sample.y};
    for (std::size_t i = 0; i < 2; ++i) row.y -= held[i].value_or(0) * sample.x[i];
    for (std::size_t i = 0; i < made.columns.size(); ++i) {
      row.x[i] = sample.x[made.columns[i]] / made.scale[i];
    }
    if (row.y > 0) {
      made.rows.push_back(row);
    } else {
      ++made.left_out;
    }
  }
  return made;
}

double base_of(const LikelihoodRow& row, const Vector& at, std::size_t size) {
  double base = row.y;
  for (std::size_t i = 2; i < size; ++i) base -= at[i] * row.x[i - 2];
  return base;
}

// Of the logarithms, without slopes: by quantiles, so that a few stalls do not spoil the start.
Vector start_of(const std::vector<LikelihoodRow>& rows) {
  std::vector<double> logs;
  logs.reserve(rows.size());
  for (const LikelihoodRow& row : rows) logs.push_back(deterministic::log(row.y));
  std::sort(logs.begin(), logs.end());
  const auto at = [&](double p) {
    return logs[static_cast<std::size_t>(p * static_cast<double>(logs.size() - 1))];
  };
  const double deviation = std::max((at(0.84) - at(0.16)) / 2, kAlike);
  return {at(0.5), std::max(deterministic::log(deviation), -8.0)};
}

double normal_below(double z) {
  const double half = deterministic::gamma_lower(0.5, z * z / 2) / 2;
  return z < 0 ? 0.5 - half : 0.5 + half;
}

double distance_of(const std::vector<double>& bases, const Vector& at) {
  const double deviation = deterministic::exp(at[1]);
  std::vector<double> z;
  z.reserve(bases.size());
  for (const double base : bases) z.push_back((deterministic::log(base) - at[0]) / deviation);
  std::sort(z.begin(), z.end());
  const double count = static_cast<double>(z.size());
  double most = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double below = normal_below(z[i]);
    const double rank = static_cast<double>(i);
    most = std::max({most, below - rank / count, (rank + 1) / count - below});
  }
  return most;
}

void look_at_shape(LognormalFit& fit, const Problem& problem, const Vector& at) {
  std::vector<double> bases;
  bases.reserve(problem.rows.size());
  for (const LikelihoodRow& row : problem.rows) bases.push_back(base_of(row, at, problem.size()));
  fit.distance = distance_of(bases, at);
  if (fit.distance * std::sqrt(static_cast<double>(bases.size())) < kNotLognormal) return;
  const auto p50 = stats::quantile_interval(bases, 0.5);
  const auto p95 = stats::quantile_interval(bases, 0.95);
  if (!p50 || !p95) return;
  fit.p50 = *p50;
  fit.p95 = *p95;
  fit.by_quantiles = true;
}

// Takes out what lies so far off that it is something else; whether there was any.
bool drop_outliers(Problem& problem, const Vector& at) {
  const double deviation = deterministic::exp(at[1]);
  const auto is_too_far = [&](const LikelihoodRow& row) {
    const double base = base_of(row, at, problem.size());
    if (!(base > 0)) return true;
    return std::abs(deterministic::log(base) - at[0]) > kTooFar * deviation;
  };
  const auto far = std::count_if(problem.rows.begin(), problem.rows.end(), is_too_far);
  const double all = static_cast<double>(problem.rows.size() + problem.left_out);
  const double out = static_cast<double>(far) + static_cast<double>(problem.left_out);
  if (out > kMostLeftOut * all) return false;
  const auto kept = std::remove_if(problem.rows.begin(), problem.rows.end(), is_too_far);
  const auto dropped = static_cast<std::size_t>(problem.rows.end() - kept);
  problem.rows.erase(kept, problem.rows.end());
  problem.left_out += dropped;
  return dropped != 0;
}

stats::Interval quantile(const Maximum& top, double z, double width) {
  const double deviation = deterministic::exp(top.at[1]);
  const double slope = z * deviation;  // of mean + z deviation, by log deviation
  const auto& cov = top.covariance;
  const double variance = cov[0][0] + 2 * slope * cov[0][1] + slope * slope * cov[1][1];
  const double center = top.at[0] + z * deviation;
  const double half = width * std::sqrt(std::max(variance, 0.0));
  return {.value = deterministic::exp(center),
          .low = deterministic::exp(center - half),
          .high = deterministic::exp(center + half)};
}

LognormalFit fit_of(const Problem& problem, const Maximum& top) {
  const double width =
      stats::student_t_quantile(0.5 + stats::kConfidence / 2, problem.rows.size() - problem.size());
  LognormalFit made;
  made.p50 = quantile(top, 0, width);
  made.p95 = quantile(top, kNormalP95, width);
  for (std::size_t i = 0; i < problem.columns.size(); ++i) {
    const double half = width * std::sqrt(std::max(top.covariance[2 + i][2 + i], 0.0));
    const double value = top.at[2 + i];
    made.slopes[problem.columns[i]] = stats::Interval{.value = value / problem.scale[i],
                                                      .low = (value - half) / problem.scale[i],
                                                      .high = (value + half) / problem.scale[i]};
  }
  made.used = problem.rows.size();
  made.left_out = problem.left_out;
  look_at_shape(made, problem, top.at);
  return made;
}

// Nothing varies: a fixed base, known exactly.
std::optional<LognormalFit> constant(const Problem& problem) {
  const auto [least, most] =
      std::minmax_element(problem.rows.begin(), problem.rows.end(),
                          [](const auto& a, const auto& b) { return a.y < b.y; });
  if (!problem.columns.empty() || most->y - least->y > kAlike * most->y) return std::nullopt;
  const stats::Interval exact{.value = least->y, .low = least->y, .high = most->y};
  return LognormalFit{
      .p50 = exact, .p95 = exact, .used = problem.rows.size(), .left_out = problem.left_out};
}

}  // namespace

std::optional<LognormalFit> fit_lognormal(std::span<const Sample> samples, const HeldSlopes& held) {
  Problem problem = problem_of(samples, held);
  const double all = static_cast<double>(samples.size());
  if (static_cast<double>(problem.left_out) > kMostLeftOut * all) return std::nullopt;
  std::optional<Maximum> top;
  constexpr int kMostRounds = 5;
  for (int round = 0; round < kMostRounds; ++round) {
    if (problem.rows.size() < kFewestSamples) return std::nullopt;
    if (const auto fixed = constant(problem)) return fixed;
    const Vector start = start_of(problem.rows);
    // What is off by far at the start would hold the fit back: the quantiles know better.
    if (round == 0) {
      Vector wide = start;
      wide[1] += problem.columns.empty() ? 0 : deterministic::log(2);
      if (drop_outliers(problem, wide)) continue;
    }
    top = maximum(problem.rows, start, problem.size());
    if (!top || !drop_outliers(problem, top->at)) break;
  }
  if (!top) return std::nullopt;
  return fit_of(problem, *top);
}

}  // namespace sluice::calibrate
