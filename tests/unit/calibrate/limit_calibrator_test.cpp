// What the calibration of limits says where records tell less, or other things, than a run that
// saturates one limiter from a full bucket on.
#include "calibrate/limit_calibrator.hpp"

#include <algorithm>

#include "support/text_checks.hpp"
#include "unit/calibrate/limit_draw.hpp"

namespace sluice::calibrate {
namespace {

using ingest::RecordRow;
using testing::add_limit;
using testing::calibrated;
using testing::contains;
using testing::crowded_draw;
using testing::LimitDraw;
using testing::make_limit_draw;
using testing::of_type;
using testing::RecordedRun;

std::vector<RecordRow> rows_of(const LimitDraw& draw) {
  return RecordedRun(draw.plan, draw.traffic).rows();
}

// Those of attempts that were sent after `from`: what went before is not in the records.
std::vector<RecordRow> sent_after(std::vector<RecordRow> rows, Duration from) {
  std::erase_if(rows, [&](const RecordRow& row) { return *row.sent < from; });
  return rows;
}

TEST_CASE("traffic far below the limits identifies nothing, and says so") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    LimitDraw draw = make_limit_draw(seed);
    draw.plan.limits.bursts = {};
    draw.traffic.requests_per_minute = 20;
    for (LimiterSpec& limiter : draw.plan.limits.limiters) {
      limiter.limit = limiter.type == LimitType::kRequestsPerMinute ? 1000 : 2'000'000;
    }
    const Calibration found = calibrated(rows_of(draw));
    INFO("seed " << seed);
    REQUIRE(found.limits.size() == 3);
    for (const LimiterCalibration& one : found.limits) {
      CHECK_FALSE(one.refill.is_identifiable);
      CHECK_FALSE(one.capacity.is_identifiable);
      CHECK_FALSE(one.burst.is_identifiable);
      CHECK(contains(one.capacity.reason, "far below"));
      CHECK(one.limit_said > 0);
    }
    CHECK_FALSE(found.charge_modes.at(0).is_identifiable);
  }
}

TEST_CASE("headers of one run that contradict each other identify nothing, and that is said") {
  std::vector<RecordRow> rows = rows_of(crowded_draw(120));
  for (std::size_t i = 0; i < rows.size() / 3; ++i) {
    if (rows[i].rate_limits.requests) rows[i].rate_limits.requests->limit += 7;
  }
  const LimiterCalibration found = of_type(calibrated(rows), LimitType::kRequestsPerMinute);
  CHECK_FALSE(found.capacity.is_identifiable);
  CHECK(contains(found.capacity.reason, "the headers contradict each other"));
}

TEST_CASE("a handful of attempts is no measurement") {
  std::vector<RecordRow> rows = rows_of(crowded_draw(120));
  rows.resize(15);
  const LimiterCalibration found = of_type(calibrated(rows), LimitType::kRequestsPerMinute);
  CHECK_FALSE(found.capacity.is_identifiable);
  CHECK(contains(found.capacity.reason, "only 15 attempts"));
}

TEST_CASE("without headers refusals and their waits tell the bucket") {
  LimitDraw draw = crowded_draw(120);
  draw.traffic.shows_limits = false;
  const LimiterCalibration found =
      of_type(calibrated(rows_of(draw)), LimitType::kRequestsPerMinute);
  CHECK(found.answers == 0);
  CHECK(found.refusals > 100);
  CHECK(found.refill.interval.value == Approx(120).epsilon(0.01));
  CHECK(found.refill.interval.contains(120));
  CHECK(found.capacity.interval.value == Approx(40).epsilon(0.05));
  CHECK(found.capacity.interval.contains(40));
  CHECK(contains(found.refill.evidence, "no header says the limit"));
}

// In such a stall first tokens are charged as they were planned and seen when it is over. At the
// start of a run that moves the instant at which the bucket is no longer full.
TEST_CASE(
    "a machine that stands still as a bucket leaves its full state is not taken for capacity") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    LimitDraw draw = crowded_draw(400'000);
    draw.plan.limits.limiters.clear();
    add_limit(draw.plan, LimitType::kOutputTokensPerMinute, 400'000);
    draw.plan.limits.burst = seconds(17);
    draw.plan.limits.output_charge = ChargeMode::kStreaming;
    draw.traffic.seed = seed;
    draw.traffic.duration = minutes(4);
    draw.traffic.requests_per_minute = 500;
    draw.traffic.output = SizeLognormal{.p50 = 900, .p95 = 2700, .min = 1, .max = 3000};
    for (const std::int64_t from : {2'400, 5'100, 7'200, 9'000, 12'500}) {
      draw.traffic.stalls.push_back(
          {.from = ns(milliseconds(from)), .to = ns(milliseconds(from + 1'200))});
    }
    const LimiterCalibration found =
        of_type(calibrated(rows_of(draw)), LimitType::kOutputTokensPerMinute);
    INFO("seed " << seed << ": burst " << found.burst.interval.value << " ["
                 << found.burst.interval.low << ", " << found.burst.interval.high << "]");
    CHECK(found.refill.interval.contains(400'000));
    CHECK(found.burst.interval.contains(17));
    CHECK(found.burst.interval.value == Approx(17).epsilon(0.005));
  }
}

TEST_CASE("a bucket that was not full at the start is found out by another that was") {
  LimitDraw draw = crowded_draw(120);
  add_limit(draw.plan, LimitType::kInputTokensPerMinuteCacheAware, 100'000'000);
  const auto rows = sent_after(rows_of(draw), seconds(60));
  const LimiterCalibration found = of_type(calibrated(rows), LimitType::kRequestsPerMinute);
  CHECK(found.capacity.interval.value == Approx(40).epsilon(0.05));
  CHECK(contains(found.capacity.evidence, "lacked at the start"));
}

TEST_CASE("in real time the dates of answers tell that a bucket was not full at the start") {
  LimitDraw draw = crowded_draw(120);
  draw.traffic.speed_permille = 1000;
  const auto rows = sent_after(rows_of(draw), seconds(60));
  const LimiterCalibration found = of_type(calibrated(rows), LimitType::kRequestsPerMinute);
  CHECK(found.capacity.interval.value == Approx(40).epsilon(0.05));
  CHECK(contains(found.capacity.evidence, "lacked at the start"));
}

TEST_CASE("a limit that others use too is not taken for a bucket") {
  std::vector<RecordRow> rows = rows_of(crowded_draw(120));
  std::erase_if(rows, [](const RecordRow& row) { return row.session % 2 == 0; });
  const LimiterCalibration found = of_type(calibrated(rows), LimitType::kRequestsPerMinute);
  CHECK_FALSE(found.capacity.is_identifiable);
  CHECK_FALSE(found.refill.is_identifiable);
  CHECK(contains(found.capacity.reason, "no token bucket fits"));
}

TEST_CASE("cache reads tell a plain input limit from a cache-aware one") {
  for (const LimitType type :
       {LimitType::kInputTokensPerMinute, LimitType::kInputTokensPerMinuteCacheAware}) {
    LimitDraw draw = crowded_draw(120);
    draw.plan.limits.limiters.clear();
    add_limit(draw.plan, type, type == LimitType::kInputTokensPerMinute ? 700'000 : 300'000);
    draw.traffic.prefix_tokens = 4000;
    const Calibration found = calibrated(rows_of(draw));
    REQUIRE(found.limits.size() == 1);
    CHECK(found.limits[0].type == type);
    CHECK(found.limits[0].capacity.is_identifiable);
    CHECK(found.limits[0].burst.interval.value == Approx(20).epsilon(0.05));
  }
}

TEST_CASE("answers in one piece tell the charge mode of output as streams do") {
  for (const ChargeMode mode : {ChargeMode::kReserveSettle, ChargeMode::kPost}) {
    LimitDraw draw = crowded_draw(120);
    draw.plan.limits.limiters.clear();
    add_limit(draw.plan, LimitType::kOutputTokensPerMinute, 60'000);
    draw.plan.limits.output_charge = mode;
    draw.traffic.stream = false;
    const Calibration found = calibrated(rows_of(draw));
    REQUIRE(found.charge_modes.size() == 1);
    CHECK(found.charge_modes[0].is_identifiable);
    CHECK(found.charge_modes[0].word == (mode == ChargeMode::kPost ? "post" : "reserve_settle"));
  }
}

TEST_CASE("the order of the records changes nothing") {
  std::vector<RecordRow> rows = rows_of(crowded_draw(120));
  const LimiterCalibration forward = of_type(calibrated(rows), LimitType::kRequestsPerMinute);
  std::sort(rows.begin(), rows.end(),
            [](const RecordRow& a, const RecordRow& b) { return *a.sent < *b.sent; });
  const LimiterCalibration by_send = of_type(calibrated(rows), LimitType::kRequestsPerMinute);
  CHECK(by_send.capacity.interval == forward.capacity.interval);
  CHECK(by_send.refill.interval == forward.refill.interval);
}

TEST_CASE("models of one group share their limiters, others do not") {
  std::vector<RecordRow> rows = rows_of(crowded_draw(120));
  for (RecordRow& row : rows) row.model = row.session % 2 == 0 ? "opus-a" : "opus-b";
  LimitCalibrator limits({{"opus-a", "opus"}, {"opus-b", "opus"}});
  for (const RecordRow& row : rows) limits.add(row);
  Calibration together;
  limits.finish(together);
  REQUIRE(together.limits.size() == 1);
  CHECK(together.limits[0].group == "opus");
  CHECK(together.limits[0].capacity.interval.value == Approx(40).epsilon(0.05));
  CHECK(calibrated(rows).limits.size() == 2);
}

TEST_CASE("attempts beyond the most are left out, and that is said") {
  RecordRow row;
  row.model = "opus";
  row.sent = seconds(1);
  LimitCalibrator limits({});
  for (std::size_t i = 0; i < LimitCalibrator::kMost; ++i) limits.add(row);
  Calibration all;
  limits.finish(all);
  CHECK(all.notes.empty());
  row.sent = seconds(2);
  limits.add(row);
  Calibration most;
  limits.finish(most);
  REQUIRE(most.notes.size() == 1);
  CHECK(contains(most.notes[0], "the first 50,000 of 50,001 attempts"));
}

TEST_CASE("nothing comes of no records, and of attempts that never left") {
  CHECK(calibrated({}).limits.empty());
  RecordRow row;
  row.model = "opus";
  CHECK(calibrated({row}).limits.empty());
}

}  // namespace
}  // namespace sluice::calibrate
