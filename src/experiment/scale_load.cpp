#include "experiment/scale_load.hpp"

#include <algorithm>
#include <variant>

#include "base/check.hpp"
#include "base/integer.hpp"

namespace sluice {
namespace {

// What flaw_in(ArrivalSpec) allows of a rate.
constexpr int128 kCountMax = 1'000'000'000'000;
constexpr int128 kPerMax = ns(hours(24 * 366));

int128 common_divisor(int128 a, int128 b) {
  while (b != 0) {
    const int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

constexpr int128 rounded(int128 value, int128 divisor) { return (value + divisor / 2) / divisor; }

void scale(Rate& rate, Fraction factor) {
  if (rate.count == 0) return;
  int128 count = int128{rate.count} * factor.ppb;
  int128 per = int128{ns(rate.per)} * Fraction::kOne;
  const int128 common = common_divisor(count, per);
  count /= common;
  per /= common;
  const int128 excess = std::max(ceil_div(count, kCountMax), ceil_div(per, kPerMax));
  if (excess > 1) {
    count = rounded(count, excess);
    per = std::max<int128>(1, rounded(per, excess));
  }
  rate = {static_cast<std::int64_t>(std::min(count, per)),
          Duration{static_cast<std::int64_t>(per)}};
}

struct Scale {
  Fraction factor;

  void operator()(ArrivalPoisson& spec) const { scale(spec.rate, factor); }
  void operator()(ArrivalConstant& spec) const { scale(spec.rate, factor); }
  void operator()(ArrivalGamma& spec) const { scale(spec.rate, factor); }
  void operator()(ArrivalWeibull& spec) const { scale(spec.rate, factor); }
  void operator()(ArrivalOnOff& spec) const { scale(spec.rate, factor); }
  void operator()(ArrivalRamp& spec) const {
    scale(spec.from, factor);
    scale(spec.to, factor);
  }
  void operator()(ArrivalSteps& spec) const {
    for (RateStep& step : spec.steps) scale(step.rate, factor);
  }
  void operator()(ArrivalDiurnal& spec) const { scale(spec.mean, factor); }

  void operator()(ArrivalSpec& spec) const { std::visit(*this, spec); }
  void operator()(ClosedLoop& loop) const {
    const int128 users = rounded(int128{loop.users} * factor.ppb, Fraction::kOne);
    loop.users = static_cast<std::int64_t>(std::max<int128>(1, users));
  }
  void operator()(TraceArrivals& trace) const {
    const int128 scaled = rounded(int128{trace.time_scale_ppm} * Fraction::kOne, factor.ppb);
    trace.time_scale_ppm = static_cast<std::int64_t>(std::max<int128>(1, scaled));
  }
};

}  // namespace

void scale_load(RunPlan& plan, Fraction factor) {
  SLUICE_CHECK(factor.ppb > 0);
  if (factor == Fraction::whole(1)) return;
  for (WorkloadSpec& workload : plan.workloads) std::visit(Scale{factor}, workload.arrivals);
}

}  // namespace sluice
