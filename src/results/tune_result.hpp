// What `sluice tune` found: the policy in use today, the one that was chosen, how they compare on
// replications that nothing in the search has seen, and how far the choice can be trusted. A value;
// report/ turns it into text, JSON and settings to paste.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "results/metric.hpp"
#include "stats/intervals.hpp"

namespace sluice {

// A client policy as the search varies it: presets and mechanisms by the names that scenarios use
// for them, and what differs from their published constants. What is empty stays as it is.
struct ClientDesign {
  std::string retry;  // preset of when to retry
  std::optional<std::int64_t> max_retries{};
  std::optional<Duration> base{};
  std::optional<Duration> cap{};
  // A retry-after of any length is obeyed, and U x this is added; empty: the preset's own rule.
  std::optional<Duration> retry_after_spread{};
  bool in_stream = false;                        // errors after the 200 are retried too
  std::string pacing = "none";                   // how fast to send
  std::optional<std::int64_t> share_permille{};  // of the limits, that all processes use
  std::optional<Duration> burst{};               // what a client's own bucket holds
  std::string budget = "none";                   // of retries
  std::optional<std::int64_t> concurrency{};     // empty: today's
  bool breaker = false;
  std::string fallback{};  // model that is asked after a 429 or 529

  bool operator==(const ClientDesign&) const = default;
};

// "full-jitter 8 x, base 1 s, cap 30 s, retry-after + U x 5 s; token-bucket 90 %; brooker".
std::string text_of(const ClientDesign& design);
// Whether the official SDKs express it: their backoff is fixed, the number of retries is not.
bool is_sdk_alone(const ClientDesign& design) noexcept;
// How many mechanisms and changed constants somebody has to build and keep: among equals, less is
// better.
std::int64_t complexity_of(const ClientDesign& design) noexcept;

// A fifth of a point of a share, a fiftieth of a time, a price or a factor: less is no difference
// to anybody and decides nothing.
inline constexpr double kNoticedShare = 0.002;
inline constexpr double kNoticedPart = 0.02;
double least_noticed(double reference, Unit unit) noexcept;

// One number of two policies over the same replications: today's and the chosen one.
struct PairedFigure {
  std::string path;
  Unit unit = Unit::kRatio;
  bool more_is_better = false;
  stats::Interval today{};
  stats::Interval chosen{};
  stats::Interval difference{};          // chosen - today, pair by pair
  std::optional<double> variance_cut{};  // by common random numbers: independent / paired

  bool is_better() const noexcept {
    return more_is_better ? difference.low > 0 : difference.high < 0;
  }
  bool is_worse() const noexcept {
    return more_is_better ? difference.high < 0 : difference.low > 0;
  }
  // Whether it is large enough to decide anything.
  bool is_noticed() const noexcept;
  bool operator==(const PairedFigure&) const = default;
};

// One confirmed finalist, or today's policy.
struct TunePoint {
  std::string name;  // "today", "A", "B", ...
  std::string text;
  bool is_today = false;
  bool is_chosen = false;
  bool is_sdk_alone = false;             // a setting of the official SDKs is all it needs
  bool is_on_front = false;              // nothing is better in one goal and as good in the others
  std::vector<std::string> tied_with{};  // names on the front that no goal tells apart from it
  std::vector<stats::Interval> goals{};  // in the order of TuneResult::goals

  bool operator==(const TunePoint&) const = default;
};

struct TuneGoal {
  std::string name;  // as in a scenario: "goodput"
  std::string path;
  Unit unit = Unit::kRatio;
  bool more_is_better = false;

  bool operator==(const TuneGoal&) const = default;
};

// The same comparison where something about the world is otherwise.
struct TuneCase {
  std::string name;            // "twice the load"
  std::string words;           // what was changed
  bool is_assumption = false;  // something that the scenario assumes, not something that happens
  std::vector<PairedFigure> figures{};

  bool operator==(const TuneCase&) const = default;
};

struct TuneBound {
  std::string path;
  Unit unit = Unit::kRatio;
  bool is_least = false;
  double bound = 0;
  std::optional<stats::Interval> chosen{};  // the policy to use: the recommended one, or today's
  bool is_met = false;                      // by it, on the mean over the confirmation
  std::optional<double> best{};             // the best mean of any candidate of the search

  bool operator==(const TuneBound&) const = default;
};

// A spending limit refused requests: no policy helps against that.
struct SpendStop {
  std::string limit;                // "the tier's cap of $100.00 a month"
  std::optional<Duration> after{};  // from the start of the run, where that is known
  double refused_share = 0;  // of the offered requests, that failed for it under today's policy

  bool operator==(const SpendStop&) const = default;
};

// More is asked of a limit than it gives, for longer than anybody waits.
struct LastingOverload {
  std::string limit;
  Duration lasts{};       // in all
  double load = 1;        // R: asked for by capacity, while it lasts
  double lost_share = 0;  // of all offered requests, 1 - 1/R of those that come meanwhile

  bool operator==(const LastingOverload&) const = default;
};

enum class TuneVerdict : std::uint8_t {
  kBetter,  // the chosen policy beats today's in the first goal that tells them apart
  kKeep,    // it does not, although it was the best of the search: today's stays
};

// The rates that the scenario gave the chosen client's pacer, for one process.
struct TunedRates {
  std::int64_t processes = 1;
  std::optional<std::int64_t> requests_per_minute{};
  std::optional<std::int64_t> input_tokens_per_minute{};
  std::optional<std::int64_t> output_tokens_per_minute{};
  Duration burst{};  // what a bucket holds, of its own rate

  bool operator==(const TunedRates&) const = default;
};

// The chosen client's retries with every constant, for the snippets.
struct TunedRetry {
  std::string backoff;  // "full-jitter", ...
  std::int64_t max_retries = 0;
  Duration base{};
  Duration cap{};
  double multiplier = 2;
  double jitter = 0;
  bool obeys_retry_after = true;
  bool retry_after_is_minimum = false;
  Duration retry_after_spread{};
  std::optional<Duration> retry_after_longest{};  // empty: any length

  bool operator==(const TunedRetry&) const = default;
};

struct TuneEffort {
  std::int64_t candidates = 0;
  std::int64_t as_today = 0;  // of these, that behaved in every run exactly as today's policy does
  std::int64_t finalists = 0;
  std::int64_t search_trials = 0;
  std::int64_t confirm_trials = 0;
  std::int64_t confirm_replications = 0;
  std::int64_t first_confirmation = 0;

  bool operator==(const TuneEffort&) const = default;
};

// Where a request of the chosen policy goes, at once, when its own model did not take it.
struct TunedFallback {
  std::string model;                   // as the API names it
  std::vector<std::int64_t> statuses;  // of 429 and 529
  std::int64_t after = 1;              // so many of these

  bool operator==(const TunedFallback&) const = default;
};

struct TuneResult {
  std::string scenario;
  std::string scenario_digest;
  std::string effective_scenario;  // as JSON
  std::string catalog_date;
  std::string version;
  std::uint64_t seed = 1;
  std::string client;      // whose policy was tuned
  std::string today_text;  // its policy in use
  ClientDesign chosen;     // the best of the search but for today's
  std::string chosen_text;
  TuneVerdict verdict = TuneVerdict::kKeep;
  bool partial = false;  // stopped: the best so far, on the replications of the search
  std::vector<TuneGoal> goals;
  std::vector<PairedFigure> figures;  // goals first, then what else people ask about
  std::vector<TunePoint> points;
  std::vector<TuneBound> bounds;
  std::vector<TuneCase> cases;
  std::optional<std::size_t> most_sensitive;  // into cases
  std::optional<LastingOverload> overload;
  std::optional<SpendStop> spend_stop;
  std::optional<Duration> assumed_deadline;  // of workloads that have none
  std::vector<std::string> overrides;  // POINTER=VALUE: what makes the scenario the chosen one
  std::string client_json;             // for /clients
  TunedRates rates;
  TunedRetry retry;
  std::optional<Duration> attempt_timeout;
  std::optional<std::int64_t> concurrency;
  std::optional<TunedFallback> fallback;  // the search's or today's
  TuneEffort effort;
  std::vector<std::string> notes;

  bool operator==(const TuneResult&) const = default;
};

}  // namespace sluice
