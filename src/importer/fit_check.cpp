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

// The share of refused attempts at which a trace is compared. Near the edge of its limits a per
// cent of load is a tenth of the refusals, so that an hour's trace says little of its fit there.
constexpr double kLeastRefused = 0.12;
constexpr double kMostRefused = 0.20;
// Where the bisection ends.
constexpr double kLow = 0.14;
constexpr double kHigh = 0.18;
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

Checked<ScenarioDraft> placed(const ScenarioDraft& draft, const FitCheck& where,
                              const SimulationPlace& place) {
  ScenarioDraft there = draft;
  there.tier = where.tier;
  there.ignores_cap = true;
  if (where.limits_factor == 1) return there;
  const auto loaded = load_draft(there, place);
  if (!loaded) return tl::unexpected(loaded.error());
  there.limits = scaled_limits(*loaded, where.limits_factor);
  return there;
}

Checked<RunResult> simulate_at(const ScenarioDraft& draft, const FitCheck& where,
                               std::int64_t replications, const SimulationPlace& place) {
  auto there = placed(draft, where, place);
  if (!there) return tl::unexpected(std::move(there).error());
  return simulate_draft(*there, replications, place);
}

bool saturates(const FitCheck& check) {
  return check.rate_limited_trace >= kLeastRefused && check.rate_limited_trace <= kMostRefused;
}

// Finds where a trace is to be compared with its fits.
class Places {
 public:
  Places(const ScenarioDraft& trace, std::int64_t replications, const SimulationPlace& place)
      : trace_(trace), replications_(replications), place_(place) {}

  Checked<std::vector<FitCheck>> find() const {
    auto chosen = measured(at(trace_.tier), replications_);
    if (!chosen) return tl::unexpected(std::move(chosen).error());
    std::vector<FitCheck> checks = {*chosen};
    if (saturates(*chosen)) return checks;
    auto other = saturated();
    if (!other) return tl::unexpected(std::move(other).error());
    if (!*other) return checks;
    auto there = measured(**other, replications_);
    if (!there) return tl::unexpected(std::move(there).error());
    checks.push_back(*there);
    return checks;
  }

 private:
  Checked<FitCheck> measured(FitCheck where, std::int64_t replications) const {
    const auto run = simulate_at(trace_, where, replications, place_);
    if (!run) return tl::unexpected(run.error());
    where.rate_limited_trace = figure(*run, kRefused);
    where.cost_trace = figure(*run, kCost);
    return where;
  }

  // Another tier that the trace saturates; else the asked-for one with its limits scaled.
  Checked<std::optional<FitCheck>> saturated() const {
    for (const scenario::TierRow& row : place_.catalog.tiers) {
      const bool is_published = row.evidence.confidence != scenario::Confidence::kGuess;
      const bool is_other = row.tier != trace_.tier;
      if (!is_other || !is_published || !row.dates.covers(place_.catalog.newest_date)) continue;
      const auto check = measured(at(row.tier), 1);
      if (check && saturates(*check)) return *check;
    }
    return scaled_until_saturated();
  }

  Checked<std::optional<FitCheck>> scaled_until_saturated() const {
    double low = 1e-5;
    double high = 100;
    FitCheck where = at(trace_.tier);
    for (int step = 0; step < kMostSteps; ++step) {
      where.limits_factor = std::sqrt(low * high);
      const auto check = measured(where, 1);
      if (!check) return tl::unexpected(check.error());
      const double share = check->rate_limited_trace;
      if (share >= kLow && share <= kHigh) return *check;
      (share > kHigh ? low : high) = where.limits_factor;
    }
    return std::nullopt;
  }

  const ScenarioDraft& trace_;
  std::int64_t replications_;
  const SimulationPlace& place_;
};

}  // namespace

Checked<std::vector<FitCheck>> check_places(const ScenarioDraft& trace, std::int64_t replications,
                                            const SimulationPlace& place) {
  return Places(trace, replications, place).find();
}

Checked<std::vector<FitCheck>> check_fit(const ScenarioDraft& fit, std::vector<FitCheck> checks,
                                         std::int64_t replications, const SimulationPlace& place) {
  for (FitCheck& check : checks) {
    const auto run = simulate_at(fit, check, replications, place);
    if (!run) return tl::unexpected(run.error());
    const auto half = [&](const char* path) -> std::optional<double> {
      const auto value = lookup(*run, path);
      if (!value || !value->interval) return std::nullopt;
      return (value->interval->high - value->interval->low) / 2;
    };
    check.rate_limited_fit = figure(*run, kRefused);
    check.rate_limited_half = half(kRefused);
    check.rate_limited_scatter =
        check.rate_limited_half.value_or(0) * std::sqrt(static_cast<double>(replications));
    check.cost_fit = figure(*run, kCost);
    check.cost_half = half(kCost);
  }
  return checks;
}

double sum_of_differences(const std::vector<FitCheck>& checks) {
  double sum = 0;
  for (const FitCheck& check : checks) {
    for (const auto& difference : {check.rate_limited_difference(), check.cost_difference()}) {
      sum += std::fabs(difference.value_or(0));
    }
  }
  return sum;
}

}  // namespace sluice::importer
