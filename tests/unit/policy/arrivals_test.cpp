#include "policy/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/deterministic_math.hpp"
#include "policy/arrival_process.hpp"
#include "support/catch.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

constexpr testing::TestDraws kArrivalDraws{.seed = 4711};
constexpr TimePoint kDayEnd = kRunStart + hours(24);

// Instants in ns before `end`.
std::vector<std::int64_t> arrivals_before(TimePoint end, const ArrivalSpec& spec,
                                          const RateChanges& changes = {},
                                          std::uint64_t session = 0,
                                          const ArrivalOrigin& origin = {}) {
  ArrivalProcess process(spec, changes, kArrivalDraws.stream(session), origin);
  std::vector<std::int64_t> arrivals;
  for (TimePoint at = process.next(); at < end; at = process.next()) arrivals.push_back(ns(at));
  return arrivals;
}

std::int64_t count_between(const std::vector<std::int64_t>& arrivals, Duration from, Duration to) {
  return std::count_if(arrivals.begin(), arrivals.end(),
                       [&](std::int64_t at) { return ns(from) <= at && at < ns(to); });
}

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.mean += value;
  moments.mean /= static_cast<double>(values.size());
  for (const double value : values) {
    moments.variance += (value - moments.mean) * (value - moments.mean);
  }
  moments.variance /= static_cast<double>(values.size() - 1);
  return moments;
}

// Gaps in units of the mean gap of `rate`.
std::vector<double> gaps_of(const std::vector<std::int64_t>& arrivals, const Rate& rate) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    gaps.push_back(static_cast<double>(arrivals[i] - arrivals[i - 1]) * 1e-9 *
                   events_per_second(rate));
  }
  return gaps;
}

// The Kolmogorov-Smirnov distance from `cdf`, times the root of the sample size: above 1.95 in one
// case of a thousand.
template <class Cdf>
double ks_statistic(std::vector<double> values, Cdf cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = cdf(values[i]);
    worst = std::max({worst, std::abs(expected - static_cast<double>(i) / n),
                      std::abs(expected - static_cast<double>(i + 1) / n)});
  }
  return worst * std::sqrt(n);
}

// Variance over mean of the counts in `bins` equal bins up to `end`: 1 for Poisson.
double index_of_dispersion(const std::vector<std::int64_t>& arrivals, TimePoint end, int bins) {
  std::vector<double> counts(static_cast<std::size_t>(bins));
  for (const std::int64_t at : arrivals) {
    counts[static_cast<std::size_t>(int128{at} * bins / ns(end))] += 1;
  }
  const Moments moments = moments_of(counts);
  return moments.variance / moments.mean;
}

TEST_CASE("constant arrivals come exactly as often as their rate, the first at 0") {
  const auto arrivals = arrivals_before(kDayEnd, ArrivalConstant{per_minute(10'000)});
  REQUIRE(arrivals.size() == 14'400'000);
  CHECK(arrivals.front() == 0);
  CHECK(arrivals.back() == ns(hours(24)) - 6'000'000);
}

TEST_CASE("constant arrivals do not drift when the gap is no whole number of nanoseconds") {
  for (const std::int64_t count : {1L, 7L, 9'999L, 123'457L}) {
    CAPTURE(count);
    ArrivalProcess process(ArrivalConstant{per_minute(count)}, {}, kArrivalDraws.stream(0));
    for (std::int64_t n = 0; n < 300'000; ++n) {
      const auto exact = static_cast<std::int64_t>(int128{n} * 60'000'000'000 / count);
      REQUIRE(ns(process.next()) == exact);
    }
  }
}

TEST_CASE("peek tells what next returns") {
  ArrivalProcess process(ArrivalPoisson{per_second(5)}, {}, kArrivalDraws.stream(1));
  for (int i = 0; i < 100; ++i) {
    const TimePoint expected = process.peek();
    CHECK(process.next() == expected);
  }
}

TEST_CASE("Poisson arrivals have exponential gaps and a dispersion of one") {
  const Rate rate = per_minute(60'000);
  const auto arrivals = arrivals_before(kRunStart + minutes(10), ArrivalPoisson{rate});
  const auto n = static_cast<double>(arrivals.size());
  CHECK(std::abs(n - 600'000) < 3 * std::sqrt(600'000.0));
  const auto gaps = gaps_of(arrivals, rate);
  const Moments moments = moments_of(gaps);
  CHECK(std::abs(moments.mean - 1) < 3 / std::sqrt(n));
  CHECK(std::abs(moments.variance - 1) < 3 * std::sqrt(8 / n));
  CHECK(ks_statistic(gaps, [](double x) { return -std::expm1(-x); }) < 1.95);
  constexpr int kBins = 2000;
  CHECK(std::abs(index_of_dispersion(arrivals, kRunStart + minutes(10), kBins) - 1) <
        3 * std::sqrt(2.0 / kBins));
}

TEST_CASE("gamma arrivals have a squared coefficient of variation of one over burstiness") {
  for (const std::int64_t ppb : {100'000'000L, 500'000'000L, 1'000'000'000L, 4'000'000'000L}) {
    CAPTURE(ppb);
    const double shape = static_cast<double>(ppb) / 1e9;
    const Rate rate = per_second(1000);
    const auto arrivals = arrivals_before(kRunStart + seconds(400),
                                          ArrivalGamma{.rate = rate, .burstiness = {ppb}}, {}, 2);
    const auto n = static_cast<double>(arrivals.size());
    CHECK(std::abs(n - 400'000) < 3 * std::sqrt(400'000 / shape));
    const auto gaps = gaps_of(arrivals, rate);
    const Moments moments = moments_of(gaps);
    CHECK(std::abs(moments.mean - 1) < 3 / std::sqrt(shape * n));
    // The excess kurtosis of a gamma is 6 / shape.
    CHECK(std::abs(moments.variance * shape - 1) < 3 * std::sqrt((2 + 6 / shape) / n));
    // The far left of a bursty gamma is finer than a nanosecond: compared where it is not.
    const auto cdf = [&](double x) { return deterministic::gamma_lower(shape, shape * x); };
    if (shape >= 0.5) CHECK(ks_statistic(gaps, cdf) < 1.95);
  }
}

TEST_CASE("Weibull arrivals have Weibull gaps of the given mean") {
  for (const std::int64_t ppb : {500'000'000L, 1'000'000'000L, 2'000'000'000L}) {
    CAPTURE(ppb);
    const double shape = static_cast<double>(ppb) / 1e9;
    const Rate rate = per_second(1000);
    const auto arrivals = arrivals_before(kRunStart + seconds(300),
                                          ArrivalWeibull{.rate = rate, .shape = {ppb}}, {}, 3);
    const double mean = std::tgamma(1 + 1 / shape);
    const double squared_cv = std::tgamma(1 + 2 / shape) / (mean * mean) - 1;
    const auto n = static_cast<double>(arrivals.size());
    CHECK(std::abs(n - 300'000) < 3 * std::sqrt(300'000 * squared_cv));
    const auto gaps = gaps_of(arrivals, rate);
    CHECK(ks_statistic(gaps, [&](double x) { return -std::expm1(-std::pow(x * mean, shape)); }) <
          1.95);
  }
}

TEST_CASE("on-off arrivals with fixed periods come only while on") {
  const ArrivalSpec spec = ArrivalOnOff{.rate = per_second(100),
                                        .mean_on = seconds(3),
                                        .mean_off = seconds(7),
                                        .periods = ArrivalOnOff::Periods::kFixed,
                                        .process = BaseProcess::kConstant};
  const auto arrivals = arrivals_before(kRunStart + seconds(100), spec);
  CHECK(arrivals.size() == 3000);
  for (const std::int64_t at : arrivals) REQUIRE(at % 10'000'000'000 < 3'000'000'000);
  CHECK(expected_count(spec, {}, kRunStart, kRunStart + seconds(100)) == Approx(3000));
  CHECK(expected_count(spec, {}, kRunStart + seconds(1), kRunStart + seconds(12)) == Approx(400));
}

TEST_CASE("on-off arrivals with random periods have the mean and dispersion of theory") {
  const ArrivalOnOff spec{.rate = per_second(50), .mean_on = seconds(2), .mean_off = seconds(6)};
  const TimePoint end = kRunStart + hours(10);
  const auto arrivals = arrivals_before(end, spec, {}, 4);
  const double expected = expected_count(spec, {}, kRunStart, end);
  CHECK(expected == Approx(36'000 * 50 * 0.25));
  // Interrupted Poisson: limiting dispersion 1 + 2 a rate / (a + b)^2 with a = 1 / on, b = 1 / off.
  const double a = 1 / 2.0;
  const double b = 1 / 6.0;
  const double dispersion = 1 + 2 * a * 50 / ((a + b) * (a + b));
  CHECK(std::abs(static_cast<double>(arrivals.size()) - expected) <
        3 * std::sqrt(expected * dispersion));
  CHECK(index_of_dispersion(arrivals, end, 200) == Approx(dispersion).epsilon(0.3));
}

TEST_CASE("on-off arrivals start on as often as they are on") {
  int on = 0;
  constexpr int kRuns = 2000;
  for (int i = 0; i < kRuns; ++i) {
    ArrivalProcess process(ArrivalOnOff{.rate = per_second(1000),
                                        .mean_on = hours(1),
                                        .mean_off = hours(3),
                                        .process = BaseProcess::kConstant},
                           {}, kArrivalDraws.stream(static_cast<std::uint64_t>(i)));
    if (process.next() == kRunStart) ++on;
  }
  CHECK(std::abs(on - kRuns / 4) < 3 * std::sqrt(kRuns * 0.25 * 0.75));
}

TEST_CASE("a ramp's arrivals follow the integral of its rate") {
  const ArrivalSpec up = ArrivalRamp{.from = {0, seconds(1)},
                                     .to = per_second(100),
                                     .over = seconds(100),
                                     .process = BaseProcess::kConstant};
  const auto arrivals = arrivals_before(kRunStart + seconds(110), up);
  REQUIRE(arrivals.size() == 6000);
  for (std::size_t n = 0; n < 5000; ++n) {
    const double exact = std::sqrt(2.0 * static_cast<double>(n)) * 1e9;
    REQUIRE(std::abs(static_cast<double>(arrivals[n]) - exact) <= 1.0 + 1e-15 * exact);
  }
  CHECK(arrivals[5000] == ns(seconds(100)));
  CHECK(arrivals[5001] == ns(seconds(100)) + 10'000'000);
  CHECK(expected_count(up, {}, kRunStart, kRunStart + seconds(110)) == Approx(6000));
}

TEST_CASE("a ramp to zero ends") {
  const ArrivalSpec down = ArrivalRamp{.from = per_second(100),
                                       .to = {0, seconds(1)},
                                       .over = seconds(100),
                                       .process = BaseProcess::kConstant};
  ArrivalProcess process(down, {}, kArrivalDraws.stream(0));
  int count = 0;
  TimePoint last;
  for (TimePoint at = process.next(); at != kNever; at = process.next()) {
    ++count;
    last = at;
  }
  CHECK((count == 5000 || count == 5001));
  CHECK(last <= kRunStart + seconds(100));
  CHECK(process.next() == kNever);
}

TEST_CASE("steps take each rate from its instant on") {
  const ArrivalSpec spec = ArrivalSteps{{{seconds(10), per_second(10)},
                                         {seconds(20), per_second(0)},
                                         {seconds(30), per_second(100)},
                                         {seconds(40), per_second(0)}},
                                        BaseProcess::kConstant};
  const auto arrivals = arrivals_before(kDayEnd, spec);
  CHECK(arrivals.front() == ns(seconds(10)));
  CHECK(count_between(arrivals, seconds(0), seconds(10)) == 0);
  CHECK(count_between(arrivals, seconds(10), seconds(20)) == 100);
  CHECK(count_between(arrivals, seconds(20), seconds(30)) == 0);
  CHECK(count_between(arrivals, seconds(30), seconds(40)) == 1000);
  CHECK(arrivals.size() == 1100);
}

TEST_CASE("a rate change multiplies the spec's rate until the next one") {
  const RateChanges changes{{kRunStart + seconds(10), Fraction::whole(3)},
                            {kRunStart + seconds(20), Fraction{500'000'000}},
                            {kRunStart + seconds(30), Fraction::whole(1)},
                            {kRunStart + seconds(40), Fraction{}}};
  const auto arrivals = arrivals_before(kDayEnd, ArrivalConstant{per_second(100)}, changes);
  CHECK(count_between(arrivals, seconds(0), seconds(10)) == 1000);
  CHECK(count_between(arrivals, seconds(10), seconds(20)) == 3000);
  CHECK(count_between(arrivals, seconds(20), seconds(30)) == 500);
  CHECK(count_between(arrivals, seconds(30), seconds(40)) == 1000);
  CHECK(arrivals.size() == 5500);
}

TEST_CASE("a diurnal schedule peaks at its hour and has its mean") {
  const ArrivalDiurnal spec{.mean = per_minute(600),
                            .amplitude = {800'000'000},
                            .peak_at = hours(15),
                            .process = BaseProcess::kConstant};
  // A Wednesday.
  const ArrivalOrigin origin{.run_start = UnixTime{ns(hours(24 * 6))}};
  const auto arrivals = arrivals_before(kDayEnd, spec, {}, 0, origin);
  CHECK(std::abs(static_cast<double>(arrivals.size()) - 864'000) < 864'000 * 1e-3);
  const auto peak = static_cast<double>(
      count_between(arrivals, hours(15) - minutes(30), hours(15) + minutes(30)));
  const auto trough =
      static_cast<double>(count_between(arrivals, hours(3) - minutes(30), hours(3) + minutes(30)));
  const double hour = 2 * std::sin(M_PI / 24) / (M_PI / 12);  // the mean of cos over that hour
  CHECK(peak == Approx(36'000 * (1 + 0.8 * hour)).epsilon(1e-3));
  CHECK(trough == Approx(36'000 * (1 - 0.8 * hour)).epsilon(2e-3));
}

TEST_CASE("a diurnal schedule has other weekends and follows the calendar") {
  const ArrivalDiurnal spec{.mean = per_minute(60), .weekend = Fraction{250'000'000}};
  // 1970-01-02 was a Friday.
  const ArrivalOrigin friday{.run_start = UnixTime{ns(hours(24))}};
  const auto day = [&](int n) {
    return expected_count(spec, {}, kRunStart + hours(24 * n), kRunStart + hours(24 * (n + 1)),
                          friday);
  };
  CHECK(day(0) == Approx(86'400));
  CHECK(day(1) == Approx(86'400 / 4));
  CHECK(day(2) == Approx(86'400 / 4));
  CHECK(day(3) == Approx(86'400));
}

TEST_CASE("a schedule that starts later is the same schedule, later") {
  const ArrivalSpec ramp = ArrivalRamp{.to = per_second(10)};
  const auto early = arrivals_before(kRunStart + seconds(100), ramp);
  const auto late = arrivals_before(kRunStart + seconds(150), ramp, {}, 0,
                                    {.run_start = {}, .at = kRunStart + seconds(50)});
  REQUIRE(early.size() == late.size());
  for (std::size_t i = 0; i < early.size(); ++i) CHECK(late[i] == early[i] + ns(seconds(50)));
}

TEST_CASE("a schedule without arrivals says never at once") {
  for (const ArrivalSpec& spec : std::vector<ArrivalSpec>{
           ArrivalConstant{per_second(0)}, ArrivalPoisson{per_second(0)},
           ArrivalOnOff{.rate = per_second(0)},
           ArrivalRamp{.from = per_second(0), .to = per_second(0)},
           ArrivalSteps{{{Duration{}, per_second(0)}}}, ArrivalDiurnal{.mean = per_second(0)}}) {
    CAPTURE(spec.index());
    ArrivalProcess process(spec, {}, kArrivalDraws.stream(0));
    CHECK(process.next() == kNever);
    CHECK(process.next() == kNever);
    CHECK(expected_count(spec, {}, kRunStart, kDayEnd) == 0);
  }
  ArrivalProcess stopped(ArrivalDiurnal{.mean = per_second(9)}, {{kRunStart, Fraction{}}},
                         kArrivalDraws.stream(0));
  CHECK(stopped.next() == kNever);
}

TEST_CASE("very slow and very fast schedules keep their rate") {
  const auto slow = arrivals_before(kRunStart + hours(24 * 365 * 200),
                                    ArrivalPoisson{{1, hours(24 * 30)}}, {}, 5);
  const double expected = 365.0 * 200 / 30;
  CHECK(std::abs(static_cast<double>(slow.size()) - expected) < 3 * std::sqrt(expected));
  ArrivalProcess yearly(ArrivalPoisson{{1, hours(24 * 366)}}, {}, kArrivalDraws.stream(6));
  int count = 0;
  while (yearly.next() != kNever) ++count;
  CHECK(std::abs(count - 292) < 3 * std::sqrt(292.0));
  const auto fast =
      arrivals_before(kRunStart + milliseconds(1), ArrivalConstant{{1'000'000'000, seconds(1)}});
  CHECK(fast.size() == 1'000'000);
}

TEST_CASE("arrivals are the same in every build") {
  std::uint64_t digest = 0;
  const RateChanges changes{{kRunStart + minutes(30), Fraction{1'700'000'000}}};
  for (const ArrivalSpec& spec : std::vector<ArrivalSpec>{
           ArrivalConstant{per_minute(7)}, ArrivalPoisson{per_minute(600)},
           ArrivalGamma{.rate = per_minute(600), .burstiness = {300'000'000}},
           ArrivalWeibull{.rate = per_minute(600), .shape = {700'000'000}},
           ArrivalOnOff{.rate = per_minute(600)}, ArrivalRamp{.to = per_minute(600)},
           ArrivalSteps{{{Duration{}, per_minute(90)}, {minutes(20), per_minute(70)}}},
           ArrivalDiurnal{.mean = per_minute(600)}}) {
    for (const std::int64_t at : arrivals_before(kRunStart + hours(2), spec, changes, 9)) {
      digest = hash_combine(digest, static_cast<std::uint64_t>(at));
    }
  }
  CHECK(digest == 0x586ec5c017cf24b6U);
}

}  // namespace
}  // namespace sluice
