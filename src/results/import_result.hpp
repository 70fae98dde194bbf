// What `sluice import` found in somebody's logs: what was read, what it became, what it has cost,
// where it would have fitted, and how well a fit stands in for the trace. A value: importer/ makes
// it, report/ renders it. It names models and counts tokens; nothing of what was said is in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/cost.hpp"
#include "api/usage.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace sluice {

// One workload of the scenario that was written, and what of the log it stands for.
struct ImportedWorkload {
  std::string name;                    // in the scenario: "sonnet-5.5"
  std::string model;                   // id in the catalog
  std::string sizes_for;               // whose tokens its sizes are; empty: its model's
  std::vector<std::string> log_names;  // of models, as the log has them; empty: it names none
  std::string trace;                   // the file's name; empty: a fit
  std::int64_t calls = 0;
  Usage tokens;  // prompts as plain input where the log has no usage
  std::int64_t prompt_p50 = 0;
  std::int64_t prompt_p95 = 0;
  std::int64_t output_p50 = 0;
  std::int64_t output_p95 = 0;
};

// Calls and money of one model or one day.
struct SpentOn {
  std::string name;
  std::int64_t calls = 0;
  std::int64_t unpriced = 0;  // of these: no price is known for their model on their day
  Usage tokens;
  Money cost;
};

// The same calls on another model, or with another cache, at today's prices.
struct SpentOtherwise {
  std::string name;  // "claude-haiku-5-5"; "5m", "1h", "none"
  Money cost;
  std::int64_t unpriced = 0;
};

struct CostSoFar {
  std::int64_t calls = 0;  // of which the log says what was billed
  Money total;
  std::int64_t unpriced = 0;  // calls: in no sum of money
  CostBreakdown by_category;
  std::int64_t web_searches = 0;       // of priced calls
  Money web_search_cost;               // in total, beside the categories
  std::vector<SpentOn> by_model;       // by the log's names, the dearest first
  std::vector<SpentOn> by_day;         // UTC, in order; empty: the log has no dates
  std::optional<Money> dearest_month;  // without the unpriced calls
  // What the calls would cost at today's prices, of the same calls throughout: those that have a
  // price today. Where none has, `on_models` is of all calls, and the rest says nothing.
  std::int64_t calls_today = 0;
  std::string prices_from;  // "2026-11-20": today
  Money today;
  std::vector<SpentOtherwise> on_models;
  std::vector<SpentOtherwise> with_ttls;
  std::int64_t cached_calls = 0;  // of these, that read or wrote a cache
};

// The calls at the log's instants through one tier's limits, never tried again.
struct TierFit {
  std::string tier;
  std::string unavailable;  // why it could not be had; empty: what follows holds
  double rate_limited_share = 0;
  std::string binding_limit;  // that refused most, or was used most
  double peak_use = 0;        // of it, in its busiest minute
  std::optional<Money> monthly_cap;
  bool cap_reached = false;  // by the dearest month so far
  bool cap_judged = true;  // false: not reached by what is priced, and not all is, or no day known
  // Empty: the limits are wide enough, and the cap could not be judged.
  std::optional<bool> fits() const noexcept {
    if (!unavailable.empty() || rate_limited_share > 0 || cap_reached) return false;
    return cap_judged ? std::optional(true) : std::nullopt;
  }
};

// Of all prompt tokens, those that were read from a cache.
struct CacheMatch {
  double in_log = 0;
  double simulated = 0;
};

// One fitted distribution in words.
struct FittedPart {
  std::string workload;
  std::string what;     // "arrivals", "input", "output", ...
  std::string chosen;   // "gamma, 5.64/s, burstiness 0.85"
  std::string quality;  // "KS 0.012; lognormal 0.054"
};

// A trace and its fit, simulated under the same limits.
struct FitCheck {
  std::string tier;
  double limits_factor = 1;  // every limit of the tier times this
  double rate_limited_trace = 0;
  double rate_limited_fit = 0;              // mean over replications
  std::optional<double> rate_limited_half;  // of its 95 % interval
  double rate_limited_scatter = 0;  // 95 % of single runs of the fit are so near to their mean
  double cost_trace = 0;            // dollars, of the whole time
  double cost_fit = 0;
  std::optional<double> cost_half;
  std::optional<double> rate_limited_difference() const noexcept {
    if (rate_limited_trace <= 0) return std::nullopt;
    return rate_limited_fit / rate_limited_trace - 1;
  }
  std::optional<double> cost_difference() const noexcept {
    if (cost_trace <= 0) return std::nullopt;
    return cost_fit / cost_trace - 1;
  }
};

struct FitReport {
  std::vector<FittedPart> parts;
  std::int64_t replications = 0;  // of the fit and of the trace
  std::vector<FitCheck> checks;
  std::vector<std::string> notes;  // where it is not within 10 %, and why that may be
};

struct ImportResult {
  std::string scenario;  // the file that was written, without its folder
  std::string format;    // of the log: "mooncake"
  std::int64_t files = 0;
  std::int64_t rows = 0;
  std::int64_t bad_rows = 0;
  std::int64_t duplicates = 0;
  std::int64_t left_aside = 0;  // files that were not read, those with other endings among them
  std::int64_t not_calls = 0;
  std::int64_t failed_calls = 0;  // left out: nothing was produced
  std::int64_t calls = 0;         // that the scenario makes
  std::string from;               // RFC 3339 of the first call; empty: the log has no dates
  std::string until;
  Duration span{};  // from the first call to the last
  std::string tier;
  std::vector<ImportedWorkload> workloads;
  std::vector<std::string> notes;  // what was assumed
  std::optional<CacheMatch> cache;
  std::optional<CostSoFar> cost;
  std::vector<TierFit> tiers;
  std::optional<FitReport> fit;
};

}  // namespace sluice
