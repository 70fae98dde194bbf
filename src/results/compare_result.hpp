// What `sluice compare` found: the same work on several models, tiers, changes and mixes, row by
// row, with 95 % intervals and paired differences to the scenario as it is. A value: experiment/
// makes it, report/ renders it. It holds nothing of the machine or the hour it was made on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/metric.hpp"
#include "results/money_end.hpp"

namespace sluice {

// The figures of a row. Money is in dollars; categories and tools are per success.
enum class Measure : std::uint8_t {
  kCostPerMonth,
  kCostPerRequest,
  kCostPerSuccess,
  kInput,
  kWrite5m,
  kWrite1h,
  kCacheRead,
  kOutput,
  kTools,
  kRateLimited,
  kSuccess,
  kGoodput,
  kLatencyP50,
  kLatencyP95,
};
inline constexpr std::size_t kMeasureCount = 14;

struct MeasureInfo {
  Measure measure = Measure::kCostPerMonth;
  std::string_view name;
  Unit unit = Unit::kMoney;
  std::string_view doc;
};
const std::array<MeasureInfo, kMeasureCount>& compared_measures() noexcept;

// A mean over replications; without an interval where there was one replication.
struct ComparedFigure {
  double value = 0;
  std::optional<MetricInterval> interval;  // 95 %, Student t
  bool operator==(const ComparedFigure& other) const noexcept;
};

// Row less reference, replication by replication under common random numbers.
struct ComparedDifference {
  ComparedFigure figure;
  // How many times smaller its variance is than with independent runs; none where there is no
  // variance to compare.
  std::optional<double> variance_reduction;
  bool operator==(const ComparedDifference&) const = default;
};

enum class ComparedKind : std::uint8_t { kToday, kModel, kTier, kWhatIf, kMix, kCheapestMix };
std::string_view name(ComparedKind kind) noexcept;

template <class T>
using ByMeasure = std::array<std::optional<T>, kMeasureCount>;

// A bound on a metric, as the scenario's objectives ask, or ours where they ask nothing.
struct ComparedRequirement {
  std::string path;
  bool is_least = false;  // the bound is the least that is allowed; else the most
  double bound = 0;       // in the metric's unit
  Unit unit = Unit::kRatio;
  bool is_default = false;
  bool operator==(const ComparedRequirement&) const = default;
};

struct MissedRequirement {
  std::size_t requirement = 0;
  std::optional<double> value;  // mean over replications; none: the run has no such number
  bool operator==(const MissedRequirement&) const = default;
};

// The smallest tier of that day that keeps the requirements.
struct NeededTier {
  std::string tier;                 // empty: none of them does
  std::optional<double> month_cap;  // dollars that may be spent there in a month
  bool operator==(const NeededTier&) const = default;
};

struct ComparedRow {
  ComparedKind kind = ComparedKind::kModel;
  std::string name;                 // "haiku", "haiku:80,opus:20"
  std::vector<std::string> models;  // ids, each once
  std::string change;               // of kWhatIf: "batch"
  std::string tier;
  std::size_t reference = 0;     // the row that differences are to; its own index: none
  std::string unavailable;       // why it was not run, in a sentence; empty: it was
  bool is_unpriced = false;      // so it has no costs
  bool changes_nothing = false;  // the very same run as its reference
  // A spending limit or the end of prepaid credit refuses requests before the month ends, so that
  // the month costs no more than that; and what it would cost without, in dollars.
  bool month_is_stopped = false;
  std::optional<double> month_wanted;
  // Seconds from the start until that limit is reached, mean over the runs: as it was simulated, or
  // if spending goes on like this; none: in a later month than the run's. There may be one where no
  // whole month is stopped: much was spent before the run.
  std::optional<double> month_stops_after;
  std::optional<MoneyLimit> month_limit;  // that limit; none: neither month is stopped
  double token_ratio = 1;  // kModel: tokens of the same text, to those of today's model
  ByMeasure<ComparedFigure> figures;
  ByMeasure<ComparedDifference> differences;
  std::vector<MissedRequirement> missed;
  std::optional<NeededTier> tier_needed;  // kToday, kModel: unless limits are custom

  bool keeps_all() const noexcept { return unavailable.empty() && missed.empty(); }
  const std::optional<ComparedFigure>& figure(Measure measure) const noexcept {
    return figures[static_cast<std::size_t>(measure)];
  }
  const std::optional<ComparedDifference>& difference(Measure measure) const noexcept {
    return differences[static_cast<std::size_t>(measure)];
  }
  bool operator==(const ComparedRow&) const = default;
};

// By a model's prices alone. Reads per write from which caching costs less than plain input, and
// steady rates of reuse (Poisson, a minute) from which each lifetime pays.
struct BreakEven {
  std::string model;
  std::optional<double> reads_per_write_5m{};
  std::optional<double> reads_per_write_1h{};
  std::optional<double> extra_reads_1h{};  // of reuse every 5 minutes to an hour: 1h against 5m
  std::optional<double> rate_5m{};
  std::optional<double> rate_1h{};
  std::optional<double> rate_1h_over_5m{};
  double batch_factor = 1;  // of every price
  // Share of the prompt read from the cache from which answering at once, with cache, costs less
  // than a batch that finds nothing cached; none: a batch is cheaper whatever is cached.
  std::optional<double> batch_until_read_share{};
  bool operator==(const BreakEven&) const = default;
};

// On which side of its model's break-even points a workload's shared prefix is.
struct PrefixSide {
  std::string workload;
  std::string model;
  std::int64_t prefix_tokens = 0;
  std::int64_t minimum_tokens = 0;  // a shorter prompt is not cached
  double uses_per_minute = 0;       // of each variant of the prefix
  std::string best;                 // "none", "5m", "1h"
  std::string today;                // likewise
  bool operator==(const PrefixSide&) const = default;
};

struct MixShare {
  std::string model;  // as asked for
  double share = 0;
  std::optional<double> quality{};  // its weight, where one was given
  bool operator==(const MixShare&) const = default;
};

enum class MixVerdict : std::uint8_t {
  kConfirmed,      // a simulation of the mix keeps the constraints
  kLimitsSpoilIt,  // prices and speeds allow a mix, but at this tier's limits none was confirmed
  kInfeasible,     // not even without limits
};
std::string_view name(MixVerdict verdict) noexcept;

struct MixAdvice {
  std::optional<double> min_quality{};
  std::optional<double> max_latency_p95{};  // seconds
  MixVerdict verdict = MixVerdict::kInfeasible;
  std::vector<MixShare> shares{};         // that were simulated; empty: none
  std::optional<double> cost_expected{};  // per request, by the linear program
  std::optional<double> quality{};        // of the mix
  std::optional<std::size_t> row{};       // its simulation
  double best_quality = 0;                // that any of the models has
  double best_within = 0;  // largest share of requests within max_latency_p95, without limits
  bool operator==(const MixAdvice&) const = default;
};

// What has to be wrong, and by which factor, for the recommendation to change.
enum class Assumption : std::uint8_t { kNone, kOutputLength, kTokenizer, kServiceTimes };
std::string_view name(Assumption assumption) noexcept;
struct Sensitivity {
  Assumption assumption = Assumption::kNone;
  double factor = 1;
  // The cheapest other choice: one that keeps the requirements, or if there is none, any.
  std::optional<std::size_t> rival;
  bool operator==(const Sensitivity&) const = default;
};

struct ModelComparison {
  std::string scenario;
  std::string scenario_digest;
  std::string effective_scenario;  // as JSON
  std::string catalog_date;
  std::string catalog_digest;
  std::string version;
  std::string tier;
  std::uint64_t seed = 1;
  std::int64_t replications = 0;
  double duration = 0;  // seconds that arrivals last
  std::vector<ComparedRequirement> requirements;
  std::vector<ComparedRow> rows;
  std::size_t today = 0;                   // the reference of all models and mixes
  std::optional<std::size_t> recommended;  // the cheapest row that keeps all requirements
  // Where none does: the cheapest that keeps them in another tier.
  std::optional<std::size_t> elsewhere;
  std::optional<std::size_t> next;  // the next cheapest after either
  Sensitivity sensitivity;
  std::vector<BreakEven> break_evens;
  std::vector<PrefixSide> prefixes;
  std::optional<MixAdvice> advice;
  bool service_times_are_guesses = false;
  std::vector<std::string> notes;  // on the origin and age of its numbers
  bool operator==(const ModelComparison&) const = default;
};

}  // namespace sluice
