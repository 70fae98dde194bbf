#include "calibrate/service_times.hpp"

#include <cmath>
#include <cstdint>
#include <map>
#include <string>

#include "calibrate/estimate_names.hpp"
#include "calibrate/lognormal_fit.hpp"
#include "support/catch.hpp"
#include "unit/calibrate/service_rows.hpp"

namespace sluice::calibrate {
namespace {

using namespace sluice::testing;  // NOLINT

std::vector<Estimate> estimates_of(
    const std::vector<ingest::RecordRow>& rows,
    const SpeedsOf& assumed = [](const std::string&) { return std::optional<AssumedSpeeds>{}; }) {
  ServiceTimes times;
  for (const ingest::RecordRow& row : rows) times.add(row);
  return times.estimates(assumed);
}

const Estimate& of(const std::vector<Estimate>& estimates, std::string_view what) {
  const Estimate* const found = find(estimates, what, kModelName);
  REQUIRE(found != nullptr);
  return *found;
}

double as_seconds(Duration time) { return static_cast<double>(ns(time)) * 1e-9; }

struct TimeTruth {
  std::string_view what;
  double value;
};

std::vector<TimeTruth> truths_of(const HiddenTimes& hidden) {
  return {{kTtftP50, as_seconds(hidden.ttft.p50)},
          {kTtftP95, as_seconds(hidden.ttft.p95)},
          {kPrefillSpeed, static_cast<double>(hidden.prefill_per_second)},
          {kOutputP50, static_cast<double>(hidden.output_per_second.p50)},
          {kOutputP95, static_cast<double>(hidden.output_per_second.p95)}};
}

TEST_CASE("service times of fifty random models: medians within 3 %, intervals cover in 90 %") {
  constexpr int kDraws = 50;
  std::map<std::string_view, int> covered;
  std::map<std::string_view, double> worst;
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto seed = static_cast<std::uint64_t>(draw) + 100;
    const HiddenTimes hidden = hidden_times(seed);
    const auto estimates = estimates_of(answered_rows(hidden, {.seed = seed}));
    for (const TimeTruth& truth : truths_of(hidden)) {
      const Estimate& found = of(estimates, truth.what);
      CAPTURE(seed, found.what, truth.value, found.interval.value, found.interval.low,
              found.interval.high, found.reason);
      REQUIRE(found.is_identifiable);
      covered[truth.what] += found.interval.contains(truth.value) ? 1 : 0;
      const double off = std::abs(found.interval.value / truth.value - 1);
      worst[truth.what] = std::max(worst[truth.what], off);
      if (truth.what == kTtftP50 || truth.what == kOutputP50) CHECK(off < 0.03);
    }
  }
  for (const auto& [what, count] : covered) {
    CAPTURE(what, count, worst[what]);
    CHECK(count >= 45);
  }
}

TEST_CASE("the cost of cached input is found where it shows beside the base") {
  const HiddenTimes hidden{.ttft = {.p50 = milliseconds(800), .p95 = milliseconds(1600)},
                           .output_per_second = {.p50 = 100, .p95 = 150},
                           .prefill_per_second = 20'000,
                           .cached_per_second = 100'000};
  const auto estimates = estimates_of(
      answered_rows(hidden, {.seed = 4, .cached = SizeUniform{.low = 0, .high = 60'000}}));
  for (const auto& [what, truth] :
       {std::pair{kPrefillSpeed, 20'000.0}, std::pair{kCachedSpeed, 100'000.0}}) {
    const Estimate& found = of(estimates, what);
    CAPTURE(what, found.reason, found.interval.low, found.interval.high);
    CHECK(found.interval.contains(truth));
    CHECK(found.interval.value == Approx(truth).epsilon(0.1));
  }
}

TEST_CASE(
    "a speed that does not show is held at what is assumed, and the base does not take it in") {
  const HiddenTimes hidden{.ttft = {.p50 = milliseconds(500), .p95 = milliseconds(1000)},
                           .output_per_second = {.p50 = 100, .p95 = 150},
                           .prefill_per_second = 10'000,
                           .cached_per_second = 10'000'000};
  const auto assumed = [](const std::string&) {
    return std::optional(AssumedSpeeds{
        .prefill_per_second = 10'000, .cached_per_second = 10'000'000, .source = "the catalog"});
  };
  const auto estimates =
      estimates_of(answered_rows(hidden, {.seed = 5, .input = SizeFixed{5000}}), assumed);
  const Estimate& prefill = of(estimates, kPrefillSpeed);
  CHECK_FALSE(prefill.is_identifiable);
  CHECK(prefill.reason.find("held at the catalog's 10,000 tokens a second") != std::string::npos);
  CHECK(of(estimates, kTtftP50).interval.contains(0.5));
  CHECK(of(estimates, kCachedSpeed).reason.find("no answer read the cache") != std::string::npos);
}

TEST_CASE("a few stalls of half a minute move no quantile, and are counted") {
  const HiddenTimes hidden = hidden_times(7);
  auto rows = answered_rows(hidden, {.seed = 7});
  for (std::size_t i = 0; i < rows.size(); i += 100) {
    rows[i].first_token = *rows[i].first_token + seconds(30);
    rows[i].ended = rows[i].ended + seconds(30);
  }
  const auto estimates = estimates_of(rows);
  for (const TimeTruth& truth : truths_of(hidden)) {
    const Estimate& found = of(estimates, truth.what);
    CAPTURE(found.what, truth.value, found.interval.low, found.interval.high);
    CHECK(found.interval.contains(truth.value));
  }
  CHECK(of(estimates, kTtftP50).evidence.find("30 left out") != std::string::npos);
}

TEST_CASE("a base that is not lognormal is given by its own quantiles") {
  const RandomSource random(11, 0);
  DrawStream draw = random.stream(Purpose::kTest, {});
  auto rows = answered_rows(hidden_times(1), {.seed = 11, .count = 4000, .speed = 1});
  for (ingest::RecordRow& row : rows) {  // quick or slow, nothing between
    const bool is_slow = between(draw.next(), 0, 10) == 0;
    const Duration lasted = row.ended - *row.first_token;
    row.usage.input_tokens = 100;
    row.first_token =
        *row.sent + milliseconds(between(draw.next(), 0, 100) + (is_slow ? 3000 : 500));
    row.ended = *row.first_token + lasted;
  }
  const auto estimates = estimates_of(rows);
  CHECK(of(estimates, kTtftP50).interval.value == Approx(0.555).epsilon(0.02));
  CHECK(of(estimates, kTtftP95).interval.value == Approx(3.05).epsilon(0.02));
  CHECK(of(estimates, kTtftP50).evidence.find("not lognormal") != std::string::npos);
}

TEST_CASE("without streams, or with too few, nothing is said of service times") {
  auto rows = answered_rows(hidden_times(1), {.seed = 1, .count = 100});
  for (ingest::RecordRow& row : rows) row.stream = false;
  for (const Estimate& found : estimates_of(rows)) {
    CHECK_FALSE(found.is_identifiable);
    CHECK(found.reason.find("no streamed answers") != std::string::npos);
  }
  for (const Estimate& found :
       estimates_of(answered_rows(hidden_times(1), {.seed = 1, .count = 5}))) {
    CHECK_FALSE(found.is_identifiable);
    CHECK(found.reason.find("fewer than 20") != std::string::npos);
  }
}

TEST_CASE(
    "answers that are too short for the clock tell no speed, and a fast clock no first token") {
  const auto slow = estimates_of(answered_rows(
      hidden_times(1), {.seed = 1, .speed = 60, .output = SizeUniform{.low = 1, .high = 10}}));
  CHECK_FALSE(of(slow, kOutputP50).is_identifiable);
  CHECK(of(slow, kTtftP50).is_identifiable);
  const auto fast = estimates_of(answered_rows(hidden_times(1), {.seed = 1, .speed = 2000}));
  CHECK_FALSE(of(fast, kTtftP50).is_identifiable);
  CHECK(of(fast, kTtftP50).reason.find("slower") != std::string::npos);
}

TEST_CASE("a machine that is busy at times widens the spread of no output speed unseen") {
  constexpr int kDraws = 40;
  int p50 = 0;
  int p95 = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto seed = static_cast<std::uint64_t>(draw) + 300;
    HiddenTimes hidden = hidden_times(seed);
    hidden.output_per_second = {.p50 = 150, .p95 = 181};
    const auto estimates = estimates_of(answered_rows(hidden, {.seed = seed, .busy_us = 4500}));
    const Estimate& found = of(estimates, kOutputP95);
    REQUIRE(found.is_identifiable);
    p50 += of(estimates, kOutputP50).interval.contains(150) ? 1 : 0;
    p95 += found.interval.contains(181) ? 1 : 0;
    CHECK(found.interval.value == Approx(181).epsilon(0.03));
  }
  CHECK(p50 >= 36);
  CHECK(p95 >= 36);
}

TEST_CASE("a burst that the load generator could not send says nothing of service times") {
  const HiddenTimes hidden = hidden_times(3);
  auto rows = answered_rows(hidden, {.seed = 3, .count = 300, .speed = 20});
  const auto burst = answered_rows(hidden, {.seed = 4, .count = 1500, .speed = 20});
  for (ingest::RecordRow row : burst) {
    const Duration late = milliseconds(300) * 20;
    row.workload = "burst";
    row.sent = *row.sent + late;
    row.first_token = *row.first_token + late + late;
    row.ended = row.ended + late + late;
    if (row.line % 2 == 0) {
      row.outcome = ErrorKind::kRateLimit;
      row.due = *row.sent;  // in time, and yet its refusal waited for the others
      row.first_token.reset();
      row.ended = *row.sent + late;
    }
    rows.push_back(row);
  }
  ServiceTimes times;
  for (const ingest::RecordRow& row : rows) times.add(row);
  CHECK(times.late_text().find("\"burst\" is 300 ms of wall time") != std::string::npos);
  const auto estimates = estimates_of(rows);
  for (const std::string_view what : {kTtftP50, kTtftP95, kOutputP50, kOutputP95}) {
    const Estimate& found = of(estimates, what);
    const double truth = what == kTtftP50     ? as_seconds(hidden.ttft.p50)
                         : what == kTtftP95   ? as_seconds(hidden.ttft.p95)
                         : what == kOutputP50 ? static_cast<double>(hidden.output_per_second.p50)
                                              : static_cast<double>(hidden.output_per_second.p95);
    CAPTURE(what, truth, found.reason, found.evidence, found.interval.low, found.interval.high);
    CHECK(found.is_identifiable);
    CHECK(found.interval.contains(truth));
    CHECK(found.evidence.find("750 of workloads that were sent late left out") !=
          std::string::npos);
  }
}

TEST_CASE("a run that was sent late tells no service times, and says why") {
  auto rows = answered_rows(hidden_times(5), {.seed = 5});
  for (std::size_t i = 0; i < rows.size(); i += 50) rows[i].due = *rows[i].sent - seconds(1);
  for (const Estimate& found : estimates_of(rows)) {
    CAPTURE(found.what, found.reason);
    CHECK_FALSE(found.is_identifiable);
    CHECK(found.reason.find("the load generator was late: p99 of the schedule delay") == 0);
  }
}

TEST_CASE("values below zero are no stalls: more than 2 % of them, and nothing fits") {
  std::vector<Sample> samples;
  DrawStream draw = RandomSource(12, 0).stream(Purpose::kTest, {});
  for (int i = 0; i < 1000; ++i) {
    samples.push_back({.y = static_cast<double>(between(draw.next(), 500, 1500)) / 1000});
  }
  for (std::size_t i = 0; i < 15; ++i) samples[i].y = -1;
  const auto fit = fit_lognormal(samples, {0.0, 0.0});
  REQUIRE(fit);
  CHECK(fit->left_out >= 15);
  for (std::size_t i = 0; i < 30; ++i) samples[i].y = -1;
  CHECK_FALSE(fit_lognormal(samples, {0.0, 0.0}));
}

}  // namespace
}  // namespace sluice::calibrate
