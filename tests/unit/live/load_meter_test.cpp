#include "live/load_meter.hpp"

#include <map>

#include "base/hash.hpp"
#include "live/told_waits.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;
using live::BinCounts;
using live::LoadMeter;
using live::ToldWaits;

constexpr std::int64_t kMeterOrigin = 1'000'000'000'000;

// A meter and the attempts that it is told of, in wall nanoseconds since the origin.
class Bench {
 public:
  explicit Bench(std::int64_t speed_permille = 1000)
      : meter(kMeterOrigin, speed_permille, minutes(10)), speed_permille_(speed_permille) {}

  void send(std::uint64_t session, std::int32_t number, Duration due_wall, Duration delay = {}) {
    RequestSpec spec;
    spec.id = {.workload_hash = 1, .turn = 0, .session = session};
    const TimePoint due = kRunStart + due_wall * speed_permille_ / 1000;
    meter.on_sent(spec, number, due, kMeterOrigin + ns(due_wall + delay), delay);
  }

  void refuse(std::uint64_t session, TimePoint ended, std::optional<Duration> retry_after) {
    Exchange exchange;
    exchange.outcome.error = ErrorKind::kRateLimit;
    exchange.outcome.retry_after = retry_after;
    exchange.outcome.ended = ended;
    end(session, exchange, kMeterOrigin);
  }

  void end(std::uint64_t session, const Exchange& exchange, std::int64_t sent_wall) {
    RequestSpec spec;
    spec.id = {.workload_hash = 1, .turn = 0, .session = session};
    meter.on_ended({.spec = spec,
                    .number = 1,
                    .planned = kRunStart,
                    .due = kRunStart,
                    .sent = kRunStart,
                    .sent_wall = sent_wall,
                    .exchange = exchange,
                    .status = 429,
                    .fields = fields_,
                    .answer = answer_,
                    .transport = "",
                    .reused_connection = false,
                    .renews_token = false});
  }

  LoadMeter meter;

 private:
  std::int64_t speed_permille_;
  wire::AnswerFields fields_;
  wire::ReadAnswer answer_;
};

// Counts kept for ever, bin by bin.
Dispersion obvious(const std::vector<std::int64_t>& instants) {
  std::map<std::int64_t, std::int64_t> bins;
  for (const std::int64_t instant : instants) ++bins[instant / 10'000'000];
  Dispersion all;
  if (bins.empty()) return all;
  all.bins = bins.rbegin()->first - bins.begin()->first + 1;
  for (const auto& [bin, count] : bins) {
    all.sum += count;
    all.squares += int128{count} * count;
  }
  return all;
}

}  // namespace

TEST_CASE("a constant schedule that is kept has dispersion 0, planned and sent") {
  Bench bench;
  for (int i = 0; i < 1000; ++i) {
    bench.send(static_cast<std::uint64_t>(i), 1, milliseconds(i), nanoseconds(40'000));
  }
  const LoadFacts& facts = bench.meter.facts();
  CHECK(facts.asked == 1000);
  CHECK(facts.sent == 1000);
  CHECK(facts.planned.bins == 100);
  CHECK(facts.planned.index() == 0.0);
  CHECK(facts.sends.index() == 0.0);
  CHECK(facts.schedule_delay.max() == 40'000);
}

TEST_CASE("a freeze shows in the sends, not in what was planned") {
  Bench bench;
  for (int i = 0; i < 1000; ++i) {
    const Duration due = milliseconds(i);
    const Duration sent = i >= 200 && i < 700 ? milliseconds(700) : due;
    bench.send(static_cast<std::uint64_t>(i), 1, due, sent - due);
  }
  const LoadFacts& facts = bench.meter.facts();
  CHECK(facts.planned.index() == 0.0);
  CHECK(facts.sends.index().value() > 100);
  CHECK(facts.schedule_delay.max() == 500'000'000);
}

TEST_CASE("planned instants are binned in wall time at any speed") {
  Bench bench(60'000);
  for (int i = 0; i < 1000; ++i) bench.send(static_cast<std::uint64_t>(i), 1, milliseconds(i));
  CHECK(bench.meter.facts().planned == bench.meter.facts().sends);
  CHECK(bench.meter.facts().planned.bins == 100);
}

TEST_CASE("bins agree with counts kept for ever, whatever order events come in within 40 s") {
  BinCounts counts;
  Dispersion counted;
  std::vector<std::int64_t> instants;
  std::uint64_t bits = 7;
  for (std::int64_t i = 0; i < 20'000; ++i) {
    bits = mix64(bits);
    // Some far apart, some late by up to 39 s.
    const std::int64_t late = bits % 3 == 0 ? static_cast<std::int64_t>(bits % 39'000'000'000U) : 0;
    const std::int64_t at = 40'000'000'000 + i * 7'000'000 - late;
    counts.count(at, counted);
    instants.push_back(at);
  }
  CHECK(counted == obvious(instants));
  counts.count(400'000'000'000'000, counted);  // four days later
  instants.push_back(400'000'000'000'000);
  CHECK(counted == obvious(instants));
}

TEST_CASE("an event older than all open bins still counts") {
  BinCounts counts;
  Dispersion counted;
  counts.count(1'000'000'000'000, counted);
  counts.count(0, counted);
  CHECK(counted.sum == 2);
  CHECK(counted.bins == 4096);
}

TEST_CASE("a retry no sooner than retry-after obeys, one before it does not") {
  Bench bench;
  bench.refuse(1, kRunStart + seconds(10), seconds(2));
  bench.refuse(2, kRunStart + seconds(10), seconds(2));
  bench.refuse(3, kRunStart + seconds(10), std::nullopt);
  bench.send(1, 2, seconds(12));
  bench.send(2, 2, milliseconds(11'990));
  bench.send(3, 2, seconds(10));  // was told nothing
  CHECK(bench.meter.facts().retry_after_obeyed == 1);
  CHECK(bench.meter.facts().retry_after_disobeyed == 1);
  bench.send(1, 3, seconds(12));  // judged once
  CHECK(bench.meter.facts().retry_after_obeyed == 1);
  CHECK(bench.meter.facts().sent == 4);
  CHECK(bench.meter.facts().asked == 0);
}

TEST_CASE("retry-after counts in model time") {
  Bench bench(10'000);
  bench.refuse(1, kRunStart + seconds(10), seconds(20));
  bench.refuse(2, kRunStart + seconds(10), seconds(20));
  bench.send(1, 2, seconds(3));
  bench.send(2, 2, milliseconds(2'990));
  CHECK(bench.meter.facts().retry_after_obeyed == 1);
  CHECK(bench.meter.facts().retry_after_disobeyed == 1);
}

TEST_CASE("a first attempt that found no connection was asked for and not sent") {
  Bench bench;
  Exchange exchange;
  exchange.outcome.error = ErrorKind::kConnection;
  bench.end(1, exchange, 0);
  CHECK(bench.meter.facts().asked == 1);
  CHECK(bench.meter.facts().sent == 0);
  CHECK_FALSE(judge(bench.meter.facts()).ok);
}

TEST_CASE("requests that never come back do not grow the memory of what they were told") {
  ToldWaits waits;
  for (std::uint64_t i = 0; i < 3 * ToldWaits::kMost; ++i) {
    waits.tell({.workload_hash = 1, .turn = 0, .session = i}, kRunStart + seconds(1));
  }
  CHECK(waits.size() == ToldWaits::kMost);
  CHECK(!waits.take({.workload_hash = 1, .turn = 0, .session = 0}));
  const std::uint64_t last = 3 * ToldWaits::kMost - 1;
  CHECK(waits.take({.workload_hash = 1, .turn = 0, .session = last}) == kRunStart + seconds(1));
  CHECK(waits.size() == ToldWaits::kMost - 1);
}

TEST_CASE("one that is told again and again is remembered as long as any") {
  ToldWaits waits;
  const RequestId stubborn{.workload_hash = 1, .turn = 0, .session = 0};
  for (std::uint64_t i = 1; i <= 2 * ToldWaits::kMost; ++i) {
    waits.tell(i % 1000 == 0 ? stubborn : RequestId{.workload_hash = 1, .turn = 0, .session = i},
               kRunStart + nanoseconds(static_cast<std::int64_t>(i)));
  }
  CHECK(waits.take(stubborn).has_value());
}

TEST_CASE("gaps of streams and what was held back are counted") {
  Bench bench;
  bench.meter.on_content_gap(milliseconds(20));
  bench.meter.on_held_back();
  CHECK(bench.meter.facts().content_gap.max() == 20'000'000);
  CHECK(bench.meter.facts().held_back == 1);
}

TEST_CASE("what the generator held, used and was late by is kept by the cell of model time") {
  Bench bench(60'000);  // a cell of 5 s is 83 ms of wall time
  bench.send(1, 1, milliseconds(10), milliseconds(2));
  bench.send(2, 1, milliseconds(20), milliseconds(7));
  bench.send(3, 1, milliseconds(90), milliseconds(1));
  const auto look = [&](Duration wall, std::int64_t connections, Duration cpu) {
    bench.meter.look(kRunStart + wall * 60, kMeterOrigin + ns(wall), connections, cpu);
  };
  look(milliseconds(0), 3, milliseconds(100));
  look(milliseconds(40), 5, milliseconds(110));
  look(milliseconds(80), 4, milliseconds(120));
  look(milliseconds(100), 2, milliseconds(135));
  const auto& series = *bench.meter.facts().series;
  REQUIRE(series.width() == seconds(5));
  REQUIRE(series.cells().size() == 2);
  CHECK(series.cells()[0] == LoadCell{.sent = 2,
                                      .late_max = milliseconds(7),
                                      .looks = 3,
                                      .connections = 5,
                                      .cpu = milliseconds(20),
                                      .wall = milliseconds(80)});
  CHECK(series.cells()[0].cpu_share() == 0.25);
  CHECK(series.cells()[1].cpu_share() == 0.75);
  CHECK(series.cells()[1].connections == 2);
}
