#include "metrics/recorder.hpp"
#include "support/catch.hpp"
#include "support/instants.hpp"
#include "unit/metrics/recorder_spec.hpp"

namespace {

using namespace sluice;
using testing::at;
using testing::spec_for;

LimiterReading reading_of(std::int64_t level, std::int64_t taken) {
  return {.level = level, .capacity = 100, .limit = 60, .taken = taken};
}

}  // namespace

TEST_CASE("limiters are read at least every minute, at widths that divide one") {
  for (const Duration run : {seconds(1), seconds(100), minutes(30), hours(30), hours(9000)}) {
    const Duration width = Recorder(spec_for(run)).cell_width();
    CHECK(width <= minutes(1));
    CHECK(minutes(1) % width == Duration{});
  }
}

TEST_CASE("utilisation is what was taken of what the limit allows, per minute at its busiest") {
  Recorder recorder(spec_for(minutes(3)));
  REQUIRE(recorder.cell_width() == seconds(1));
  // 60 a minute allowed; taken: 30, 90, 0.
  for (std::int64_t second = 1; second <= 180; ++second) {
    const std::int64_t taken =
        second <= 60 ? second / 2 : std::min<std::int64_t>(120, 30 + (second - 60) * 3 / 2);
    recorder.limiter(at(seconds(second)), 0, reading_of(100 - second % 7, taken));
  }
  const LimiterTotals& totals = recorder.measured().limiters[0];
  CHECK(totals.use.taken == 120);
  CHECK(totals.use.allowed == int128{60} * ns(minutes(3)));
  CHECK(totals.peak_minute.taken == 90);
  CHECK(totals.peak_minute.allowed == int128{60} * ns(minutes(1)));
  CHECK(totals.level_min == 94);
  std::int64_t in_cells = 0;
  for (const LimiterCell& cell : recorder.measured().levels[0].cells()) {
    in_cells += cell.taken;
    CHECK(cell.readings == 1);
  }
  CHECK(in_cells == 120);
}

TEST_CASE("a limit that changes allows what it was between two readings") {
  Recorder recorder(spec_for(minutes(2)));
  LimiterReading reading = reading_of(10, 0);
  recorder.limiter(at(minutes(1)), 0, reading);
  reading.limit = 600;
  recorder.limiter(at(minutes(1) + seconds(1)), 0, reading);
  recorder.limiter(at(minutes(1) + seconds(2)), 0, reading);
  const LimiterTotals& totals = recorder.measured().limiters[0];
  CHECK(totals.use.allowed == int128{60} * ns(seconds(61)) + int128{600} * ns(seconds(1)));
  CHECK(totals.limit == 600);
}

TEST_CASE("readings of warm-up and after the arrivals do not count") {
  RecorderSpec spec = spec_for(minutes(2));
  spec.counts_from = at(minutes(1));
  Recorder recorder(spec);
  recorder.limiter(at(minutes(1)), 0, reading_of(-50, 500));
  recorder.limiter(at(minutes(2)), 0, reading_of(20, 530));
  recorder.limiter(at(minutes(3)), 0, reading_of(-90, 990));
  const LimiterTotals& totals = recorder.measured().limiters[0];
  CHECK(totals.use.taken == 30);
  CHECK(totals.peak_minute.taken == 30);
  CHECK(totals.level_min == 20);
}

TEST_CASE("a run shorter than a minute is its own busiest minute") {
  Recorder recorder(spec_for(seconds(10)));
  recorder.limiter(at(seconds(5)), 0, reading_of(9, 5));
  recorder.limiter(at(seconds(10)), 0, reading_of(9, 6));
  CHECK(recorder.measured().limiters[0].peak_minute == recorder.measured().limiters[0].use);
}
