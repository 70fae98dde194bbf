#include "importer/fit_check.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "results/metric.hpp"

namespace sluice::importer {
namespace {

using describe::Value;

// The share of refused attempts at which a trace counts as saturating its limits.
constexpr double kLeastRefused = 0.05;
constexpr double kMostRefused = 0.20;
// Where the bisection ends.
constexpr double kLow = 0.09;
constexpr double kHigh = 0.13;
constexpr int kMostSteps = 24;

constexpr const char* kRefused = "attempts.rate_limited_share";
constexpr const char* kCost = "cost.total";

// Every limit of the tier times `factor`, at least 1.
Value scaled_limits(const scenario::LoadedScenario& loaded, double factor) {
  Value groups = Value::object();
  for (const LimiterSpec& limiter : loaded.plan.limits.limiters) {
    const std::string& group = loaded.plan.groups[index(limiter.group)];
    if (groups.find(group) == nullptr) groups.set(group, Value::object());
    const double scaled = std::round(static_cast<double>(limiter.limit) * factor);
    groups.find(group)->set(name(limiter.type), std::max<std::int64_t>(1, std::llround(scaled)));
  }
  return groups;
}

FitCheck at(const std::string& tier) {
  FitCheck check;
  check.tier = tier;
  return check;
}

class Checker {
 public:
  Checker(const FitPair& pair, std::int64_t replications, const SimulationPlace& place)
      : pair_(pair), replications_(replications), place_(place) {}

  Checked<std::vector<FitCheck>> run() {
    auto chosen = compare(at(pair_.trace.tier));
    if (!chosen) return tl::unexpected(std::move(chosen).error());
    std::vector<FitCheck> checks = {*chosen};
    if (saturates(chosen->rate_limited_trace)) return checks;
    auto where = saturated();
    if (!where) return tl::unexpected(std::move(where).error());
    if (!*where) return checks;
    auto saturating = compare(**where);
    if (!saturating) return tl::unexpected(std::move(saturating).error());
    checks.push_back(*saturating);
    return checks;
  }

 private:
  static bool saturates(double share) { return share >= kLeastRefused && share <= kMostRefused; }

  Checked<ScenarioDraft> placed(const ScenarioDraft& draft, const FitCheck& where) const {
    ScenarioDraft there = draft;
    there.tier = where.tier;
    there.ignores_cap = true;
    if (where.limits_factor == 1) return there;
    const auto loaded = load_draft(there, place_);
    if (!loaded) return tl::unexpected(loaded.error());
    there.limits = scaled_limits(*loaded, where.limits_factor);
    return there;
  }

  Checked<RunResult> simulate(const ScenarioDraft& draft, const FitCheck& where,
                              std::int64_t replications) const {
    auto there = placed(draft, where);
    if (!there) return tl::unexpected(std::move(there).error());
    return simulate_draft(*there, replications, place_);
  }

  Checked<FitCheck> compare(FitCheck check) const {
    const auto trace = simulate(pair_.trace, check, 1);
    if (!trace) return tl::unexpected(trace.error());
    const auto fit = simulate(pair_.fit, check, replications_);
    if (!fit) return tl::unexpected(fit.error());
    const auto half = [&](const char* path) -> std::optional<double> {
      const auto value = lookup(*fit, path);
      if (!value || !value->interval) return std::nullopt;
      return (value->interval->high - value->interval->low) / 2;
    };
    check.rate_limited_trace = figure(*trace, kRefused);
    check.rate_limited_fit = figure(*fit, kRefused);
    check.rate_limited_half = half(kRefused);
    check.cost_trace = figure(*trace, kCost);
    check.cost_fit = figure(*fit, kCost);
    check.cost_half = half(kCost);
    return check;
  }

  Checked<double> refused(const FitCheck& where) const {
    const auto run = simulate(pair_.trace, where, 1);
    if (!run) return tl::unexpected(run.error());
    return figure(*run, kRefused);
  }

  // Another tier that the trace saturates; else the asked-for one with its limits scaled.
  Checked<std::optional<FitCheck>> saturated() const {
    for (const scenario::TierRow& row : place_.catalog.tiers) {
      const bool is_published = row.evidence.confidence != scenario::Confidence::kGuess;
      if (row.tier == pair_.trace.tier || !is_published) continue;
      if (!row.dates.covers(place_.catalog.newest_date)) continue;
      const FitCheck where = at(row.tier);
      if (!placed(pair_.trace, where)) continue;
      const auto share = refused(where);
      if (share && saturates(*share)) return where;
    }
    return scaled_until_saturated();
  }

  Checked<std::optional<FitCheck>> scaled_until_saturated() const {
    double low = 1e-5;
    double high = 100;
    FitCheck where = at(pair_.trace.tier);
    for (int step = 0; step < kMostSteps; ++step) {
      where.limits_factor = std::sqrt(low * high);
      const auto share = refused(where);
      if (!share) return tl::unexpected(share.error());
      if (*share >= kLow && *share <= kHigh) return where;
      (*share > kHigh ? low : high) = where.limits_factor;
    }
    return std::nullopt;
  }

  const FitPair& pair_;
  std::int64_t replications_;
  const SimulationPlace& place_;
};

}  // namespace

Checked<std::vector<FitCheck>> check_fit(const FitPair& pair, std::int64_t replications,
                                         const SimulationPlace& place) {
  return Checker(pair, replications, place).run();
}

}  // namespace sluice::importer
