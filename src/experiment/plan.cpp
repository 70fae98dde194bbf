#include "experiment/plan.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "experiment/month_cost.hpp"
#include "experiment/plan_ceiling.hpp"
#include "experiment/plan_effort.hpp"
#include "experiment/plan_judge.hpp"
#include "experiment/plan_own_limit.hpp"
#include "experiment/plan_rate.hpp"
#include "experiment/plan_search.hpp"
#include "experiment/plan_variants.hpp"
#include "experiment/run_facts.hpp"
#include "experiment/spend_time.hpp"
#include "stats/compare.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr double kFewRequests = 30;  // of all runs: less is no ground for a verdict
constexpr double kPilotMost = 3e6;   // requests; what asks for more is not run to count them
constexpr double kPilotLoops = 3e5;  // requests of closed loops that are run to count them

// How much more than today the limits have room for, about: at least 1, unless arithmetic says
// less.
double room_above(const RunPlan& plan, const RunResult& run) {
  constexpr double kMost = 50;
  double fullest = 1 / kMost;
  for (std::size_t i = 0; i < run.measured.limiters.size(); ++i) {
    const double use = utilisation(run.measured.limiters[i].use, period(run.facts.limiters[i]));
    fullest = std::max(fullest, use);
  }
  const auto closed = is_arithmetic(plan) ? closed_form(plan) : std::nullopt;
  const double most = closed ? closed->factor : kMost;
  return std::min(most, std::max(1.0, 1 / fullest));
}

// Many users of closed loops are counted over their first seconds.
LoadedScenario first_part_of_loops(const LoadedScenario& scenario) {
  LoadedScenario first = scenario;
  const auto length = static_cast<double>(ns(scenario.plan.duration));
  const double most = closed_loops_per_minute(scenario.plan) * length / 60e9;
  if (most <= kPilotLoops) return first;
  first.plan.duration = Duration{static_cast<std::int64_t>(length * kPilotLoops / most) + 1};
  first.plan.warmup.reset();
  first.plan.warmup_is_automatic = false;
  return first;
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
    const double planned =
        planned_per_minute(today_.plan) * static_cast<double>(ns(today_.plan.duration)) / 60e9;
    if (is_arithmetic(today_.plan) || planned > kPilotMost) return planned;
    const LoadedScenario first = first_part_of_loops(today_);
    SLUICE_TRY(const std::vector<PlanRuns> pilot, run({&first}, 1));
    const RunResult& only = pilot.front().merged;
    const auto seen = static_cast<double>(only.measured.all_workloads().requests.offered +
                                          only.measured.warmup.offered);
    return seen * static_cast<double>(ns(today_.plan.duration)) /
           static_cast<double>(ns(first.plan.duration));
  }

  Result<void> look_at_today() {
    SLUICE_TRY(const double requests, requests_asked());
    effort_ = effort_for_today(today_.plan, requests);
    requirements_ = requirements_of(today_.objectives);
    limit_ = first_limit(today_.plan.spend);
    LoadedScenario cut = today_;
    cut_to(effort_.today_window, cut.plan);
    SLUICE_TRY(std::vector<PlanRuns> runs, run({&cut}, effort_.runs_today));
    const PlanRuns& now = runs.front();
    add_search(effort_, today_.plan, requests, room_above(cut.plan, now.merged));
    result_.notes = effort_.notes;
    result_.notes.insert(result_.notes.end(), today_.notes.begin(), today_.notes.end());
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
    result_.demands = demands_of(requirements_, now, limit_);
    result_.binding = binding_of(now.merged, "");
    result_.limits = limits_of(now.merged);
    result_.first_refusal = first_refusal_of(now);
    SLUICE_TRY(result_.money, money_today(cut, now));
    hold_month(result_.demands, requirements_, result_.money);
    const auto seen = now.merged.measured.all_workloads().requests.offered;
    result_.verdict = verdict_of(result_.demands, static_cast<double>(seen) < kFewRequests);
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

  Result<PlanMoney> money_today(const LoadedScenario& cut, const PlanRuns& now) {
    PlanMoney money;
    if (const auto as_cap = own_limit_as_cap(cut)) {
      SLUICE_TRY(const std::vector<PlanRuns> runs, run({&*as_cap}, effort_.runs_today));
      add_own_limit(now, runs.front(), result_);
      money = money_of(runs.front(), today_.objectives, limit_);
    } else {
      money = money_of(now, today_.objectives, limit_);
    }
    std::optional<MoneyEnd> by_keys;
    if (ends_otherwise(cut.plan.spend)) {
      LoadedScenario unlimited = cut;
      without_money_limits(unlimited.plan);
      SLUICE_TRY(const std::vector<PlanRuns> runs, run({&unlimited}, effort_.runs_today));
      by_keys = money_end_of(cut, runs.front(), cut.plan.spend);
      if (stops_keys(cut.plan.spend)) hold_to_keys(money, cut, runs.front(), by_keys);
    }
    money.gone = gone_today(money, by_keys);
    return money;
  }

  // Each over the same window, today's too, so that the rows can be compared.
  Result<void> try_tiers() {
    if (today_.tier == "custom") return {};
    std::vector<LoadedScenario> variants;
    std::vector<SpendSpec> money;
    std::vector<std::string> refused;
    for (const std::string& tier : tiers_of(text_.catalog(), today_)) {
      auto loaded = text_.load({"/organization/tier=" + tier});
      if (!loaded) {
        refused.push_back("tier " + tier + " cannot bear it: " + loaded.error().front().message);
        continue;
      }
      money.push_back(loaded->plan.spend);
      cut_to(effort_.tier_window, loaded->plan);
      without_money_limits(loaded->plan);
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
      for (PlanTier& row : tier_rows(variants[i], runs[i], requirements_, money[i])) {
        row.is_current = row.tier == today_.tier;
        if (row.is_current) set_money(row, money[i], result_.money.gone);
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
               find_ceilings(*runner_, *lasting_, {&base_}, effort_.runs_rate));
    base_ceiling_ = ceilings.front();
    std::vector<RateSubject> subjects;
    for (std::int64_t i = 0; i < effort_.runs_rate; ++i) {
      subjects.push_back(
          near(base_ceiling_.guess,
               {.scenario = &base_, .replication = i, .ceiling = base_ceiling_.search_to}));
    }
    const auto on_round = [this](double share) { progress(0.2 + 0.3 * share); };
    SLUICE_TRY(base_found_, find_rates(*runner_, *lasting_, subjects,
                                       {.tolerance = effort_.tolerance, .on_round = on_round}));
    const RateSearch search{base_found_, base_ceiling_, *lasting_, base_.plan, result_.rate.today};
    result_.rate = rate_of(search);
    const auto light = light_load(search);
    return light ? look_at(*light) : Result<void>();
  }

  // Why nothing lasts. A month's cost falls with the load, so it is judged at the least that was
  // searched.
  Result<void> look_at(const LightLoad& light) {
    const LoadedScenario little = with_load(base_, light.factor);
    const LoadedScenario lowest = with_load(base_, light.least);
    SLUICE_TRY(const std::vector<PlanRuns> runs, run({&little, &lowest}, light.runs));
    PlanImpossible impossible;
    // Not today's rate times the factor: a closed loop keeps one user.
    const auto per_minute = plan_number(runs[0], "requests.offered_per_minute");
    if (per_minute) impossible.per_minute = per_minute->value;
    const std::vector<PlanDemand> at_least = demands_of(requirements_, runs[1], {});
    std::vector<PlanDemand> demands = demands_of(requirements_, runs[0], {});
    for (std::size_t i = 0; i < demands.size(); ++i) {
      if (demands[i].path == "cost.per_month") demands[i] = at_least[i];
      if (demands[i].standing == Standing::kFails) impossible.demands.push_back(demands[i]);
    }
    if (impossible.demands.empty() && light.is_found) return {};
    result_.rate.factor.reset();
    result_.rate.per_minute.reset();
    if (impossible.demands.empty()) return {};
    impossible.causes = failures_of(runs[0].merged);
    result_.rate.impossible = std::move(impossible);
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
    if (!result_.rate.factor) return {};
    std::vector<double> in_flight = in_flight_;
    for (double& count : in_flight) count *= result_.rate.factor->value;
    PlanLevers levers =
        levers_of(base_, text_.catalog(), {.next_tier = next_tier(), .in_flight = in_flight},
                  [this](const auto& overrides, bool whole) { return load(overrides, whole); });
    result_.levers_left_out = levers.left_out;
    std::vector<PlanVariant> variants = std::move(levers.variants);
    const std::size_t lever_count = variants.size();
    for (PlanVariant& variant : assumptions_of(base_)) variants.push_back(std::move(variant));
    SLUICE_TRY(const std::vector<RateFound> found, find_rates_of(variants));
    const auto runs = static_cast<std::size_t>(effort_.runs_rate);
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
               find_ceilings(*runner_, *lasting_, scenarios, effort_.runs_rate));
    std::vector<RateSubject> subjects;
    for (std::size_t i = 0; i < variants.size(); ++i) {
      const double raised = ceilings[i].guess / base_ceiling_.guess;
      for (std::int64_t run = 0; run < effort_.runs_rate; ++run) {
        const RateFound& base = base_found_[static_cast<std::size_t>(run)];
        RateSubject subject{
            .scenario = scenarios[i], .replication = run, .ceiling = ceilings[i].search_to};
        subject = near(ceilings[i].guess, subject);
        if (base.factor > 0) subject.low = base.factor * raised;
        if (base.factor > 0) subject.high = base.above * raised;
        subjects.push_back(subject);
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
  std::optional<SpendLimit> limit_;  // of all spending
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
