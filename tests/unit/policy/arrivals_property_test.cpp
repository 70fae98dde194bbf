// Arrival processes against slow, obvious models: exact rational steps, numerical integration, and
// thinning.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/draw.hpp"
#include "base/integer.hpp"
#include "policy/arrival_process.hpp"
#include "support/catch.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

constexpr testing::TestDraws kModelDraws{.seed = 815, .replication = 1};

template <class T>
T pick(DrawStream& stream, const std::vector<T>& choices) {
  return choices[uniform_below(stream.next(), choices.size())];
}

struct Schedule {
  ArrivalSteps steps;
  RateChanges changes;
};

// A few steps and changes with rates and factors that a common denominator holds exactly.
Schedule random_schedule(DrawStream& stream) {
  Schedule schedule;
  schedule.steps.process = BaseProcess::kConstant;
  Duration at{};
  const std::uint64_t steps = 1 + uniform_below(stream.next(), 5);
  for (std::uint64_t i = 0; i < steps; ++i) {
    const auto count = static_cast<std::int64_t>(uniform_below(stream.next(), 40));
    const Duration per = pick<Duration>(stream, {seconds(1), seconds(3), seconds(7), minutes(1)});
    schedule.steps.steps.push_back({at, {count, per}});
    at += Duration{static_cast<std::int64_t>(uniform_below(stream.next(), 20'000'000'000)) + 1};
  }
  TimePoint when;
  const std::uint64_t changes = uniform_below(stream.next(), 4);
  for (std::uint64_t i = 0; i < changes; ++i) {
    when += Duration{static_cast<std::int64_t>(uniform_below(stream.next(), 15'000'000'000))};
    const auto ppb = pick<std::int64_t>(stream, {0, 500'000'000, 1'000'000'000, 3'000'000'000});
    schedule.changes.push_back({when, Fraction{ppb}});
  }
  return schedule;
}

// Arrival n when the integral of the rate reaches n, in exact integers: the unit is one event / (2
// x 420e9).
std::vector<std::int64_t> exact_constant_arrivals(const Schedule& schedule, std::int64_t end) {
  constexpr std::int64_t kUnit = 2 * 420'000'000'000;
  const auto flow_at = [&](std::int64_t time) {
    Rate rate{};
    for (const RateStep& step : schedule.steps.steps) {
      if (ns(step.at) <= time) rate = step.rate;
    }
    std::int64_t ppb = Fraction::kOne;
    for (const RateChange& change : schedule.changes) {
      if (ns(change.at) <= time) ppb = change.factor.ppb;
    }
    return int128{rate.count} * (420'000'000'000 / ns(rate.per)) * (ppb / 500'000'000);
  };
  std::vector<std::int64_t> borders{0, end};
  for (const RateStep& step : schedule.steps.steps) borders.push_back(ns(step.at));
  for (const RateChange& change : schedule.changes) borders.push_back(ns(change.at));
  std::sort(borders.begin(), borders.end());
  std::vector<std::int64_t> arrivals;
  int128 integral = 0;
  int128 next = 0;
  for (std::size_t i = 0; i + 1 < borders.size() && borders[i] < end; ++i) {
    const int128 flow = flow_at(borders[i]);
    const int128 integral_after = integral + flow * (borders[i + 1] - borders[i]);
    while (flow > 0 && next < integral_after) {
      arrivals.push_back(borders[i] + static_cast<std::int64_t>((next - integral) / flow));
      next += kUnit;
    }
    integral = integral_after;
  }
  return arrivals;
}

TEST_CASE("constant arrivals over steps and changes agree with exact integration to 1 ns") {
  DrawStream stream = kModelDraws.stream(1);
  constexpr std::int64_t kEnd = 120'000'000'000;
  std::size_t compared = 0;
  for (int run = 0; run < 3000; ++run) {
    CAPTURE(kModelDraws.seed, run);
    const Schedule schedule = random_schedule(stream);
    const auto expected = exact_constant_arrivals(schedule, kEnd);
    ArrivalProcess process(schedule.steps, schedule.changes, kModelDraws.stream(0));
    for (const std::int64_t at : expected) {
      const std::int64_t found = ns(process.next());
      if (found < at - 1 || found > at + 1) {
        CAPTURE(found, at);
        FAIL("an arrival is off");
      }
    }
    CHECK(ns(process.next()) >= kEnd - 1);
    compared += expected.size();
  }
  CHECK(compared > 1'000'000);
}

// The integral of the rate of a ramp or diurnal schedule, by its definition and small steps.
using RateFunction = std::function<double(double)>;  // events per second at a time in seconds

double integral(const RateFunction& rate, double from, double to, int steps) {
  double sum = 0;
  const double width = (to - from) / steps;
  for (int i = 0; i < steps; ++i) sum += rate(from + (i + 0.5) * width) * width;
  return sum;
}

RateFunction rate_of(const ArrivalRamp& ramp) {
  return [=](double time) {
    const double part = std::min(1.0, time / (static_cast<double>(ns(ramp.over)) * 1e-9));
    return events_per_second(ramp.from) * (1 - part) + events_per_second(ramp.to) * part;
  };
}

// The curve itself, not its polygon: they differ by less than 0.1 %.
RateFunction rate_of(const ArrivalDiurnal& spec) {
  return [=](double time) {
    const double hour = time / 3600;
    const double peak = static_cast<double>(ns(spec.peak_at)) * 1e-9 / 3600;
    const bool is_weekend = std::fmod(hour / 24, 7) >= 5;
    return events_per_second(spec.mean) *
           (is_weekend ? static_cast<double>(spec.weekend.ppb) * 1e-9 : 1.0) *
           (1 + static_cast<double>(spec.amplitude.ppb) * 1e-9 *
                    std::cos(2 * M_PI * (hour - peak) / 24));
  };
}

const ArrivalOrigin kMonday{.run_start = UnixTime{ns(hours(24 * 4))}};

TEST_CASE("ramps up and down, split by changes, agree with their integral to 2 ns") {
  DrawStream stream = kModelDraws.stream(2);
  for (int run = 0; run < 300; ++run) {
    CAPTURE(kModelDraws.seed, run);
    const auto rate = [&] {
      return per_second(static_cast<std::int64_t>(uniform_below(stream.next(), 50)));
    };
    const double over = 1 + static_cast<double>(uniform_below(stream.next(), 100));
    const ArrivalRamp ramp{.from = rate(),
                           .to = rate(),
                           .over = seconds(static_cast<std::int64_t>(over)),
                           .process = BaseProcess::kConstant};
    ArrivalProcess process(ramp, {}, kModelDraws.stream(0));
    const double from = events_per_second(ramp.from);
    const double slope = (events_per_second(ramp.to) - from) / over;
    const auto events_until = [&](double time) { return (from + slope * time / 2) * time; };
    const int total = static_cast<int>(events_until(over));
    for (int n = 0; n < total; ++n) {
      const double at = static_cast<double>(ns(process.next())) * 1e-9;
      if (events_until(at - 2e-9) > n + 1e-9 || events_until(at + 2e-9) < n - 1e-9) {
        CAPTURE(n, at);
        FAIL("an arrival is off");
      }
    }
  }
}

TEST_CASE("expected counts agree with numerical integration") {
  DrawStream stream = kModelDraws.stream(3);
  for (int run = 0; run < 20; ++run) {
    CAPTURE(kModelDraws.seed, run);
    const double from = static_cast<double>(uniform_below(stream.next(), 600'000));
    const double to = from + static_cast<double>(uniform_below(stream.next(), 600'000));
    const auto at = [](double time) {
      return kRunStart + seconds(static_cast<std::int64_t>(time));
    };
    const ArrivalDiurnal diurnal{.mean = per_minute(90),
                                 .amplitude = {700'000'000},
                                 .peak_at = hours(11),
                                 .weekend = {300'000'000}};
    CHECK(expected_count(diurnal, {}, at(from), at(to), kMonday) ==
          Approx(integral(rate_of(diurnal), from, to, 100'000)).epsilon(2e-3).margin(5));
    const ArrivalRamp ramp{.from = per_hour(30), .to = per_hour(900), .over = hours(100)};
    CHECK(expected_count(ramp, {}, at(from), at(to)) ==
          Approx(integral(rate_of(ramp), from, to, 100'000)).epsilon(1e-6).margin(1e-6));
  }
}

TEST_CASE("counts of constant arrivals agree with expected counts for every curve") {
  const RateChanges changes{{kRunStart + hours(5), Fraction{1'300'000'000}},
                            {kRunStart + hours(31), Fraction{400'000'000}}};
  for (const ArrivalSpec& spec : std::vector<ArrivalSpec>{
           ArrivalDiurnal{.mean = per_minute(100), .process = BaseProcess::kConstant},
           ArrivalRamp{.from = per_minute(200),
           .to = per_minute(10),
           .over = hours(40),
           .process = BaseProcess::kConstant},
           ArrivalOnOff{.rate = per_minute(333),
           .mean_on = minutes(17),
           .mean_off = minutes(5),
           .periods = ArrivalOnOff::Periods::kFixed,
           .process = BaseProcess::kConstant}}) {
    CAPTURE(spec.index());
    ArrivalProcess process(spec, changes, kModelDraws.stream(4), kMonday);
    std::int64_t count = 0;
    TimePoint next = process.next();
    for (int hour = 1; hour <= 60; ++hour) {
      const TimePoint end = kRunStart + hours(hour);
      for (; next < end; next = process.next()) ++count;
      const double expected = expected_count(spec, changes, kRunStart, end, kMonday);
      REQUIRE(std::abs(static_cast<double>(count) - expected) <= 1 + 1e-6);
    }
  }
}

// Lewis and Shedler: candidates at the peak rate, each kept with probability rate / peak.
std::vector<double> thinned(const RateFunction& rate, double peak, double end, DrawStream stream) {
  std::vector<double> arrivals;
  double time = 0;
  for (;;) {
    time -= std::log1p(-unit_interval(stream.next())) / peak;
    if (time >= end) return arrivals;
    if (unit_interval(stream.next()) * peak < rate(time)) arrivals.push_back(time);
  }
}

// Two-sample Kolmogorov-Smirnov, scaled: above 1.95 in one case of a thousand.
double ks_two_sample(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  double worst = 0;
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    while (j < b.size() && b[j] <= a[i]) ++j;
    worst = std::max(worst, std::abs(static_cast<double>(i + 1) / n - static_cast<double>(j) / m));
  }
  return worst * std::sqrt(n * m / (n + m));
}

std::vector<double> gaps(const std::vector<double>& arrivals) {
  std::vector<double> result;
  for (std::size_t i = 1; i < arrivals.size(); ++i) result.push_back(arrivals[i] - arrivals[i - 1]);
  return result;
}

void compare_with_thinning(const ArrivalSpec& spec, const RateFunction& rate, double peak,
                           double end) {
  ArrivalProcess process(spec, {}, kModelDraws.stream(5), kMonday);
  const TimePoint until = kRunStart + seconds(static_cast<std::int64_t>(end));
  std::vector<double> ours;
  for (TimePoint at = process.next(); at < until; at = process.next()) {
    ours.push_back(static_cast<double>(ns(at)) * 1e-9);
  }
  const auto theirs = thinned(rate, peak, end, kModelDraws.stream(6));
  const double mean = integral(rate, 0, end, 100'000);
  CHECK(std::abs(static_cast<double>(ours.size()) - mean) < 3 * std::sqrt(mean));
  CHECK(std::abs(static_cast<double>(theirs.size()) - mean) < 3 * std::sqrt(mean));
  CHECK(ks_two_sample(ours, theirs) < 1.95);
  CHECK(ks_two_sample(gaps(ours), gaps(theirs)) < 1.95);
}

TEST_CASE("Poisson arrivals on a curve are those of thinning") {
  SECTION("ramp up") {
    const ArrivalRamp ramp{.from = per_second(1), .to = per_second(40), .over = seconds(3000)};
    compare_with_thinning(ramp, rate_of(ramp), 40, 5000);
  }
  SECTION("ramp down") {
    const ArrivalRamp ramp{.from = per_second(40), .to = per_second(2), .over = seconds(4000)};
    compare_with_thinning(ramp, rate_of(ramp), 40, 5000);
  }
  SECTION("diurnal week") {
    const ArrivalDiurnal spec{
        .mean = per_minute(12), .amplitude = {900'000'000}, .weekend = {400'000'000}};
    compare_with_thinning(spec, rate_of(spec), 0.2 * 1.9, 7 * 86'400);
  }
}

TEST_CASE("arrivals of every kind are nondecreasing") {
  const RateChanges changes{{kRunStart + seconds(100), Fraction::whole(50)},
                            {kRunStart + seconds(101), Fraction{1}},
                            {kRunStart + seconds(500), Fraction::whole(1000)}};
  for (const BaseProcess process_kind :
       {BaseProcess::kConstant, BaseProcess::kPoisson, BaseProcess::kGamma}) {
    const Fraction burstiness{50'000'000};
    for (const ArrivalSpec& spec : std::vector<ArrivalSpec>{ArrivalOnOff{.rate = per_second(100),
                                   .mean_on = milliseconds(20),
                                   .mean_off = milliseconds(10),
                                   .process = process_kind,
                                   .burstiness = burstiness},
                                                            ArrivalRamp{.from = per_second(1000),
                                                            .to = per_second(0),
                                                            .over = seconds(600),
                                                            .process = process_kind,
                                                            .burstiness = burstiness},
                                                            ArrivalDiurnal{.mean = per_second(10),
                                                            .amplitude = Fraction::whole(1),
                                                            .process = process_kind,
                                                            .burstiness = burstiness}}) {
      CAPTURE(spec.index(), static_cast<int>(process_kind));
      ArrivalProcess process(spec, changes, kModelDraws.stream(7));
      TimePoint last = kRunStart;
      for (int i = 0; i < 200'000; ++i) {
        const TimePoint at = process.next();
        if (at < last) FAIL("goes back at arrival " << i);
        last = at;
      }
    }
  }
}

}  // namespace
}  // namespace sluice
