#include "fit/arrival_candidates.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <variant>

#include "base/deterministic_math.hpp"
#include "fit/expected_arrivals.hpp"
#include "fit/rate_curve_fit.hpp"
#include "fit/scatter.hpp"
#include "stats/rank.hpp"

namespace sluice::fit {
namespace {

namespace math = deterministic;

constexpr double kEvenVariation = 0.03;  // gamma gaps vary by 0.032 at least
constexpr double kEvenTolerance = 0.05;

struct ExponentialGaps {
  double log_density(double gap) const { return -gap; }
  double cumulative(double gap) const { return -math::expm1(-gap); }
};

Fraction fraction_of(double value) {
  return {static_cast<std::int64_t>(value * static_cast<double>(Fraction::kOne) + 0.5)};
}

// The curve with another scatter about it; a constant rate has specs of its own.
struct WithScatter {
  BaseProcess process;
  Fraction burstiness;

  ArrivalSpec operator()(const ArrivalPoisson& curve) const {
    if (process == BaseProcess::kConstant) return ArrivalConstant{curve.rate};
    if (process == BaseProcess::kGamma) return ArrivalGamma{curve.rate, burstiness};
    return curve;
  }
  template <class Curve>
  ArrivalSpec operator()(Curve curve) const {
    if constexpr (requires { curve.process = process; }) {
      curve.process = process;
      curve.burstiness = burstiness;
    }
    return curve;
  }
};

ArrivalSpec with_scatter(const ArrivalSpec& curve, BaseProcess process, double burstiness = 1) {
  return std::visit(WithScatter{process, fraction_of(burstiness)}, curve);
}

// The log in units of what a curve expects.
struct Rescaled {
  UnitGaps gaps;
  double log_rate = 0;  // mean over the arrivals
  double number = 0;    // of gaps in the log
};

Rescaled rescaled(const ArrivalLog& log, const ArrivalSpec& curve, UnixTime origin) {
  const ExpectedArrivals expected(curve, log.span(), origin);
  std::vector<double> gaps;
  double log_rate = 0;
  for (const LogGap& gap : log.gaps()) {
    const double rate = std::max(expected.per_second_at(gap.end), 1e-9);
    const double length = expected.until(gap.end) - expected.until(gap.end - gap.length);
    // What a clock shows as 0 is half of what it can show, on average.
    const double least = rate * static_cast<double>(ns(log.resolution())) / 2e9;
    gaps.push_back(std::max({length, least, 1e-12}));
    log_rate += math::log(rate);
  }
  const auto count = static_cast<double>(gaps.size());
  return {.gaps = UnitGaps(std::move(gaps)),
          .log_rate = log_rate / count,
          .number = static_cast<double>(log.count() - 1)};
}

double information(const Rescaled& log, double log_likelihood_each, std::int64_t parameters) {
  return static_cast<double>(parameters) * math::log(log.number) -
         2 * log.number * (log_likelihood_each + log.log_rate);
}

template <class Gaps>
ArrivalCandidate judged(std::string name, ArrivalSpec spec, std::int64_t parameters,
                        const Gaps& law, const Rescaled& log) {
  double likelihood = 0;
  for (const double gap : log.gaps.ascending) likelihood += law.log_density(gap);
  likelihood /= static_cast<double>(log.gaps.ascending.size());
  return {
      .name = std::move(name),
      .spec = std::move(spec),
      .parameters = parameters,
      .ks = stats::ks_distance(log.gaps.ascending, [&](double gap) { return law.cumulative(gap); }),
      .bic = information(log, likelihood, parameters),
      .dispersion = {}};
}

// Evenly spaced arrivals have no density; that of a normal error of the same size stands for it.
ArrivalCandidate even(std::string name, ArrivalSpec spec, std::int64_t parameters,
                      const Rescaled& log) {
  const double deviation = std::max(log.gaps.deviation, 1e-9);
  const double likelihood = -math::log(deviation) - (math::log(2 * std::numbers::pi) + 1) / 2;
  const auto off = std::count_if(log.gaps.ascending.begin(), log.gaps.ascending.end(),
                                 [](double gap) { return std::abs(gap - 1) > kEvenTolerance; });
  return {.name = std::move(name),
          .spec = std::move(spec),
          .parameters = parameters,
          .ks = static_cast<double>(off) / static_cast<double>(log.gaps.ascending.size()),
          .bic = information(log, likelihood, parameters),
          .dispersion = {}};
}

Duration mean_gaps(double number, double per_second) {
  return Duration{static_cast<std::int64_t>(std::min(number / per_second * 1e9, 9e18))};
}

}  // namespace

std::vector<ArrivalCandidate> candidates_about(const ArrivalSpec& curve, const std::string& words,
                                               std::int64_t curve_parameters, const ArrivalLog& log,
                                               UnixTime origin) {
  const Rescaled data = rescaled(log, curve, origin);
  std::vector<ArrivalCandidate> tried;
  const std::int64_t with_one = curve_parameters + 1;
  if (data.gaps.deviation < kEvenVariation * data.gaps.mean) {
    tried.push_back(
        even("evenly spaced" + words, with_scatter(curve, BaseProcess::kConstant), with_one, data));
  }
  tried.push_back(judged("poisson" + words, curve, curve_parameters, ExponentialGaps{}, data));
  const GammaGaps gamma = fit_gamma(data.gaps);
  tried.push_back(judged("gamma" + words, with_scatter(curve, BaseProcess::kGamma, gamma.shape),
                         with_one, gamma, data));
  if (const auto* constant = std::get_if<ArrivalPoisson>(&curve)) {
    const WeibullGaps weibull = fit_weibull(data.gaps);
    tried.push_back(judged("weibull" + words,
                           ArrivalWeibull{constant->rate, fraction_of(weibull.shape)}, with_one,
                           weibull, data));
    if (const auto switched = fit_switched(data.gaps)) {
      const double rate = events_per_second(constant->rate);
      const ArrivalOnOff spec{.rate = readable_rate(switched->rate * rate),
                              .mean_on = mean_gaps(switched->on, rate),
                              .mean_off = mean_gaps(switched->off, rate)};
      tried.push_back(judged("on_off" + words, spec, curve_parameters + 2, *switched, data));
    }
  }
  std::erase_if(tried, [](const ArrivalCandidate& one) { return flaw_in(one.spec).has_value(); });
  return tried;
}

}  // namespace sluice::fit
