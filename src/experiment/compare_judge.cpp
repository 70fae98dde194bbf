#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "experiment/compare_advice.hpp"
#include "experiment/compare_break_even.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

double cost_of(const ComparedRow& row) { return row.figure(Measure::kCostPerSuccess)->value; }

bool is_choice(const ComparedRow& row) {
  return row.kind != ComparedKind::kTier && row.kind != ComparedKind::kWhatIf &&
         row.unavailable.empty() && row.figure(Measure::kCostPerSuccess).has_value();
}

bool keeps_elsewhere(const ComparedRow& row) {
  return row.tier_needed && !row.tier_needed->tier.empty();
}

std::vector<std::size_t> cheapest_first(const ModelComparison& c,
                                        bool (*accepts)(const ComparedRow&)) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < c.rows.size(); ++i) {
    if (is_choice(c.rows[i]) && accepts(c.rows[i])) rows.push_back(i);
  }
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    return cost_of(c.rows[a]) < cost_of(c.rows[b]);
  });
  return rows;
}

void choose(ModelComparison& c) {
  auto rows = cheapest_first(c, [](const ComparedRow& row) { return row.keeps_all(); });
  if (!rows.empty()) {
    c.recommended = rows[0];
  } else {
    rows = cheapest_first(c, keeps_elsewhere);
    if (!rows.empty()) c.elsewhere = rows[0];
  }
  if (rows.size() > 1) c.next = rows[1];
  c.sensitivity.rival = c.next;
  for (const std::size_t i : cheapest_first(c, [](const ComparedRow&) { return true; })) {
    if (!c.sensitivity.rival && i != c.recommended && i != c.elsewhere) c.sensitivity.rival = i;
  }
}

void consider(Sensitivity& sensitivity, Assumption assumption, double factor) {
  if (factor < 1) return;
  if (sensitivity.assumption != Assumption::kNone && factor >= sensitivity.factor) return;
  sensitivity.assumption = assumption;
  sensitivity.factor = factor;
}

// How far the cost of the row that is not today's would have to be off for the two to change
// places: by its output's length, or by its tokens where the tokenizer is another.
void consider_costs(const ModelComparison& c, Sensitivity& sensitivity) {
  const std::optional<std::size_t> found = c.recommended ? c.recommended : c.elsewhere;
  if (!found || !sensitivity.rival) return;
  const std::size_t chosen = *found;
  const ComparedRow& best = c.rows[chosen];
  const ComparedRow& next = c.rows[*sensitivity.rival];
  const double gap = cost_of(next) - cost_of(best);
  const bool best_is_known = chosen == c.today;
  const ComparedRow& guessed = best_is_known ? next : best;
  const double output = guessed.figure(Measure::kOutput)->value;
  const double cost = cost_of(guessed);
  if (best_is_known && gap < output) {
    consider(sensitivity, Assumption::kOutputLength, output / (output - gap));
  }
  if (!best_is_known && output > 0) {
    consider(sensitivity, Assumption::kOutputLength, 1 + gap / output);
  }
  if (guessed.token_ratio == 1) return;
  if (best_is_known && gap < cost) {
    consider(sensitivity, Assumption::kTokenizer, cost / (cost - gap));
  }
  if (!best_is_known && cost > 0) {
    consider(sensitivity, Assumption::kTokenizer, 1 + gap / cost);
  }
}

// The speeds of models: how much slower the recommended one may be before it misses a bound.
void consider_latency(const ModelComparison& c, Sensitivity& sensitivity) {
  if (!c.recommended || !c.service_times_are_guesses) return;
  const auto& p95 = c.rows[*c.recommended].figure(Measure::kLatencyP95);
  if (!p95 || p95->value <= 0) return;
  for (const ComparedRequirement& requirement : c.requirements) {
    if (requirement.path != "latency.offered.p95") continue;
    consider(sensitivity, Assumption::kServiceTimes, requirement.bound / p95->value);
  }
  if (c.advice && c.advice->row == c.recommended && c.advice->max_latency_p95) {
    consider(sensitivity, Assumption::kServiceTimes, *c.advice->max_latency_p95 / p95->value);
  }
}

const PriceRow* price_at(const LoadedScenario& scenario, ModelId model) {
  const std::int64_t start = scenario.plan.start_unix_ns;
  for (const PriceRow& row : scenario.plan.models[index(model)].prices) {
    if (row.effective_from_ns <= start && start < row.effective_until_ns) return &row;
  }
  return nullptr;
}

void add_break_evens(ModelComparison& c, const JudgedTable& judged) {
  for (const std::size_t i : judged.model_rows) {
    const LoadedScenario* scenario = judged.table.scenario(i);
    if (scenario == nullptr) continue;
    const PriceRow* price = price_at(*scenario, scenario->plan.workloads.front().model);
    if (price == nullptr) continue;
    const auto& samples = judged.table.samples(i);
    c.break_evens.push_back(
        break_even(c.rows[i].name, *price,
                   {judged.metrics.prompt_tokens(samples), judged.metrics.output_tokens(samples)}));
  }
}

std::string lifetime_text(const std::optional<CacheTtl>& ttl) {
  if (!ttl) return "none";
  return *ttl == CacheTtl::kFiveMinutes ? "5m" : "1h";
}

void add_prefixes(ModelComparison& c, const JudgedTable& judged) {
  const LoadedScenario* today = judged.table.scenario(c.today);
  if (today == nullptr) return;
  const auto& samples = judged.table.samples(c.today);
  for (std::size_t w = 0; w < today->plan.workloads.size(); ++w) {
    const WorkloadSpec& workload = today->plan.workloads[w];
    const PriceRow* price = price_at(*today, workload.model);
    if (workload.prefix_tokens == 0 || price == nullptr) continue;
    PrefixSide side;
    side.workload = workload.name;
    side.model = today->model_rows[index(workload.model)].id;
    side.prefix_tokens = workload.prefix_tokens;
    side.minimum_tokens = today->plan.models[index(workload.model)].cache_minimum_tokens;
    side.uses_per_minute = judged.metrics.offered_per_minute(samples, w) /
                           static_cast<double>(workload.prefix_variants);
    const bool is_too_short = side.prefix_tokens < side.minimum_tokens;
    side.best = is_too_short ? "none" : best_lifetime(*price, side.uses_per_minute);
    side.today = lifetime_text(workload.prefix_ttl);
    c.prefixes.push_back(std::move(side));
  }
}

bool has_guessed_speed(const JudgedTable& judged) {
  for (std::size_t i = 0; i < judged.table.size(); ++i) {
    const LoadedScenario* scenario = judged.table.scenario(i);
    if (scenario == nullptr) continue;
    for (const WorkloadSpec& workload : scenario->plan.workloads) {
      if (scenario->plan.models[index(workload.model)].latency_is_guess) return true;
    }
  }
  return false;
}

}  // namespace

void judge(ModelComparison& c, const JudgedTable& judged) {
  c.service_times_are_guesses = has_guessed_speed(judged);
  choose(c);
  consider_costs(c, c.sensitivity);
  consider_latency(c, c.sensitivity);
  add_break_evens(c, judged);
  add_prefixes(c, judged);
}

}  // namespace sluice
