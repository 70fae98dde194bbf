#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "experiment/plan_variants.hpp"
#include "experiment/scale_load.hpp"
#include "policy/arrival_process.hpp"
#include "policy/sizes.hpp"
#include "scenario/resolve.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr std::int64_t kCachedPercent = 20;
constexpr std::int64_t kBatchedPercent = 20;
constexpr std::int64_t kSmallerPercent = 30;
constexpr double kPlacesPerInFlight = 1.5;

class Levers {
 public:
  Levers(const LoadedScenario& base, const scenario::Catalog& catalog, const LeverFacts& facts,
         const LoadVariant& load)
      : base_(base), catalog_(catalog), facts_(facts), load_(load) {}

  PlanLevers all() && {
    next_tier();
    workspace_limits();
    other_workspace();
    more_caching();
    more_in_common();
    batches();
    smaller_model();
    smoother();
    fewer_at_once();
    return std::move(levers_);
  }

 private:
  void add(std::string name, std::string detail, LoadedScenario scenario) {
    levers_.variants.push_back(
        {.name = std::move(name), .detail = std::move(detail), .scenario = std::move(scenario)});
  }
  void leave_out(const std::string& text) { levers_.left_out.push_back(text); }

  void next_tier() {
    if (facts_.next_tier.empty()) return;
    auto loaded = load_({"/organization/tier=" + facts_.next_tier}, false);
    if (!loaded) return leave_out("next tier: " + loaded.error().front().message);
    add("next tier", facts_.next_tier, std::move(*loaded));
  }

  // Those that somebody set for a workspace beside the organization's, of groups that are used.
  bool is_of_workspace(const LimiterSpec& limiter) const {
    const auto& workloads = base_.plan.workloads;
    return limiter.workspace &&
           std::any_of(workloads.begin(), workloads.end(), [&](const WorkloadSpec& w) {
             return w.workspace == *limiter.workspace &&
                    base_.plan.models[index(w.model)].group == limiter.group;
           });
  }
  std::string names_of_limited() const {
    std::vector<std::string> names;
    for (const LimiterSpec& limiter : base_.plan.limits.limiters) {
      if (!is_of_workspace(limiter)) continue;
      const std::string& name = base_.plan.workspaces[index(*limiter.workspace)];
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void workspace_limits() {
    LoadedScenario scenario = base_;
    bool changes = false;
    for (LimiterSpec& limiter : scenario.plan.limits.limiters) {
      if (!is_of_workspace(limiter)) continue;
      limiter.limit *= 2;
      changes = true;
    }
    if (!changes) return;
    add("raise workspace", "twice the limits of " + names_of_limited(), std::move(scenario));
  }

  // As if half of each limited workload's requests went through a workspace without limits.
  void other_workspace() {
    const std::string limited = names_of_limited();
    if (limited.empty()) return;
    LoadedScenario scenario = base_;
    std::vector<WorkloadSpec> workloads;
    const auto free = static_cast<WorkspaceId>(scenario.plan.workspaces.size());
    for (const WorkloadSpec& w : base_.plan.workloads) {
      const auto& limiters = base_.plan.limits.limiters;
      const bool is_limited =
          std::any_of(limiters.begin(), limiters.end(), [&](const LimiterSpec& limiter) {
            return is_of_workspace(limiter) && *limiter.workspace == w.workspace;
          });
      if (!is_limited || std::holds_alternative<TraceArrivals>(w.arrivals)) {
        workloads.push_back(w);
        continue;
      }
      workloads.push_back(part_of(w, 50));
      WorkloadSpec part = part_of(w, 50);
      part.name += "-elsewhere";
      part.hash = name_hash(part.name);
      part.workspace = free;
      workloads.push_back(std::move(part));
    }
    if (workloads.size() == base_.plan.workloads.size()) return;
    scenario.plan.workspaces.emplace_back("elsewhere");
    scenario.plan.limits.workspace_count = scenario.plan.workspaces.size();
    scenario.plan.workloads = std::move(workloads);
    add("move work", "half of " + limited + "'s to one without limits", std::move(scenario));
  }

  void more_caching() {
    LoadedScenario scenario = base_;
    bool changes = false;
    bool is_cached = false;
    for (WorkloadSpec& w : scenario.plan.workloads) {
      const std::int64_t least = scenario.plan.models[index(w.model)].cache_minimum_tokens;
      if (w.prefix_tokens >= least) {
        is_cached = is_cached || w.prefix_ttl.has_value();
        changes = changes || !w.prefix_ttl;
        if (!w.prefix_ttl) w.prefix_ttl = CacheTtl::kFiveMinutes;
      }
      if (!w.conversation.is_one_request()) {
        is_cached = is_cached || w.conversation_ttl.has_value();
        changes = changes || !w.conversation_ttl;
        if (!w.conversation_ttl) w.conversation_ttl = CacheTtl::kFiveMinutes;
      }
    }
    if (changes) return add("cache", "whatever repeats, for 5 minutes", std::move(scenario));
    if (!is_cached) leave_out("more caching: no shared prefix or conversation is long enough");
  }

  // A part of every request's own input becomes the same for all of them.
  void more_in_common() {
    LoadedScenario scenario = base_;
    bool changes = false;
    for (WorkloadSpec& w : scenario.plan.workloads) {
      if (!w.conversation.is_one_request() || std::holds_alternative<TraceArrivals>(w.arrivals))
        continue;
      const double part = SizeSampler(w.input).mean() * static_cast<double>(kCachedPercent) / 100;
      const auto prefix = w.prefix_tokens + static_cast<std::int64_t>(part);
      const auto rest = scenario::scaled(w.input, {100 - kCachedPercent, 100});
      const ModelPlan& model = scenario.plan.models[index(w.model)];
      if (!rest || prefix < model.cache_minimum_tokens) continue;
      w.input = *rest;
      w.prefix_tokens = prefix;
      if (!w.prefix_ttl) w.prefix_ttl = CacheTtl::kFiveMinutes;
      changes = true;
    }
    if (!changes) return;
    add("cache more", fmt::format("{} % of the new input, for 5 minutes", kCachedPercent),
        std::move(scenario));
  }

  void batches() {
    if (base_.objectives.latency_within || base_.objectives.ttft_within) {
      return leave_out("batches: the objectives want answers soon");
    }
    LoadedScenario scenario = base_;
    bool changes = false;
    for (WorkloadSpec& w : scenario.plan.workloads) {
      const std::int64_t share = kBatchedPercent * 10'000;
      if (w.deadline || w.batch.share_ppm >= share) continue;
      if (std::holds_alternative<ClosedLoop>(w.arrivals) || !w.conversation.is_one_request())
        continue;
      w.batch.share_ppm = share;
      changes = true;
    }
    if (!changes) return;
    add("batch", fmt::format("{} %, if they can wait for hours", kBatchedPercent),
        std::move(scenario));
  }

  // Of the next smaller family, in effect on the day; the sizes are those of one tokenizer.
  const scenario::ModelRow* smaller_than(const scenario::ModelRow& row) const {
    constexpr std::array<std::string_view, 4> kFamilies = {"fable", "opus", "sonnet", "haiku"};
    for (std::size_t i = 0; i + 1 < kFamilies.size(); ++i) {
      if (row.id.find(kFamilies[i]) == std::string::npos) continue;
      const scenario::ModelRow* smaller = catalog_.model(kFamilies[i + 1]);
      const CivilDate day = UnixTime{base_.plan.start_unix_ns}.date();
      const bool is_usable = smaller != nullptr && smaller->released <= day &&
                             smaller->tokenizer_permille == row.tokenizer_permille &&
                             smaller->group != row.group;
      return is_usable ? smaller : nullptr;
    }
    return nullptr;
  }

  void smaller_model() {
    auto loaded = load_({}, true);
    if (!loaded) return leave_out("a smaller model: " + loaded.error().front().message);
    std::vector<WorkloadSpec> workloads;
    std::vector<std::string> names;
    for (const WorkloadSpec& w : loaded->plan.workloads) {
      const scenario::ModelRow* to = smaller_than(loaded->model_rows[index(w.model)]);
      const auto& rows = loaded->model_rows;
      const auto row = std::find_if(rows.begin(), rows.end(), [&](const scenario::ModelRow& r) {
        return to != nullptr && r.id == to->id;
      });
      if (row == rows.end() || std::holds_alternative<TraceArrivals>(w.arrivals)) {
        workloads.push_back(w);
        continue;
      }
      workloads.push_back(part_of(w, 100 - kSmallerPercent));
      WorkloadSpec part = part_of(w, kSmallerPercent);
      part.name += "-smaller";
      part.hash = name_hash(part.name);
      part.model = static_cast<ModelId>(row - rows.begin());
      workloads.push_back(std::move(part));
      const std::string& name = to->aliases.empty() ? to->id : to->aliases.front();
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (names.empty()) return;
    loaded->plan.workloads = std::move(workloads);
    add("smaller model", fmt::format("{} % to {}", kSmallerPercent, fmt::join(names, " and ")),
        std::move(*loaded));
  }

  static WorkloadSpec part_of(const WorkloadSpec& workload, std::int64_t percent) {
    RunPlan plan;
    plan.workloads = {workload};
    scale_load(plan, Fraction::percent(percent));
    return plan.workloads.front();
  }

  void smoother() {
    LoadedScenario scenario = base_;
    bool changes = false;
    bool any_steps = false;
    for (WorkloadSpec& w : scenario.plan.workloads) {
      auto* spec = std::get_if<ArrivalSpec>(&w.arrivals);
      if (spec == nullptr) continue;
      const ArrivalSpec before = *spec;
      if (std::holds_alternative<ArrivalSteps>(*spec) && w.rate_changes.empty()) {
        level(w, *spec);
        any_steps = true;
      } else {
        std::visit([&](auto& kind) { smooth(*spec, kind); }, *spec);
      }
      changes = changes || !(*spec == before);
    }
    if (!changes) return;
    add("smooth", any_steps ? "steps levelled to their mean" : "evenly spaced arrivals",
        std::move(scenario));
  }

  // As many requests as the steps bring, at one rate for as long as the workload runs.
  void level(const WorkloadSpec& w, ArrivalSpec& spec) const {
    const TimePoint end = std::min(w.stops, kRunStart + base_.plan.duration);
    const double count = expected_count(spec, {}, w.starts, end,
                                        {.run_start = {base_.plan.start_unix_ns}, .at = w.starts});
    if (end <= w.starts || count < 1) return;
    spec = ArrivalConstant{Rate{static_cast<std::int64_t>(count + 0.5), end - w.starts}};
  }
  static void smooth(ArrivalSpec& spec, ArrivalPoisson& kind) {
    spec = ArrivalConstant{Rate(kind.rate)};
  }
  static void smooth(ArrivalSpec& spec, ArrivalGamma& kind) {
    spec = ArrivalConstant{Rate(kind.rate)};
  }
  static void smooth(ArrivalSpec& spec, ArrivalWeibull& kind) {
    spec = ArrivalConstant{Rate(kind.rate)};
  }
  static void smooth(ArrivalSpec&, ArrivalConstant&) {}
  // The same mean rate without the pauses.
  static void smooth(ArrivalSpec& spec, ArrivalOnOff& kind) {
    const Duration both = kind.mean_on + kind.mean_off;
    RunPlan plan;
    plan.workloads.resize(1);
    plan.workloads.front().arrivals = ArrivalSpec{ArrivalConstant{Rate(kind.rate)}};
    const int128 share = int128{ns(kind.mean_on)} * Fraction::kOne / ns(both);
    scale_load(plan, {static_cast<std::int64_t>(std::max<int128>(1, share))});
    spec = std::get<ArrivalSpec>(plan.workloads.front().arrivals);
  }
  // Ramp, a day's curve, steps with changes of rate: the curve stays.
  template <class Kind>
  static void smooth(ArrivalSpec&, Kind& kind) {
    kind.process = BaseProcess::kConstant;
  }

  // Users of a closed loop wait for their own answers, and sessions for theirs: a queue would only
  // slow them down, which no limit notices.
  bool asks_when_answered() const {
    const auto waits = [](const WorkloadSpec& w) {
      return std::holds_alternative<ClosedLoop>(w.arrivals) || !w.conversation.is_one_request();
    };
    return std::any_of(base_.plan.workloads.begin(), base_.plan.workloads.end(), waits);
  }

  void fewer_at_once() {
    if (asks_when_answered()) return;
    LoadedScenario scenario = base_;
    std::vector<std::string> places;
    for (std::size_t i = 0; i < scenario.plan.clients.size(); ++i) {
      ClientPlan& client = scenario.plan.clients[i];
      const double in_flight = i < facts_.in_flight.size() ? facts_.in_flight[i] : 0;
      const auto most = static_cast<std::int64_t>(in_flight * kPlacesPerInFlight) + 1;
      if (in_flight < 1 || (client.concurrency && *client.concurrency <= most)) continue;
      client.concurrency = most;
      places.push_back(std::to_string(most));
    }
    if (places.empty()) return;
    add("fewer at once", fmt::format("{} per client, the rest queue", fmt::join(places, ", ")),
        std::move(scenario));
  }

  const LoadedScenario& base_;
  const scenario::Catalog& catalog_;
  const LeverFacts& facts_;
  const LoadVariant& load_;
  PlanLevers levers_;
};

}  // namespace

std::vector<std::string> tiers_of(const scenario::Catalog& catalog, const LoadedScenario& today) {
  const CivilDate day = UnixTime{today.plan.start_unix_ns}.date();
  std::vector<std::string> tiers;
  for (const std::string& tier : catalog.tier_names()) {
    if (tier == today.tier || catalog.tier(tier, day) != nullptr) tiers.push_back(tier);
  }
  return tiers;
}

PlanLevers levers_of(const LoadedScenario& base, const scenario::Catalog& catalog,
                     const LeverFacts& facts, const LoadVariant& load) {
  return Levers(base, catalog, facts, load).all();
}

}  // namespace sluice
