#include "experiment/scale_load.hpp"

#include <vector>

#include "base/draw.hpp"
#include "base/rate.hpp"
#include "policy/arrival_process.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace {

using namespace sluice;

constexpr Fraction kTwice = Fraction::whole(2);

RunPlan plan_with(WorkloadArrivals arrivals) {
  RunPlan plan = testing::small_plan();
  plan.workloads.front().arrivals = std::move(arrivals);
  return plan;
}

ArrivalSpec scaled(ArrivalSpec spec, Fraction factor) {
  RunPlan plan = plan_with(std::move(spec));
  scale_load(plan, factor);
  return std::get<ArrivalSpec>(plan.workloads.front().arrivals);
}

Rate scaled(Rate rate, Fraction factor) {
  return std::get<ArrivalPoisson>(scaled(ArrivalSpec{ArrivalPoisson{rate}}, factor)).rate;
}

}  // namespace

TEST_CASE("every kind of open loop sends twice as much at factor two") {
  const std::vector<ArrivalSpec> kinds = {
      ArrivalPoisson{per_minute(60)},
      ArrivalConstant{per_minute(60)},
      ArrivalGamma{.rate = per_minute(60)},
      ArrivalWeibull{.rate = per_minute(60)},
      ArrivalOnOff{.rate = per_minute(60), .periods = ArrivalOnOff::Periods::kFixed},
      ArrivalRamp{.from = per_minute(6), .to = per_minute(60), .over = minutes(7)},
      ArrivalSteps{.steps = {{minutes(1), per_minute(30)}, {minutes(3), per_minute(90)}}},
      ArrivalDiurnal{.mean = per_minute(60)},
  };
  const RateChanges changes = {{kRunStart + minutes(2), Fraction::whole(3)}};
  const TimePoint end = kRunStart + minutes(10);
  for (const ArrivalSpec& kind : kinds) {
    CAPTURE(kind.index());
    const double before = expected_count(kind, changes, kRunStart, end);
    CHECK(expected_count(scaled(kind, kTwice), changes, kRunStart, end) ==
          Approx(2 * before).epsilon(1e-9));
    CHECK_FALSE(flaw_in(scaled(kind, kTwice)));
  }
}

TEST_CASE("a factor of one leaves every arrival where it was, and changes of the rate stay") {
  RunPlan plan = plan_with(ArrivalSpec{ArrivalPoisson{{7, seconds(3)}}});
  plan.workloads.front().rate_changes = {{kRunStart + minutes(1), kTwice}};
  RunPlan same = plan;
  scale_load(same, Fraction::whole(1));
  CHECK(std::get<ArrivalSpec>(same.workloads.front().arrivals) ==
        std::get<ArrivalSpec>(plan.workloads.front().arrivals));
  scale_load(same, kTwice);
  CHECK(same.workloads.front().rate_changes == plan.workloads.front().rate_changes);
}

TEST_CASE("twice the load is the same draws in half the time") {
  const DrawStream draws = RandomSource(7, 0).stream(Purpose::kArrival, {.workload_hash = 1});
  ArrivalProcess once(ArrivalPoisson{per_minute(60)}, {}, draws);
  ArrivalProcess twice(scaled(ArrivalSpec{ArrivalPoisson{per_minute(60)}}, kTwice), {}, draws);
  for (int i = 0; i < 100; ++i) {
    const Duration slow = once.next() - kRunStart;
    const Duration fast = twice.next() - kRunStart;
    CHECK(ns(slow) - 2 * ns(fast) <= 2);
    CHECK(2 * ns(fast) - ns(slow) <= 2);
  }
}

TEST_CASE("a rate is scaled exactly where it can be") {
  CHECK(scaled(per_minute(600), Fraction::percent(150)) == per_minute(900));
  CHECK(scaled(Rate{9, seconds(7)}, {333'333'000}) == Rate{428'571, seconds(1'000'000)});
}

TEST_CASE("a rate that cannot be written exactly is right to twelve digits and stays allowed") {
  const Rate odd{999'999'999'989, hours(24 * 365)};
  const Rate once = scaled(odd, {1'234'567'891});
  CHECK_FALSE(flaw_in(ArrivalSpec{ArrivalPoisson{once}}));
  CHECK(events_per_second(once) == Approx(events_per_second(odd) * 1.234567891).epsilon(1e-11));
}

TEST_CASE("a rate never leaves what arrivals allow") {
  const Rate fastest{1'000'000'000'000, seconds(1000)};
  CHECK(scaled(fastest, Fraction::whole(9)) == fastest);
  CHECK_FALSE(flaw_in(ArrivalSpec{ArrivalPoisson{scaled(fastest, Fraction::whole(9))}}));
  CHECK(is_zero(scaled(Rate{0, seconds(1)}, kTwice)));
}

TEST_CASE("a closed loop's users are scaled to the nearest, and never to none") {
  const auto users = [](std::int64_t before, Fraction factor) {
    RunPlan plan = plan_with(ClosedLoop{.users = before});
    scale_load(plan, factor);
    return std::get<ClosedLoop>(plan.workloads.front().arrivals).users;
  };
  CHECK(users(40, kTwice) == 80);
  CHECK(users(5, Fraction::percent(50)) == 3);
  CHECK(users(5, Fraction::percent(49)) == 2);
  CHECK(users(5, {1}) == 1);
}

TEST_CASE("a trace's gaps are divided") {
  RunPlan plan = plan_with(TraceArrivals{});
  scale_load(plan, Fraction::percent(400));
  CHECK(std::get<TraceArrivals>(plan.workloads.front().arrivals).time_scale_ppm == 250'000);
}
