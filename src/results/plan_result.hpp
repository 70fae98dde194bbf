// What `sluice plan` found: whether the traffic keeps what is asked of it, which tier would do, the
// highest rate that lasts, what would raise it, when the first 429 comes, and what a month costs. A
// plain value that experiment/ fills in and report/ renders; times are in seconds, money in
// dollars, shares as ratios. Estimates carry a 95 % interval where there were enough runs for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/metric.hpp"
#include "results/money_end.hpp"
#include "stats/intervals.hpp"

namespace sluice {

// A mean over runs; the interval is none for a single run.
struct PlanNumber {
  double value = 0;
  std::optional<MetricInterval> interval;
};
// None for no values.
std::optional<PlanNumber> plan_number(const std::vector<double>& values);

enum class Standing : std::uint8_t {
  kHolds,    // the whole interval does
  kUnclear,  // the bound lies within the interval
  kFails,
};
std::string_view name(Standing standing) noexcept;  // "holds", "unclear", "fails"

// One thing that is asked of the traffic, and how it is kept today.
struct PlanDemand {
  std::string path;       // of the metric
  bool is_least = false;  // the bound is the least that is allowed; else the most
  double bound = 0;
  Unit unit = Unit::kRatio;
  bool is_default = false;  // the scenario asks for nothing, so it is ours
  std::optional<PlanNumber> value;
  Standing standing = Standing::kFails;
};

// The limit that refuses most, or is used most.
struct PlanBinding {
  std::string limit;
  std::optional<double> first_refused;  // seconds, in the earliest run; none: it refused nothing
  double peak_minute = 0;               // utilisation in its busiest minute, of all runs
};

// One limit under today's traffic: whether it refused, or how much of it was left.
struct PlanLimit {
  std::string limit;
  std::optional<double> first_refused;  // seconds, in the earliest run; none: it refused nothing
  double refused_share = 0;             // of all attempts
  std::optional<double> peak_minute;    // as PlanBinding's; none: it has no utilisation
};

// One tier for the models of one rate-limit group.
struct PlanTier {
  std::string tier;
  std::string group;
  bool is_current = false;
  bool fits = false;  // what is asked for is kept, or fails of something else than its rate limits
  std::int64_t requests =
      0;  // of these models, over the runs: with none of them everything is kept
  std::optional<PlanBinding> binding;
  double rate_limited_share = 0;
  std::optional<double> latency_p95;  // seconds, of answered requests
  // Dollars of the limit in `gone`; else a month's: its own or the organization's, the lesser.
  std::optional<double> cap;
  // What was spent before the run included; none: a month (of credit: a year) ends before.
  std::optional<MoneyEnd> gone;
};

// What broke first just above the rate that was found, and in how many of the runs.
struct PlanBroken {
  std::string path;  // of the metric
  std::int64_t runs = 0;
};

// Nothing lasts, however little is sent: how the run looks at a small load that no limit touches.
struct PlanImpossible {
  double per_minute = 0;
  std::vector<PlanDemand> demands;  // that are not kept
  std::vector<std::string> causes;  // how requests failed there: "overloaded_error", ...
};

// The highest rate at which a run keeps all that is asked for and takes no more from any bucket
// than flows back: found in every run by itself, the mean of these.
struct PlanRate {
  double today = 0;                          // requests a minute
  std::optional<PlanNumber> factor;          // of today's traffic; none: at no rate, or too few
  std::optional<PlanNumber> per_minute;      // the same in requests
  bool is_cut_at_limit = false;              // their intervals, at what the limit gives
  std::optional<PlanImpossible> impossible;  // where nothing lasts: why
  bool is_lower_bound = false;               // the search ended before anything gave way
  std::optional<double> closed_form;  // the same factor by arithmetic on means; none: no limit
  std::string closed_form_limit;      // that binds there
  bool closed_form_is_exact = false;  // from the scenario's own means; else measured ones
  std::vector<PlanBroken> broken;     // the most frequent first
  std::vector<std::string> scatter;   // what makes it lower than the closed form: "..."
  std::int64_t runs = 0;
  double run_length = 0;  // seconds of traffic of each
};

// Something that could be changed, simulated.
struct PlanLever {
  std::string name;
  std::string detail;
  PlanNumber factor;            // sustainable, of today's traffic
  PlanNumber gain;              // over today's sustainable rate, paired by run; 0.1 is 10 % more
  std::optional<double> cost;   // change of the cost of one success; -0.1 is 10 % less
  bool is_lower_bound = false;  // as PlanRate's
};

// Something the answer rests on, varied to the worse.
struct PlanAssumption {
  std::string name;
  std::string change;
  PlanNumber effect;  // on the sustainable rate; -0.1 is 10 % less
  bool is_guess = false;
};

struct PlanFirstRefusal {
  std::int64_t runs = 0;
  std::int64_t runs_refused = 0;
  // Seconds, of the runs that had a 429: the median, with its interval or, of fewer than eight
  // runs, without; and the earliest.
  std::optional<PlanNumber> median;
  std::optional<double> earliest;
};

struct PlanMoney {
  std::optional<PlanNumber> month;        // dollars, 30 days like this, up to the spending limit
  bool is_stopped = false;                // by that limit, in a run or before the month ends
  bool is_held_by_keys = false;           // rather, limits or alerts of keys leave no more of it
  std::optional<PlanNumber> wanted;       // then: dollars without it, by what was spent until then
  std::optional<PlanNumber> per_success;  // dollars
  std::optional<double> budget;           // dollars a month
  // The spending limit that is gone first: dollars a month, or of prepaid credit all that is left.
  std::optional<double> cap;
  MoneyLimit limit = MoneyLimit::kTierCap;  // that limit
  std::optional<PlanNumber> time_to_cap;    // seconds from the start; none: not in that month
  bool cap_was_reached = false;             // in a run; else extrapolated
  std::optional<MoneyEnd> gone;             // by `limit` or another; none: as PlanTier's
};

enum class PlanVerdict : std::uint8_t {
  kFits,
  kUnclear,
  kTooLittle,  // so few requests that no run says anything
  kDoesNotFit,
  kImpossible,
};
std::string_view name(PlanVerdict verdict) noexcept;  // "fits", "unclear", ...

struct PlanResult {
  std::string scenario;
  std::string scenario_digest;
  std::string effective_scenario;  // as JSON
  std::string catalog_date;
  std::string version;
  std::uint64_t seed = 1;
  std::string tier;
  double duration = 0;             // of the scenario, seconds
  std::int64_t runs = 0;           // for the verdict
  std::int64_t trials = 0;         // simulations in all
  std::vector<std::string> notes;  // how the work was bounded

  PlanVerdict verdict = PlanVerdict::kFits;
  std::vector<PlanDemand> demands;
  std::optional<PlanBinding> binding;
  std::vector<PlanLimit> limits;  // that were used; what refused most or is used most first
  double rate_limited_share = 0;
  std::vector<PlanTier> tiers;
  PlanRate rate;
  std::vector<PlanLever> levers;             // the best first
  std::vector<std::string> levers_left_out;  // and why, where a user could change it
  PlanFirstRefusal first_refusal;
  PlanMoney money;
  std::vector<PlanAssumption> assumptions;  // what moves the answer most first
  std::vector<std::string> guesses;
};

}  // namespace sluice
