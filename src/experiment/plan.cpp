#include "experiment/plan.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "experiment/plan_ceiling.hpp"
#include "experiment/plan_effort.hpp"
#include "experiment/plan_judge.hpp"
#include "experiment/plan_scatter.hpp"
#include "experiment/plan_search.hpp"
#include "experiment/plan_variants.hpp"
#include "experiment/run_facts.hpp"
#include "stats/compare.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr double kLightShare = 0.05;  // of the highest rate: no limit is near
constexpr std::int64_t kLightRuns = 3;

std::vector<double> factors_of(const std::vector<RateFound>& found) {
  std::vector<double> factors;
  for (const RateFound& one : found) factors.push_back(one.factor);
  return factors;
}

bool all_at_ceiling(const std::vector<RateFound>& found) {
  return std::all_of(found.begin(), found.end(),
                     [](const RateFound& one) { return one.at_ceiling; });
}

// Mean requests between arrival and end, of each client.
std::vector<double> in_flight_of(const LoadedScenario& scenario, const RunResult& run) {
  std::vector<double> in_flight(scenario.plan.clients.size());
  const double counted = static_cast<double>(ns(run.facts.counted())) / 1e9;
  for (std::size_t i = 0; i < scenario.plan.workloads.size(); ++i) {
    const WorkloadTotals& totals = run.measured.workloads[i];
    const auto offered = static_cast<double>(totals.requests.offered - totals.requests.batch);
    const auto latency = totals.latency.success().mean();
    if (!latency || counted <= 0) continue;
    in_flight[scenario.plan.workloads[i].client] +=
        offered / counted * static_cast<double>(*latency) / 1e9;
  }
  return in_flight;
}

// How much more than today the limits have room for, about: at least 1.
double room_above(const RunResult& run) {
  constexpr double kMost = 50;
  double fullest = 1 / kMost;
  for (std::size_t i = 0; i < run.measured.limiters.size(); ++i) {
    const double use = utilisation(run.measured.limiters[i].use, period(run.facts.limiters[i]));
    fullest = std::max(fullest, use);
  }
  return std::max(1.0, 1 / fullest);
}

class Planner {
 public:
  Planner(const ScenarioText& text, LoadedScenario today, const PlanOptions& options,
          Monitor& monitor)
      : text_(text), today_(std::move(today)), options_(options), monitor_(monitor) {}

  Result<PlanResult> make() && {
    for (const auto step : {&Planner::look_at_today, &Planner::try_tiers, &Planner::find_rate,
                            &Planner::try_variants}) {
      if (auto done = (this->*step)(); !done) return tl::unexpected(std::move(done).error());
    }
    result_.trials = runs_ + runner_->trials_run();
    return std::move(result_);
  }

 private:
  void progress(double share) { monitor_.done_ppm = static_cast<std::int64_t>(share * 1e6); }

  Result<std::vector<PlanRuns>> run(const std::vector<const LoadedScenario*>& scenarios,
                                    std::int64_t replications) {
    runs_ += static_cast<std::int64_t>(scenarios.size()) * replications;
    return run_all(scenarios, replications, options_, monitor_);
  }

  // Requests from start to end; those of conversations, closed loops and traces are only known
  // once they have run.
  Result<double> requests_asked() {
    if (is_arithmetic(today_.plan)) {
      return planned_per_minute(today_.plan) * static_cast<double>(ns(today_.plan.duration)) / 60e9;
    }
    SLUICE_TRY(const std::vector<PlanRuns> pilot, run({&today_}, 1));
    const RunResult& only = pilot.front().merged;
    return static_cast<double>(only.measured.all_workloads().requests.offered +
                               only.measured.warmup.offered);
  }

  Result<void> look_at_today() {
    SLUICE_TRY(const double requests, requests_asked());
    effort_ = effort_for_today(today_.plan, requests);
    requirements_ = requirements_of(today_.objectives);
    LoadedScenario cut = today_;
    cut_to(effort_.today_window, cut.plan);
    SLUICE_TRY(std::vector<PlanRuns> runs, run({&cut}, effort_.runs_today));
    const PlanRuns& now = runs.front();
    add_search(effort_, today_.plan, requests, room_above(now.merged));
    result_.notes = effort_.notes;
    const RunFacts facts = facts_of(today_);
    result_.scenario = today_.title;
    result_.scenario_digest = today_.digest;
    result_.effective_scenario = today_.echo;
    result_.catalog_date = facts.catalog_date;
    result_.version = options_.version;
    result_.seed = today_.plan.seed;
    result_.tier = today_.tier;
    result_.duration = static_cast<double>(ns(today_.plan.duration)) / 1e9;
    result_.runs = effort_.runs_today;
    result_.guesses = today_.guesses;
    result_.demands = demands_of(requirements_, now);
    result_.verdict = verdict_of(result_.demands);
    result_.binding = binding_of(now.merged, "");
    result_.limits = limits_of(now.merged);
    result_.first_refusal = first_refusal_of(now);
    result_.money = money_of(now, today_.objectives);
    if (const auto share = plan_number(now, "attempts.rate_limited_share")) {
      result_.rate_limited_share = share->value;
    }
    if (const auto rate = plan_number(now, "requests.offered_per_minute")) {
      result_.rate.today = rate->value;
    }
    in_flight_ = in_flight_of(today_, now.each.front());
    progress(0.1);
    return {};
  }

  // Each over the search's window, today's too, so that the rows can be compared.
  Result<void> try_tiers() {
    if (today_.tier == "custom") return {};
    std::vector<LoadedScenario> variants;
    std::vector<std::optional<Money>> caps;
    std::vector<std::string> refused;
    for (const std::string& tier : tiers_of(text_.catalog(), today_)) {
      auto loaded = text_.load({"/organization/tier=" + tier});
      if (!loaded) {
        refused.push_back("tier " + tier + " cannot bear it: " + loaded.error().front().message);
        continue;
      }
      caps.push_back(loaded->plan.spend.tier_cap);
      prepare(*loaded);
      variants.push_back(std::move(*loaded));
    }
    std::vector<const LoadedScenario*> pointers;
    for (const LoadedScenario& variant : variants) pointers.push_back(&variant);
    SLUICE_TRY(const std::vector<PlanRuns> runs, run(pointers, effort_.runs_tier));
    for (std::size_t i = 0; i < variants.size(); ++i) {
      // What is simulated from here on is this window.
      if (variants[i].tier == today_.tier) {
        in_flight_ = in_flight_of(variants[i], runs[i].each.front());
      }
      for (PlanTier& row : tier_rows(variants[i], runs[i], requirements_, caps[i])) {
        row.is_current = row.tier == today_.tier;
        result_.tiers.push_back(std::move(row));
      }
    }
    for (std::string& note : refused) result_.notes.push_back(std::move(note));
    progress(0.2);
    return {};
  }

  void prepare(LoadedScenario& scenario) const {
    cut_to(effort_.search_window, scenario.plan);
    without_money_limits(scenario.plan);
  }

  Result<void> find_rate() {
    base_ = today_;
    prepare(base_);
    lasting_.emplace(requirements_, all_limiters());
    runner_.emplace(lasting_->metrics(),
                    TrialOptions{.threads = options_.threads, .version = options_.version},
                    monitor_);
    SLUICE_TRY(const std::vector<Ceiling> ceilings,
               find_ceilings(*runner_, *lasting_, {&base_}, effort_.runs_variant));
    base_ceiling_ = ceilings.front();
    std::vector<RateSubject> subjects;
    for (std::int64_t i = 0; i < effort_.runs_rate; ++i) {
      subjects.push_back({&base_, i, base_ceiling_.search_to, base_ceiling_.guess});
    }
    const auto on_round = [this](double share) { progress(0.2 + 0.3 * share); };
    SLUICE_TRY(base_found_, find_rates(*runner_, *lasting_, subjects,
                                       {.tolerance = effort_.tolerance, .on_round = on_round}));
    describe_rate();
    const bool is_possible = std::count_if(base_found_.begin(), base_found_.end(),
                                           [](auto& one) { return one.factor > 0; }) *
                                 2 >
                             static_cast<std::ptrdiff_t>(base_found_.size());
    return is_possible ? Result<void>() : look_at_little();
  }

  void describe_rate() {
    PlanRate& rate = result_.rate;
    rate.runs = effort_.runs_rate;
    rate.run_length = static_cast<double>(ns(base_.plan.duration)) / 1e9;
    rate.factor = plan_number(factors_of(base_found_));
    rate.is_lower_bound = all_at_ceiling(base_found_) && !base_ceiling_.closed;
    if (base_ceiling_.closed) {
      rate.closed_form = base_ceiling_.closed->factor;
      rate.closed_form_limit = base_ceiling_.closed->limit;
      rate.closed_form_is_exact = base_ceiling_.is_exact;
    }
    std::map<std::size_t, std::int64_t> broken;
    for (const RateFound& found : base_found_) {
      if (found.broken) ++broken[*found.broken];
    }
    for (const auto& [metric, runs] : broken) {
      rate.broken.push_back({lasting_->metrics()[metric], runs});
    }
    std::stable_sort(rate.broken.begin(), rate.broken.end(),
                     [](const auto& a, const auto& b) { return a.runs > b.runs; });
    rate.scatter = scatter_of(base_.plan);
  }

  // Nothing lasts: at a load that no limit touches it is seen why.
  Result<void> look_at_little() {
    const double factor = kLightShare * std::min(base_ceiling_.search_to, 1.0);
    const LoadedScenario little = with_load(base_, factor);
    SLUICE_TRY(const std::vector<PlanRuns> runs, run({&little}, kLightRuns));
    PlanImpossible impossible{
        .per_minute = result_.rate.today * factor, .demands = {}, .causes = {}};
    for (PlanDemand& demand : demands_of(requirements_, runs.front())) {
      if (demand.standing != Standing::kHolds) impossible.demands.push_back(std::move(demand));
    }
    impossible.causes = failures_of(runs.front().merged);
    result_.rate.impossible = std::move(impossible);
    result_.rate.factor.reset();
    result_.verdict = PlanVerdict::kImpossible;
    return {};
  }

  Checked<LoadedScenario> load(const std::vector<std::string>& overrides,
                               bool whole_catalog) const {
    scenario::LoadOptions options = text_.options();
    options.overrides.insert(options.overrides.end(), overrides.begin(), overrides.end());
    options.whole_catalog = whole_catalog;
    auto loaded =
        scenario::load_scenario_text(text_.text(), text_.path(), options, text_.catalog());
    if (loaded) prepare(*loaded);
    return loaded;
  }

  // Of every model that a variant may use.
  std::vector<std::string> all_limiters() const {
    const auto all = load({}, true);
    return facts_of(all ? *all : base_).names.limiters;
  }

  std::string next_tier() const {
    const std::vector<std::string> tiers = tiers_of(text_.catalog(), today_);
    const auto current = std::find(tiers.begin(), tiers.end(), today_.tier);
    if (current == tiers.end() || current + 1 == tiers.end()) return "";
    const bool is_legacy = today_.tier.starts_with("tier_");
    return is_legacy == (current + 1)->starts_with("tier_") ? *(current + 1) : "";
  }

  Result<void> try_variants() {
    if (result_.verdict == PlanVerdict::kImpossible) return {};
    std::vector<double> in_flight = in_flight_;
    for (double& count : in_flight) count *= std::min(1.0, result_.rate.factor->value);
    PlanLevers levers =
        levers_of(base_, text_.catalog(), {.next_tier = next_tier(), .in_flight = in_flight},
                  [this](const auto& overrides, bool whole) { return load(overrides, whole); });
    result_.levers_left_out = levers.left_out;
    std::vector<PlanVariant> variants = std::move(levers.variants);
    const std::size_t lever_count = variants.size();
    for (PlanVariant& variant : assumptions_of(base_)) variants.push_back(std::move(variant));
    SLUICE_TRY(const std::vector<RateFound> found, find_rates_of(variants));
    const auto runs = static_cast<std::size_t>(effort_.runs_variant);
    for (std::size_t i = 0; i < variants.size(); ++i) {
      const std::vector<RateFound> its(found.begin() + static_cast<std::ptrdiff_t>(i * runs),
                                       found.begin() + static_cast<std::ptrdiff_t>((i + 1) * runs));
      if (i < lever_count) {
        add_lever(variants[i], its);
      } else {
        result_.assumptions.push_back(
            {variants[i].name, variants[i].detail, gain(its), variants[i].is_guess});
      }
    }
    sort_findings();
    return {};
  }

  Result<std::vector<RateFound>> find_rates_of(const std::vector<PlanVariant>& variants) {
    std::vector<const LoadedScenario*> scenarios;
    for (const PlanVariant& variant : variants) scenarios.push_back(&variant.scenario);
    SLUICE_TRY(const std::vector<Ceiling> ceilings,
               find_ceilings(*runner_, *lasting_, scenarios, effort_.runs_variant));
    std::vector<RateSubject> subjects;
    for (std::size_t i = 0; i < variants.size(); ++i) {
      for (std::int64_t run = 0; run < effort_.runs_variant; ++run) {
        const double base = base_found_[static_cast<std::size_t>(run)].factor;
        const double guess =
            base > 0 ? base * ceilings[i].guess / base_ceiling_.guess : ceilings[i].guess;
        subjects.push_back({scenarios[i], run, ceilings[i].search_to, guess});
      }
    }
    const auto on_round = [this](double share) { progress(0.5 + 0.5 * share); };
    return find_rates(*runner_, *lasting_, subjects,
                      {.tolerance = effort_.tolerance, .on_round = on_round});
  }

  // Run by run, relative to what the same run bears today.
  PlanNumber gain(const std::vector<RateFound>& found) const {
    std::vector<double> gains;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double base = base_found_[i].factor;
      if (base > 0) gains.push_back(found[i].factor / base - 1);
    }
    PlanNumber gain = plan_number(gains).value_or(PlanNumber{});
    if (!gain.interval) return gain;
    // Both rates are known to the search's tolerance only.
    gain.interval->low -= effort_.tolerance;
    gain.interval->high += effort_.tolerance;
    return gain;
  }

  void add_lever(const PlanVariant& variant, const std::vector<RateFound>& found) {
    std::vector<double> costs;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto before = base_found_[i].cost_per_success;
      const auto after = found[i].cost_per_success;
      if (before && after && *before > 0) costs.push_back(*after / *before - 1);
    }
    PlanLever lever;
    lever.name = variant.name;
    lever.detail = variant.detail;
    lever.factor = plan_number(factors_of(found)).value_or(PlanNumber{});
    lever.gain = gain(found);
    if (!costs.empty()) lever.cost = stats::mean(costs);
    result_.levers.push_back(std::move(lever));
  }

  void sort_findings() {
    std::stable_sort(result_.levers.begin(), result_.levers.end(),
                     [](const auto& a, const auto& b) { return a.gain.value > b.gain.value; });
    const auto size = [](const PlanNumber& n) { return n.value < 0 ? -n.value : n.value; };
    std::stable_sort(result_.assumptions.begin(), result_.assumptions.end(),
                     [&](const auto& a, const auto& b) { return size(a.effect) > size(b.effect); });
  }

  const ScenarioText& text_;
  LoadedScenario today_;
  const PlanOptions& options_;
  Monitor& monitor_;
  PlanEffort effort_;
  std::vector<Requirement> requirements_;
  std::vector<double> in_flight_;
  LoadedScenario base_;  // within the search's window, without limits on money
  std::optional<Lasting> lasting_;
  std::optional<TrialRunner> runner_;
  Ceiling base_ceiling_;
  std::vector<RateFound> base_found_;
  std::int64_t runs_ = 0;
  PlanResult result_;
};

}  // namespace

Checked<PlanResult> make_plan(const ScenarioText& text, const PlanOptions& options,
                              Monitor& monitor) {
  auto today = text.load();
  if (!today) return tl::unexpected(std::move(today).error());
  auto result = Planner(text, std::move(*today), options, monitor).make();
  if (!result) return tl::unexpected(Errors{std::move(result).error()});
  return std::move(*result);
}

}  // namespace sluice
