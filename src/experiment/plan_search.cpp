#include "experiment/plan_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include "experiment/scale_load.hpp"

namespace sluice {
namespace {

constexpr double kNearGuess = 0.015;    // how far beside a guess the first two trials lie
constexpr double kNearCeiling = 0.998;  // what is left above is not worth a trial

// One subject's bracket: what lasts, and what does not (or is the ceiling).
struct Bracket {
  double low = 0;
  double high = 0;
  double step = 0.03;  // relative, doubled and more while nothing is found on the other side
  bool tried_high = false;
  bool is_done = false;
  RateFound found;

  double next(const RateSubject& subject, double tolerance) {
    const double ceiling = subject.ceiling;
    if (low == 0 && !tried_high) return std::min(subject.low, ceiling * kNearCeiling);
    if (low == 0) return grow(high * (1 - std::min(step, 0.6)));
    if (!tried_high && low < ceiling) {
      const double higher = subject.high > low ? subject.high : grow(low * (1 + step));
      return higher < ceiling * kNearCeiling ? higher : ceiling;
    }
    if (high - low <= tolerance * high) return 0;
    return (low + high) / 2;
  }

  double grow(double factor) {
    step *= 2.5;
    return factor;
  }

  void learn(double factor, const Sample& sample, const Lasting& lasting) {
    if (const auto broken = lasting.broken(sample)) {
      high = factor;
      tried_high = true;
      found.broken = broken;
      return;
    }
    low = factor;
    found.factor = factor;
    found.per_minute = lasting.per_minute(sample);
    found.cost_per_success = lasting.cost_per_success(sample);
  }
};

Fraction fraction_of(double factor) {
  return {std::max<std::int64_t>(1, std::llround(std::min(factor, kLargestFactor) * 1e9))};
}

}  // namespace

Lasting::Lasting(std::vector<Requirement> requirements, const std::vector<std::string>& limiters)
    : requirements_(std::move(requirements)) {
  for (const Requirement& requirement : requirements_) metrics_.push_back(requirement.path);
  for (const std::string& limiter : limiters) metrics_.push_back("utilisation." + limiter);
  metrics_.emplace_back("requests.offered_per_minute");
  metrics_.emplace_back("cost.per_success");
}

// A run without requests breaks nothing, and a month that nobody can price exceeds no budget.
std::optional<std::size_t> Lasting::broken(const Sample& sample) const {
  const bool is_empty = per_minute(sample) == 0;
  for (std::size_t i = 0; i < requirements_.size() && !is_empty; ++i) {
    const bool is_unknown = !sample[i] && requirements_[i].unit == Unit::kMoney;
    if (!is_unknown && !requirements_[i].holds(sample[i])) return i;
  }
  const Use use = largest_use(sample);
  if (use.share > 1) return use.metric;
  return std::nullopt;
}

Lasting::Use Lasting::largest_use(const Sample& sample) const {
  Use largest{.share = 0, .metric = requirements_.size()};
  for (std::size_t i = requirements_.size(); i + 2 < metrics_.size(); ++i) {
    if (sample[i] && *sample[i] > largest.share) largest = {*sample[i], i};
  }
  return largest;
}

RateSubject near(double guess, RateSubject subject) {
  subject.low = guess * (1 - kNearGuess);
  subject.high = guess * (1 + kNearGuess);
  return subject;
}

scenario::LoadedScenario with_load(const scenario::LoadedScenario& scenario, double factor) {
  scenario::LoadedScenario scaled = scenario;
  const Fraction fraction = fraction_of(factor);
  scale_load(scaled.plan, fraction);
  const auto& workloads = scaled.plan.workloads;
  const bool is_recorded = std::all_of(workloads.begin(), workloads.end(), [](const auto& w) {
    return std::holds_alternative<TraceArrivals>(w.arrivals);
  });
  if (is_recorded) {
    const int128 length = int128{ns(scaled.plan.duration)} * Fraction::kOne / fraction.ppb;
    scaled.plan.duration =
        std::clamp(Duration{static_cast<std::int64_t>(length)}, seconds(1), kDurationMax);
  }
  return scaled;
}

Result<std::vector<RateFound>> find_rates(TrialRunner& runner, const Lasting& lasting,
                                          const std::vector<RateSubject>& subjects,
                                          const RateSearchOptions& options) {
  constexpr int kRoundsUsual = 9;
  std::vector<Bracket> brackets(subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i) brackets[i].high = subjects[i].ceiling;
  for (int round = 0;; ++round) {
    std::vector<std::size_t> asked;
    std::vector<double> factors;
    std::vector<scenario::LoadedScenario> scaled;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (brackets[i].is_done) continue;
      const double factor = brackets[i].next(subjects[i], options.tolerance);
      brackets[i].is_done = factor < kLowestShare * std::min(1.0, subjects[i].ceiling);
      if (brackets[i].is_done) continue;
      asked.push_back(i);
      factors.push_back(factor);
      scaled.push_back(with_load(*subjects[i].scenario, factor));
    }
    if (asked.empty()) break;
    std::vector<Trial> trials;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      trials.push_back({&scaled[i], subjects[asked[i]].replication});
    }
    SLUICE_TRY(const std::vector<Sample> samples, runner.run(trials));
    for (std::size_t i = 0; i < asked.size(); ++i) {
      brackets[asked[i]].learn(factors[i], samples[i], lasting);
    }
    if (options.on_round) options.on_round(std::min(1.0, (round + 1.0) / kRoundsUsual));
  }
  std::vector<RateFound> found;
  for (Bracket& bracket : brackets) {
    bracket.found.at_ceiling = !bracket.tried_high && bracket.low > 0;
    bracket.found.above = bracket.high;
    found.push_back(std::move(bracket.found));
  }
  return found;
}

}  // namespace sluice
