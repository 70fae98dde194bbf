// From the instants of a log to an ArrivalSpec: how the rate runs over time and how arrivals
// scatter about it. Streaming, in memory that does not grow with the log (about 25 MB at most);
// the same instants give the same fit on every machine.
//
// Tried are a constant rate, steps and, over two days or more of a log with dates, a day's curve,
// each with every scatter that the spec allows. Limits act on windows of a minute, so the gaps
// alone do not decide: a candidate whose counts vary too little or too much over 10 s and 60 s (its
// index of dispersion, simulated eight times over the length of the log, does not hold that of the
// log) is passed over as long as another one agrees. Of the rest the lowest BIC is chosen. Where
// the log, or what is simulated of it, is shorter than ten such windows, counts are not judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "policy/arrivals.hpp"

namespace sluice::fit {

// Variance by mean of the counts in windows of one length: 1 for Poisson at a constant rate.
struct Dispersion {
  Duration window{};
  double of_log = 0;
  std::int64_t windows = 0;  // that the log holds; fewer than two: of_log is 0 and says nothing
};

// What a candidate makes of a Dispersion: mean and standard deviation over its simulations.
struct FittedDispersion {
  double mean = 0;
  double deviation = 0;
};

struct ArrivalCandidate {
  std::string name;  // "gamma about steps"
  ArrivalSpec spec;
  std::int64_t parameters = 0;
  // Kolmogorov-Smirnov distance of the gaps, in units of expected arrivals, from the candidate's.
  double ks = 0;
  double bic = 0;                            // lower is better; differences above 10 are clear
  std::vector<FittedDispersion> dispersion;  // in the order of FittedArrivals::dispersion
  // Over windows of 10 s and more; empty: not judged.
  std::optional<bool> counts_agree = std::nullopt;
};

struct FittedArrivals {
  ArrivalSpec spec;  // its time 0 is `origin`
  std::vector<ArrivalCandidate> candidates;
  std::size_t chosen = 0;          // index in candidates; none if there are none
  std::int64_t arrivals = 0;       // of the log
  Duration origin{};               // the first arrival, on the log's own clock
  Duration span{};                 // from there to one mean gap after the last
  double per_second = 0;           // over the span
  std::optional<Duration> spread;  // timestamps come in steps of this: arrivals were spread over it
  std::vector<Dispersion> dispersion;  // at 1 s, 10 s and 60 s, or what the log's length allows
  std::string why;                     // the choice in one sentence
};

struct ArrivalFitOptions {
  bool has_dates = false;  // instants count from 1970-01-01 UTC: a day's curve may be tried
};

class ArrivalFitter {
 public:
  explicit ArrivalFitter(const ArrivalFitOptions& options = {});
  ~ArrivalFitter();
  ArrivalFitter(ArrivalFitter&& other) noexcept;
  ArrivalFitter& operator=(ArrivalFitter&& other) noexcept;

  // Not before the arrival before it.
  void add(Duration at);
  std::int64_t count() const noexcept;
  // Of fewer than 20 arrivals only the rate is told: Poisson, without candidates.
  FittedArrivals fit() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::fit
