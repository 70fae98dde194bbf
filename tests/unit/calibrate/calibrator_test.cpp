// What several runs say together: where they contradict each other, nothing is taken for known.
#include "calibrate/calibrator.hpp"

#include "calibrate/overlay.hpp"
#include "support/text_checks.hpp"
#include "unit/calibrate/limit_draw.hpp"

namespace sluice::calibrate {
namespace {

using ingest::RecordRow;
using namespace sluice::testing;  // NOLINT

// Twice as many requests as the limit lets through.
std::vector<RecordRow> crowded_rows(std::int64_t limit) {
  const LimitDraw draw = crowded_draw(limit);
  return RecordedRun(draw.plan, draw.traffic).rows();
}

Calibration of_runs(const std::vector<std::vector<RecordRow>>& runs) {
  Calibrator calibrator({});
  for (const auto& rows : runs) {
    calibrator.begin_run("run");
    for (const RecordRow& row : rows) calibrator.add(row);
  }
  return calibrator.finish();
}

TEST_CASE("runs whose headers say other limits contradict each other, and none is written") {
  const auto few = crowded_rows(200);
  const auto many = crowded_rows(300);
  REQUIRE(of_runs({few}).limits.front().refill.is_identifiable);
  for (const auto& runs : {std::vector{many, few}, std::vector{many, few, few}}) {
    const Calibration found = of_runs(runs);
    REQUIRE(found.limits.size() == 1);
    const LimiterCalibration& one = found.limits.front();
    for (const Estimate* const estimate : {&one.refill, &one.capacity, &one.burst}) {
      CHECK_FALSE(estimate->is_identifiable);
      CHECK(contains(estimate->reason, "the records contradict each other: 300 and 200 a minute"));
    }
    CHECK(one.limit_said == 0);
    CHECK(overlay_of(found, {}).document.find("organization") == nullptr);
  }
}

TEST_CASE("runs that agree are one limiter") {
  const Calibration found = of_runs({crowded_rows(200), crowded_rows(200)});
  REQUIRE(found.limits.size() == 1);
  CHECK(found.limits.front().refill.is_identifiable);
  CHECK(found.limits.front().limit_said == 200);
  CHECK(found.notes.empty());
}

TEST_CASE("records of several speeds are told: within a file they are of several runs") {
  auto fast = crowded_rows(200);
  for (RecordRow& row : fast) row.speed_permille *= 2;
  const Calibration apart = of_runs({crowded_rows(200), fast});
  CHECK(apart.limits.front().refill.is_identifiable);
  REQUIRE_FALSE(apart.notes.empty());
  CHECK(contains(apart.notes.front(), "different speeds"));

  auto mixed = crowded_rows(200);
  mixed.insert(mixed.end(), fast.begin(), fast.end());
  const LimiterCalibration found = of_runs({mixed}).limits.front();
  CHECK_FALSE(found.capacity.is_identifiable);
  CHECK(contains(found.capacity.reason, "records of several runs"));
}

}  // namespace
}  // namespace sluice::calibrate
