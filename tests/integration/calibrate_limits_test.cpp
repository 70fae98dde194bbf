// Limits that only the mock knows, found out from the records of a load run through sockets: an
// hour in a minute, headers rounded, instants as a client measures them.
#include <string>

#include <fmt/format.h>

#include "calibrate/limit_calibrator.hpp"
#include "ingest/record_log.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// Five minutes that ask for about one and a half times the output that Sonnet's Start tier gives.
constexpr const char* kCrowded = R"({
  "sluice": 1, "duration": "5m", "seed": 11,
  "organization": { "tier": "start" },
  "workloads": [{
    "name": "chat", "model": "sonnet-5.5",
    "arrivals": { "type": "poisson", "rate": "500/min" },
    "input": { "p50": 300, "p95": 900 }, "output": { "p50": 900, "p95": 2700 },
    "max_tokens": 3000
  }]
})";

struct Found {
  bool is_on_time = false;  // the machine kept up, so that what was measured can be near
  Calibration calibration;
};

Found replay_once(const std::vector<std::string>& hidden) {
  TemporaryFolder folder;
  const std::string records = folder / "records.jsonl";
  std::vector<std::string> arguments = {"replay",    folder.write("crowded.json", kCrowded),
                                        "--speed",   "60",
                                        "--ui",      "none",
                                        "--records", records};
  for (const std::string& setting : hidden) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  const Finished run = sluice(std::move(arguments));
  INFO(run.err);
  REQUIRE(replayed_well(run));
  auto log = ingest::RecordLog::open(records);
  REQUIRE(log.has_value());
  calibrate::LimitCalibrator limits({});
  ingest::RecordRow row;
  for (;;) {
    const auto more = log->next(row);
    REQUIRE(more.has_value());
    if (!*more) break;
    limits.add(row);
  }
  Found found{.is_on_time = run.exit == 0, .calibration = {}};
  limits.finish(found.calibration);
  return found;
}

// A run for which the machine was late says of itself that it is void: it is run again.
Found replay_and_calibrate(const std::vector<std::string>& hidden) {
  constexpr int kAttempts = 3;
  Found found;
  for (int i = 0; i < kAttempts && !found.is_on_time; ++i) found = replay_once(hidden);
  return found;
}

const LimiterCalibration& output_limiter(const Calibration& calibration) {
  for (const LimiterCalibration& one : calibration.limits) {
    if (one.type == LimitType::kOutputTokensPerMinute) return one;
  }
  FAIL("no limiter of output");
  return calibration.limits.front();
}

// A machine that is late blurs what it measures: then the intervals have to say so.
void check_output(const Found& found, double burst, const std::string& mode) {
  const LimiterCalibration& output = output_limiter(found.calibration);
  INFO(output.capacity.evidence << "; " << output.capacity.reason);
  const auto shown = [](const stats::Interval& interval) {
    return fmt::format("{:.6g} [{:.6g}, {:.6g}]", interval.value, interval.low, interval.high);
  };
  INFO("refill " << shown(output.refill.interval) << ", burst " << shown(output.burst.interval)
                 << (found.is_on_time ? ", on time" : ", late"));
  if (output.burst.is_identifiable) CHECK(output.burst.interval.contains(burst));
  if (output.refill.is_identifiable) {
    CHECK(output.refill.interval.contains(static_cast<double>(output.limit_said)));
  }
  if (!found.is_on_time) return;
  CHECK(output.capacity.is_identifiable);
  CHECK(output.refill.is_identifiable);
  CHECK(output.burst.interval.value == Approx(burst).epsilon(0.05));
  REQUIRE(found.calibration.charge_modes.size() == 1);
  CHECK(found.calibration.charge_modes[0].is_identifiable);
  CHECK(found.calibration.charge_modes[0].word == mode);
}

TEST_CASE("the mock's burst is found from the records of a replay") {
  check_output(replay_and_calibrate({"/organization/burst=17s"}), 17, "streaming");
}

TEST_CASE("the mock's charge mode is found from the records of a replay") {
  check_output(replay_and_calibrate(
                   {"/organization/burst=40s", "/organization/output_charge=reserve_settle"}),
               40, "reserve_settle");
}

TEST_CASE("a replay far below the limits identifies none") {
  const Found found = replay_and_calibrate({"/workloads/0/arrivals/rate=10/min"});
  REQUIRE(found.calibration.limits.size() == 3);
  for (const LimiterCalibration& one : found.calibration.limits) {
    CHECK_FALSE(one.capacity.is_identifiable);
    CHECK_FALSE(one.refill.is_identifiable);
  }
}

}  // namespace
}  // namespace sluice::testing
