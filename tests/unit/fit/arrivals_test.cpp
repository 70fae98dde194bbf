#include "fit/arrivals.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/rate.hpp"
#include "support/catch.hpp"
#include "unit/fit/draws.hpp"

namespace sluice::fit {
namespace {

FittedArrivals fit_of(const std::vector<Duration>& times, const ArrivalFitOptions& options = {}) {
  ArrivalFitter fitter(options);
  for (const Duration at : times) fitter.add(at);
  return fitter.fit();
}

FittedArrivals fit_of(const ArrivalSpec& spec, std::uint64_t seed, Duration until) {
  return fit_of(arrivals_of(spec, seed, until));
}

const ArrivalCandidate* named(const FittedArrivals& fitted, const std::string& name) {
  for (const ArrivalCandidate& tried : fitted.candidates) {
    if (tried.name == name) return &tried;
  }
  return nullptr;
}

std::string chosen_name(const FittedArrivals& fitted) {
  return fitted.candidates.at(fitted.chosen).name;
}

// How many of the seeds end with that choice; what else was chosen is shown on failure.
int times_chosen(const std::string& name, const ArrivalSpec& spec, Duration until) {
  int times = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const std::string chosen = chosen_name(fit_of(spec, seed, until));
    times += chosen == name;
    if (chosen != name) UNSCOPED_INFO("seed " << seed << ": " << chosen);
  }
  return times;
}

TEST_CASE("Poisson arrivals are recognised, with their rate", "[long]") {
  CHECK(times_chosen("poisson", ArrivalPoisson{per_minute(120)}, minutes(30)) >= 45);
  int constant = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const FittedArrivals fitted = fit_of(ArrivalPoisson{per_minute(120)}, seed, minutes(30));
    INFO("seed " << seed);
    CHECK(std::abs(fitted.per_second - 2) < 4 * std::sqrt(2.0 / 1800));
    CHECK_FALSE(fitted.spread);
    constant += named(fitted, "poisson about steps") == nullptr;
  }
  CHECK(constant >= 47);
}

TEST_CASE("the burstiness of gamma gaps is found within its statistical error", "[long]") {
  int chosen = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    const ArrivalGamma truth{.rate = per_minute(120), .burstiness = {400'000'000}};
    const FittedArrivals fitted = fit_of(truth, seed, minutes(40));
    const ArrivalCandidate* gamma = named(fitted, "gamma");
    REQUIRE(gamma != nullptr);
    // Var of the ML shape k: 1 / (n (psi'(k) - 1/k)); psi'(0.4) is 7.275.
    const double error = std::sqrt(1 / (4800 * (7.275 - 2.5)));
    const double found =
        static_cast<double>(std::get<ArrivalGamma>(gamma->spec).burstiness.ppb) / 1e9;
    CHECK(std::abs(found - 0.4) < 4 * error);
    CHECK(gamma->ks < 1.63 / std::sqrt(static_cast<double>(fitted.arrivals)) * 1.2);
    chosen += chosen_name(fitted) == "gamma";
  }
  CHECK(chosen >= 45);
}

TEST_CASE("the shape of Weibull gaps is found within its statistical error", "[long]") {
  int chosen = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    const ArrivalWeibull truth{.rate = per_minute(120), .shape = {600'000'000}};
    const FittedArrivals fitted = fit_of(truth, seed, minutes(40));
    const ArrivalCandidate* weibull = named(fitted, "weibull");
    REQUIRE(weibull != nullptr);
    // Of the ML shape k: k sqrt(6) / pi / sqrt(n).
    const double found =
        static_cast<double>(std::get<ArrivalWeibull>(weibull->spec).shape.ppb) / 1e9;
    CHECK(std::abs(found - 0.6) < 4 * 0.6 * 0.7797 / std::sqrt(4800.0));
    chosen += chosen_name(fitted) == "weibull";
  }
  CHECK(chosen >= 45);
}

TEST_CASE("arrivals that are switched on and off are recognised, with their periods", "[long]") {
  int chosen = 0;
  double on = 0;
  double off = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const ArrivalOnOff truth{.rate = per_second(5), .mean_on = seconds(6), .mean_off = seconds(9)};
    const FittedArrivals fitted = fit_of(truth, seed, minutes(40));
    chosen += chosen_name(fitted) == "on_off";
    const ArrivalCandidate* candidate = named(fitted, "on_off");
    REQUIRE(candidate != nullptr);
    const auto& found = std::get<ArrivalOnOff>(candidate->spec);
    on += std::log(static_cast<double>(ns(found.mean_on)) / 6e9) / static_cast<double>(kSeeds);
    off += std::log(static_cast<double>(ns(found.mean_off)) / 9e9) / static_cast<double>(kSeeds);
    CHECK(events_per_second(found.rate) == Approx(5).epsilon(0.1));
  }
  CHECK(chosen >= 40);
  // 160 periods a log, 50 logs: each mean is known within 4 / sqrt(8000) of itself.
  CHECK(std::abs(on) < 0.045);
  CHECK(std::abs(off) < 0.045);
}

TEST_CASE("a rate that changes is followed by steps where it changes", "[long]") {
  const ArrivalSteps truth{.steps = {{Duration{}, per_minute(60)},
                                     {minutes(10), per_minute(240)},
                                     {minutes(25), per_minute(120)}}};
  int exact = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const FittedArrivals fitted = fit_of(truth, seed, minutes(40));
    INFO("seed " << seed << ": " << chosen_name(fitted));
    REQUIRE(std::holds_alternative<ArrivalSteps>(fitted.spec));
    const auto& found = std::get<ArrivalSteps>(fitted.spec).steps;
    if (found.size() != 3) continue;
    ++exact;
    CHECK(std::abs(ns(found[1].at - minutes(10))) <= ns(seconds(30)));
    CHECK(std::abs(ns(found[2].at - minutes(25))) <= ns(seconds(60)));
    CHECK(events_per_second(found[1].rate) == Approx(4).epsilon(4 / std::sqrt(3600.0)));
    CHECK(fitted.candidates[fitted.chosen].counts_agree == true);
  }
  CHECK(exact >= 45);
}

TEST_CASE("a day's curve over a week is told from steps by its few parameters", "[long]") {
  const ArrivalDiurnal truth{.mean = per_minute(2),
                             .amplitude = {600'000'000},
                             .peak_at = hours(14),
                             .weekend = {500'000'000}};
  const UnixTime monday = UnixTime::midnight({2026, 6, 1});
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    INFO("seed " << seed);
    ArrivalFitter fitter({.has_dates = true});
    for (const Duration at : arrivals_of(truth, seed, hours(24 * 14), {.run_start = monday})) {
      fitter.add(Duration{monday.nanoseconds} + at);
    }
    const FittedArrivals fitted = fitter.fit();
    REQUIRE(std::holds_alternative<ArrivalDiurnal>(fitted.spec));
    const auto& found = std::get<ArrivalDiurnal>(fitted.spec);
    const double amplitude = static_cast<double>(found.amplitude.ppb) / 1e9;
    CHECK(events_per_second(found.mean) == Approx(2.0 / 60).epsilon(0.04));
    CHECK(std::abs(amplitude - 0.6) < 0.05);
    CHECK(std::abs(ns(found.peak_at - hours(14))) < ns(minutes(20)));
    CHECK(static_cast<double>(found.weekend.ppb) / 1e9 == Approx(0.5).epsilon(0.08));
  }
}

TEST_CASE("timestamps in steps are recognised and spread before anything is fitted") {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    INFO("seed " << seed);
    std::vector<Duration> times = arrivals_of(ArrivalPoisson{per_second(3)}, seed, minutes(30));
    // Steps of 3 s that are off by up to a millisecond, as a real log's are.
    for (Duration& at : times) {
      const std::int64_t step = at / seconds(3);
      at =
          seconds(3 * step) +
          milliseconds(static_cast<std::int64_t>(bits_of(9, static_cast<std::uint64_t>(step)) % 3));
    }
    const FittedArrivals fitted = fit_of(times);
    REQUIRE(fitted.spread);
    CHECK(std::abs(ns(*fitted.spread - seconds(3))) <= ns(milliseconds(2)));
    CHECK(fitted.dispersion[0].of_log == Approx(1).epsilon(0.15));
  }
}

TEST_CASE("counts of a log under 100 s, or of too many a second, are not judged") {
  std::vector<Duration> short_one;
  std::vector<Duration> fast;
  for (int i = 0; i < 400; ++i) short_one.push_back(milliseconds(i * 200 + i * i % 7));
  for (int i = 0; i < 600'000; ++i) fast.push_back(nanoseconds(i * 250'000LL));
  for (const std::vector<Duration>& times : {short_one, fast}) {
    const FittedArrivals fitted = fit_of(times);
    for (const ArrivalCandidate& tried : fitted.candidates) CHECK_FALSE(tried.counts_agree);
    CHECK(fitted.why.find("is not judged") != std::string::npos);
  }
  const FittedArrivals longer = fit_of(ArrivalPoisson{per_minute(120)}, 1, minutes(3));
  CHECK(longer.candidates.at(longer.chosen).counts_agree == true);
  CHECK(longer.why.find("is not judged") == std::string::npos);
}

TEST_CASE("evenly spaced arrivals are called that") {
  std::vector<Duration> times;
  for (int i = 0; i < 3000; ++i) times.push_back(milliseconds(250 * i));
  const FittedArrivals fitted = fit_of(times);
  CHECK(fitted.spec == ArrivalSpec{ArrivalConstant{per_second(4)}});
  CHECK_FALSE(fitted.spread);
}

TEST_CASE("no arrivals, few, all at once and far apart have a spec that can be run") {
  CHECK(ArrivalFitter{}.fit().candidates.empty());
  CHECK_FALSE(flaw_in(fit_of(std::vector<Duration>{seconds(5)}).spec));
  CHECK(fit_of(std::vector<Duration>(19, seconds(5))).candidates.empty());
  CHECK_FALSE(flaw_in(fit_of(std::vector<Duration>(1000, seconds(5))).spec));
  CHECK_FALSE(flaw_in(fit_of(std::vector<Duration>(200'000, seconds(5))).spec));
  std::vector<Duration> apart(50, Duration{});
  for (int i = 0; i < 50; ++i) apart.push_back(hours(24 * 365 * 99) + nanoseconds(i));
  const FittedArrivals fitted = fit_of(apart);
  CHECK_FALSE(flaw_in(fitted.spec));
  for (const ArrivalCandidate& tried : fitted.candidates) CHECK_FALSE(flaw_in(tried.spec));
  std::vector<Duration> rare;
  for (int i = 0; i < 30; ++i) rare.push_back(hours(24 * 700) * i);
  CHECK_FALSE(flaw_in(fit_of(rare).spec));
}

TEST_CASE("a fit may be asked for at any time and says the same again") {
  ArrivalFitter fitter;
  ArrivalFitter uninterrupted;
  for (const Duration at : arrivals_of(ArrivalPoisson{per_second(2)}, 1, minutes(10))) {
    fitter.add(at);
    uninterrupted.add(at);
    if (fitter.count() == 500) CHECK(fitter.fit().arrivals == 500);
  }
  CHECK(fitter.fit().spec == uninterrupted.fit().spec);
  CHECK(fitter.fit().candidates[0].bic == uninterrupted.fit().candidates[0].bic);
}

}  // namespace
}  // namespace sluice::fit
