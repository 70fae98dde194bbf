// When requests are planned to arrive, open loop: a function of the schedule and the seed alone,
// never of what became of earlier requests. An ArrivalSpec says how the rate runs over time and how
// arrivals scatter about it; an ArrivalProcess (policy/arrival_process.hpp) yields the instants.
// `closed` and `trace` are not here: they are the engine's and the trace reader's.
//
//   ArrivalSpec spec = ArrivalPoisson{.rate = per_minute(600)};
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/rate.hpp"
#include "base/time.hpp"

namespace sluice {

// How arrivals scatter about a rate that runs over time. Gaps are drawn in units of expected
// arrivals and mapped to time by the inverse of the rate's integral, so every kind follows every
// curve.
enum class BaseProcess : std::uint8_t {
  kConstant,  // arrival n when the integral of the rate reaches n = 0, 1, 2, ...
  kPoisson,
  kGamma,  // with a burstiness, see ArrivalGamma
};

// Evenly spaced.
struct ArrivalConstant {
  Rate rate = {1, seconds(1)};
  bool operator==(const ArrivalConstant&) const = default;
};

struct ArrivalPoisson {
  Rate rate = {1, seconds(1)};
  bool operator==(const ArrivalPoisson&) const = default;
};

// Independent gamma gaps. `burstiness` is their shape, as in vLLM's --burstiness: 1 is Poisson,
// less is burstier, more is more regular; the squared coefficient of variation is 1 / burstiness.
// Between 0.01 and 1000.
struct ArrivalGamma {
  Rate rate = {1, seconds(1)};
  Fraction burstiness = Fraction::whole(1);
  bool operator==(const ArrivalGamma&) const = default;
};

// Independent Weibull gaps: shape 1 is Poisson, less is burstier. Between 0.25 and 100.
struct ArrivalWeibull {
  Rate rate = {1, seconds(1)};
  Fraction shape = Fraction::whole(1);
  bool operator==(const ArrivalWeibull&) const = default;
};

// `process` at `rate` while on, nothing while off. With exponential periods the state at 0 is drawn
// (the process is stationary from the start); with fixed periods the run begins with a whole
// on-period.
struct ArrivalOnOff {
  enum class Periods : std::uint8_t { kExponential, kFixed };

  Rate rate = {1, seconds(1)};  // while on
  Duration mean_on = seconds(60);
  Duration mean_off = seconds(60);
  Periods periods = Periods::kExponential;
  BaseProcess process = BaseProcess::kPoisson;
  Fraction burstiness = Fraction::whole(1);  // kGamma only
  bool operator==(const ArrivalOnOff&) const = default;
};

// Linear from `from` to `to` over the first `over` of the run, then `to`.
struct ArrivalRamp {
  Rate from = {0, seconds(1)};
  Rate to = {1, seconds(1)};
  Duration over = minutes(1);
  BaseProcess process = BaseProcess::kPoisson;
  Fraction burstiness = Fraction::whole(1);
  bool operator==(const ArrivalRamp&) const = default;
};

struct RateStep {
  Duration at{};  // since the start of the run
  Rate rate = {};
  bool operator==(const RateStep&) const = default;
};

// Each rate from its instant until the next one's; zero before the first. Strictly ascending.
struct ArrivalSteps {
  std::vector<RateStep> steps;
  BaseProcess process = BaseProcess::kPoisson;
  Fraction burstiness = Fraction::whole(1);
  bool operator==(const ArrivalSteps&) const = default;
};

// A day's curve, UTC: mean x (1 + amplitude x cos(2 pi (hour - peak_hour) / 24)), linear between
// quarters of an hour. On Saturdays and Sundays multiplied by `weekend`; `mean` is that of a
// weekday.
struct ArrivalDiurnal {
  Rate mean = {1, seconds(1)};
  Fraction amplitude = {500'000'000};  // 0 to 1: the peak is mean x (1 + amplitude)
  Duration peak_at = hours(14);        // time of day, UTC
  Fraction weekend = Fraction::whole(1);
  BaseProcess process = BaseProcess::kPoisson;
  Fraction burstiness = Fraction::whole(1);
  bool operator==(const ArrivalDiurnal&) const = default;
};

using ArrivalSpec = std::variant<ArrivalPoisson, ArrivalConstant, ArrivalGamma, ArrivalWeibull,
                                 ArrivalOnOff, ArrivalRamp, ArrivalSteps, ArrivalDiurnal>;

// From `at` on the rate is the spec's times `factor`, until the next change: factors are all
// relative to the spec, not to each other, so that 3 followed by 1 is a spike.
struct RateChange {
  TimePoint at;
  Fraction factor = Fraction::whole(1);
  bool operator==(const RateChange&) const = default;
};
using RateChanges =
    std::vector<RateChange>;  // ascending; of changes at one instant the last counts

// What keeps a spec from being run, if anything: where is a JSON pointer below the spec
// ("/steps/2/at").
std::optional<Error> flaw_in(const ArrivalSpec& spec);
std::optional<Error> flaw_in(const RateChanges& changes);

}  // namespace sluice
