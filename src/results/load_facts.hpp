// What a load run has to say beyond a simulation: where it went, whether the load generator kept
// its own schedule, why it stopped, what it was allowed to spend. Instants and durations are wall
// time unless they say otherwise: the generator's health is a matter of this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/integer.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "metrics/histogram.hpp"
#include "metrics/time_series.hpp"

namespace sluice {

enum class StopReason : std::uint8_t {
  kNone,            // it ran to its end
  kInterrupted,     // Ctrl-C: what was in flight was waited for
  kAborted,         // a second Ctrl-C: it was not
  kSpendCap,        // --max-cost: the next attempt might have passed it
  kAuthentication,  // 401
  kPermission,      // 403
  kCreditGone,      // the account has no credit left
  kErrorShare,      // more attempts failed than the scenario allows
};
inline constexpr std::size_t kStopReasonCount = 8;
std::string_view name(StopReason reason) noexcept;      // "spend_cap"
std::string_view sentence(StopReason reason) noexcept;  // for people

// Counts of sends in bins of 10 ms: variance over mean says how even a schedule was kept (0 a
// metronome, 1 a Poisson process, more: bursts).
struct Dispersion {
  std::int64_t bins = 0;  // from the first to the last one with a send
  std::int64_t sum = 0;
  int128 squares = 0;
  // None of fewer than two bins, or of nothing.
  std::optional<double> index() const;
  bool operator==(const Dispersion&) const = default;
};

// The load generator itself in one cell of the time series; wall time.
struct LoadCell {
  std::int64_t sent = 0;         // attempts that were due here and left
  Duration late_max{};           // of these, from the instant for which one was due
  std::int64_t looks = 0;        // at what follows
  std::int64_t connections = 0;  // open, at most
  Duration cpu{};                // of the thread that generates the load
  Duration wall{};               // in which it took that

  double cpu_share() const noexcept;  // 1 is a whole core
  LoadCell& operator+=(const LoadCell& other) noexcept;
  bool operator==(const LoadCell&) const = default;
};

// How often the embedded mock slept until an instant, and how often it was woken more than
// kScheduleDelayTrusted after it.
struct MockWakes {
  std::int64_t all = 0;
  std::int64_t late = 0;
  Duration late_by{};  // these together, wall time

  bool operator==(const MockWakes&) const = default;
};

struct LoadFacts {
  std::string target;  // "embedded mock", "http://127.0.0.1:8010", "https://api.anthropic.com"
  std::int64_t speed_permille = 1000;
  StopReason stopped = StopReason::kNone;
  std::string stop_detail;        // the API's own words, where it has any
  std::string records_failure{};  // why the file of attempts is not whole; empty: it is, or none is

  // Attempts. `asked` counts first attempts that were due, whether they left or not, without those
  // dropped.
  std::int64_t asked = 0;
  std::int64_t sent = 0;          // attempts that left
  std::int64_t dropped_late = 0;  // --late-policy drop
  std::int64_t held_back = 0;     // waited for headroom, the spend cap, or a token
  std::int64_t connections_opened = 0;
  std::int64_t connections_reused = 0;
  std::int64_t retry_after_obeyed = 0;  // retries that came no sooner than they were told
  std::int64_t retry_after_disobeyed = 0;

  // From the instant for which an attempt was due to the one at which its last byte left.
  Histogram schedule_delay;
  Histogram content_gap;    // model time between two content events of one stream
  Dispersion planned;       // first attempts, as they were due
  Dispersion sends;         // and as they left
  Duration wall{};          // from the first to the last event
  Duration sending_wall{};  // the time in which arrivals were planned
  Duration cpu{};           // of the thread that generates the load
  // The same cells as the other series of the run; none of a run that is read from records.
  std::optional<TimeSeries<LoadCell>> series;

  std::optional<MockWakes> mock;  // none: another target

  std::optional<Money> spend_cap;
  std::optional<Money> expected_cost;     // by the simulation before the run
  std::optional<double> headroom_kept;    // --leave-headroom, as a share
  std::optional<double> headroom_lowest;  // smallest remaining / limit that a header showed
  std::optional<double> machine_ceiling;  // sends a second that this machine can honestly make

  bool operator==(const LoadFacts&) const = default;
};

// Whether what the run says about rates and latencies holds. It does not if
// - anything was dropped: the load was another one than the scenario asks for;
// - less than 99 % of the first attempts that were due left, unless something stopped the run;
// - the p99 of the schedule delay is above 5 ms of wall time. Latency from the planned instant
//   counts that delay, so it would say of the API what is true of this machine. 5 ms is what
//   `verify` grants a latency (docs/model.md, Agreement), and about a hundredth of a fast first
//   token;
// - more than 1 % of the times that the embedded mock was woken it was that late, or by more than
//   3 % of the run's wall time in all: one long halt moves a 95th percentile as much as many short.
inline constexpr Duration kScheduleDelayTrusted = milliseconds(5);
inline constexpr std::int64_t kSentPercentTrusted = 99;
inline constexpr std::int64_t kLateWakesPercentTrusted = 1;
inline constexpr std::int64_t kMockLatePercentTrusted = 3;

struct LoadVerdict {
  bool ok = true;
  std::string reason{};  // of "limited": the first rule that failed, in words
};
LoadVerdict judge(const LoadFacts& load);
std::string_view name(const LoadVerdict& verdict) noexcept;  // "ok" or "limited"

}  // namespace sluice
