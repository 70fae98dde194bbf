#include <string>

#include "policy/arrivals.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("what cannot be run is named") {
  const auto where = [](const ArrivalSpec& spec) {
    const auto error = flaw_in(spec);
    return error ? error->where : std::string("none");
  };
  const Rate negative{-1, seconds(1)};
  CHECK(where(ArrivalConstant{negative}) == "/rate");
  CHECK(where(ArrivalPoisson{{1, Duration{}}}) == "/rate");
  CHECK(where(ArrivalPoisson{{2, nanoseconds(1)}}) == "/rate");
  CHECK(where(ArrivalPoisson{{1, hours(24 * 400)}}) == "/rate");
  CHECK(where(ArrivalGamma{.rate = negative}) == "/rate");
  CHECK(where(ArrivalGamma{.burstiness = Fraction{}}) == "/burstiness");
  CHECK(where(ArrivalWeibull{.rate = negative}) == "/rate");
  CHECK(where(ArrivalWeibull{.shape = Fraction{100'000'000}}) == "/shape");
  CHECK(where(ArrivalOnOff{.rate = negative}) == "/rate");
  CHECK(where(ArrivalOnOff{.mean_on = Duration{}}) == "/mean_on");
  CHECK(where(ArrivalOnOff{.mean_on = hours(24 * 400)}) == "/mean_on");
  CHECK(where(ArrivalOnOff{.mean_off = seconds(-1)}) == "/mean_off");
  CHECK(where(ArrivalOnOff{.mean_off = hours(24 * 400)}) == "/mean_off");
  CHECK(where(ArrivalRamp{.from = negative}) == "/from");
  CHECK(where(ArrivalRamp{.to = negative}) == "/to");
  CHECK(where(ArrivalRamp{.over = Duration{}}) == "/over");
  CHECK(where(ArrivalRamp{.over = hours(24 * 366 * 11)}) == "/over");
  CHECK(where(ArrivalSteps{}) == "/steps");
  CHECK(where(ArrivalSteps{{{seconds(-1), per_second(1)}}}) == "/steps/0/at");
  CHECK(where(ArrivalSteps{{{seconds(1), negative}}}) == "/steps/0/rate");
  CHECK(where(ArrivalSteps{{{seconds(1), per_second(1)}, {seconds(1), per_second(1)}}}) ==
        "/steps/1/at");
  CHECK(where(ArrivalDiurnal{.mean = negative}) == "/mean");
  CHECK(where(ArrivalDiurnal{.amplitude = Fraction::whole(2)}) == "/amplitude");
  CHECK(where(ArrivalDiurnal{.peak_at = hours(25)}) == "/peak_at");
  CHECK(where(ArrivalDiurnal{.weekend = Fraction{-1}}) == "/weekend");
  CHECK(where(ArrivalDiurnal{.process = BaseProcess::kGamma, .burstiness = Fraction{}}) ==
        "/burstiness");
  CHECK(where(ArrivalDiurnal{}) == "none");
  CHECK(flaw_in(RateChanges{{TimePoint{seconds(-1)}}})->where == "/0/at");
  CHECK(flaw_in(RateChanges{{TimePoint{seconds(2)}}, {TimePoint{seconds(1)}}})->where == "/1/at");
  CHECK(flaw_in(RateChanges{{TimePoint{}, Fraction{-1}}})->where == "/0/factor");
}

}  // namespace
}  // namespace sluice
