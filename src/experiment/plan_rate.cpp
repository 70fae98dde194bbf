#include "experiment/plan_rate.hpp"

#include <algorithm>
#include <map>

#include "base/in_seconds.hpp"
#include "experiment/plan_scatter.hpp"
#include "stats/intervals.hpp"

namespace sluice {
namespace {

constexpr double kLightShare = 0.05;          // of the highest rate: no limit is near
constexpr double kLightRequests = 2'000;      // in a run: they tell whether a bound is kept at all
constexpr std::int64_t kLightRuns = 10;       // of so many,
constexpr std::int64_t kLightRunsMost = 300;  // or more where each has fewer

// In most runs, and by more than chance: a bound that no rate keeps may still be kept by the few
// requests of a very low one.
bool some_rate_lasts(const std::vector<RateFound>& found) {
  const auto lasting = std::count_if(found.begin(), found.end(),
                                     [](const RateFound& one) { return one.factor > 0; });
  const std::optional<PlanNumber> factor = plan_number(factors_of(found));
  const bool is_chance = factor && factor->interval && factor->interval->low <= 0;
  return 2 * lasting > static_cast<std::ptrdiff_t>(found.size()) && !is_chance;
}

// Each run's own where only a run tells how many requests a load makes. No interval of a mean
// reaches above a limit that none of the runs can.
void add_per_minute(const RateSearch& search, PlanRate& rate) {
  std::vector<double> rates;
  for (const RateFound& found : search.found) {
    rates.push_back(search.ceiling.is_exact ? found.factor * rate.today : found.per_minute);
  }
  rate.per_minute = plan_number(rates);
  if (!search.ceiling.is_exact || !search.ceiling.closed) return;
  const double most = search.ceiling.closed->factor;
  const auto cut = [&](PlanNumber& number, double limit) {
    if (!number.interval || number.interval->high <= limit) return;
    number.interval->high = limit;
    rate.is_cut_at_limit = true;
  };
  cut(*rate.factor, most);
  cut(*rate.per_minute, most * rate.today);
}

void add_broken(const RateSearch& search, PlanRate& rate) {
  std::map<std::size_t, std::int64_t> broken;
  for (const RateFound& found : search.found) {
    if (found.broken) ++broken[*found.broken];
  }
  for (const auto& [metric, runs] : broken) {
    rate.broken.push_back({search.lasting.metrics()[metric], runs});
  }
  std::stable_sort(rate.broken.begin(), rate.broken.end(),
                   [](const auto& a, const auto& b) { return a.runs > b.runs; });
}

}  // namespace

PlanRate rate_of(const RateSearch& search) {
  PlanRate rate;
  rate.today = search.today;
  rate.runs = static_cast<std::int64_t>(search.found.size());
  rate.run_length = in_seconds(search.plan.duration);
  rate.factor = plan_number(factors_of(search.found));
  const bool all_at_ceiling = std::all_of(search.found.begin(), search.found.end(),
                                          [](const RateFound& one) { return one.at_ceiling; });
  const auto& closed = search.ceiling.closed;
  rate.is_lower_bound = all_at_ceiling && (!closed || search.ceiling.search_to >= kLargestFactor);
  if (closed) {
    rate.closed_form = closed->factor;
    rate.closed_form_limit = closed->limit;
    rate.closed_form_is_exact = search.ceiling.is_exact;
  }
  add_per_minute(search, rate);
  add_broken(search, rate);
  rate.scatter = scatter_of(search.plan);
  return rate;
}

// Where nothing was found: a load that no limit touches, but large enough to say anything.
std::optional<LightLoad> light_load(const RateSearch& search) {
  const double in_a_run = search.today * in_seconds(search.plan.duration) / 60;
  const double search_to = search.ceiling.search_to;
  LightLoad light{.runs = kLightRuns, .least = kLowestShare * std::min(search_to, 1.0)};
  light.is_found = some_rate_lasts(search.found);
  if (!light.is_found) {
    const double telling = in_a_run > 0 ? kLightRequests / in_a_run : 1;
    light.factor = std::clamp(telling, light.least, std::max(light.least, kLightShare * search_to));
    return light;
  }
  const double found = stats::mean(factors_of(search.found));
  if (in_a_run <= 0 || found * in_a_run >= kLightRequests) return std::nullopt;
  light.factor = std::max(light.least, found / 2);
  const double runs = kLightRuns * kLightRequests / (light.factor * in_a_run);
  light.runs = std::clamp(static_cast<std::int64_t>(runs), kLightRuns, kLightRunsMost);
  return light;
}

std::vector<double> factors_of(const std::vector<RateFound>& found) {
  std::vector<double> factors;
  for (const RateFound& one : found) factors.push_back(one.factor);
  return factors;
}

}  // namespace sluice
