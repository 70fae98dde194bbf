#include "calibrate/cache_delay.hpp"

#include "calibrate/estimate_names.hpp"
#include "support/catch.hpp"
#include "unit/calibrate/service_rows.hpp"

namespace sluice::calibrate {
namespace {

using namespace sluice::testing;  // NOLINT

// A request every quarter of a second, each first answer after two seconds; readable `delay` after
// the first one began.
std::vector<ingest::RecordRow> chain(Duration delay, std::int64_t count = 20) {
  std::vector<ingest::RecordRow> rows;
  for (std::int64_t i = 0; i < count; ++i) {
    ingest::RecordRow row;
    row.workload = "cache";
    row.model = kModelName;
    row.stream = true;
    row.sent = milliseconds(250) * i;
    row.first_token = *row.sent + seconds(2);
    row.ended = *row.first_token + seconds(1);
    const bool reads = *row.sent >= seconds(2) + delay;
    (reads ? row.usage.cache_read_input_tokens : row.usage.cache_creation_5m_input_tokens) = 4096;
    rows.push_back(row);
  }
  return rows;
}

Estimate delay_of(const std::vector<ingest::RecordRow>& rows) {
  CacheDelay delay;
  for (const ingest::RecordRow& row : rows) delay.add(row);
  const auto found = delay.estimates();
  REQUIRE(found.size() == 1);
  return found.front();
}

TEST_CASE("the delay lies between the last miss and the first hit") {
  for (const Duration truth : {milliseconds(0), milliseconds(300), milliseconds(900)}) {
    const Estimate found = delay_of(chain(truth));
    CAPTURE(ns(truth), found.reason, found.interval.low, found.interval.high);
    REQUIRE(found.is_identifiable);
    CHECK(found.interval.contains(static_cast<double>(ns(truth)) * 1e-9));
    CHECK(found.interval.half_width() < 0.13);
  }
}

TEST_CASE("prefixes that differ look like misses long after hits, and are no delay") {
  std::vector<ingest::RecordRow> rows = chain(milliseconds(0));
  for (std::size_t i = 14; i < rows.size(); i += 2) {
    rows[i].usage.cache_creation_5m_input_tokens = 4096;
    rows[i].usage.cache_read_input_tokens = 0;
  }
  const Estimate found = delay_of(rows);
  CHECK_FALSE(found.is_identifiable);
  CHECK(found.reason.find("do not share one prefix") != std::string::npos);
}

TEST_CASE("an entry that has expired is written anew and says nothing of the delay") {
  std::vector<ingest::RecordRow> rows = chain(milliseconds(0));
  for (ingest::RecordRow row : chain(milliseconds(0))) {
    row.sent = *row.sent + minutes(10);
    row.first_token = *row.first_token + minutes(10);
    row.ended = row.ended + minutes(10);
    rows.push_back(row);
  }
  CHECK(delay_of(rows).is_identifiable);
}

TEST_CASE("only hits bound the delay from above, which is no estimate") {
  std::vector<ingest::RecordRow> rows = chain(milliseconds(0));
  rows.erase(rows.begin() + 1, rows.begin() + 10);
  const Estimate found = delay_of(rows);
  CHECK_FALSE(found.is_identifiable);
  CHECK(found.reason.find("at most") != std::string::npos);
}

TEST_CASE("what a burst of another workload suffers moves no delay; a late chain tells none") {
  std::vector<ingest::RecordRow> rows = chain(milliseconds(0));
  for (ingest::RecordRow& row : rows) {
    row.speed_permille = 20'000;
    row.due = *row.sent;
  }
  const std::vector<ingest::RecordRow> own = rows;
  for (int i = 0; i < 500; ++i) {
    ingest::RecordRow row;
    row.workload = "burst";
    row.model = kModelName;
    row.speed_permille = 20'000;
    row.outcome = ErrorKind::kRateLimit;
    row.due = minutes(1);
    row.sent = minutes(1) + seconds(i % 3);
    row.ended = *row.sent + seconds(6);
    rows.push_back(row);
  }
  const Estimate found = delay_of(rows);
  CAPTURE(found.reason, found.interval.low, found.interval.high);
  REQUIRE(found.is_identifiable);
  CHECK(found.interval.contains(0));
  CHECK(found.interval.high < 0.3);

  rows = own;
  for (ingest::RecordRow& row : rows) row.due = *row.sent - seconds(1);
  const Estimate late = delay_of(rows);
  CHECK_FALSE(late.is_identifiable);
  CHECK(late.reason.find("the load generator was late") == 0);
}

}  // namespace
}  // namespace sluice::calibrate
