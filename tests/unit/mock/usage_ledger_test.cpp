#include "mock/usage_ledger.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/unix_times.hpp"

namespace sluice::mock {
namespace {

using testing::unix_time;
using Width = UsageLedger::Width;

Usage tokens(std::int64_t input, std::int64_t output) {
  return {.input_tokens = input,
          .cache_creation_5m_input_tokens = 0,
          .cache_creation_1h_input_tokens = 0,
          .cache_read_input_tokens = 0,
          .output_tokens = output};
}
CostBreakdown dollars(std::int64_t input) {
  CostBreakdown cost;
  cost.by_category[0] = Money::from_dollars(input);
  return cost;
}

TEST_CASE("usage is found by minute, hour and day, and nowhere else") {
  UsageLedger ledger;
  ledger.book(unix_time("2026-11-20T10:15:59.9Z"), {}, tokens(10, 1), dollars(1));
  ledger.book(unix_time("2026-11-20T10:16:00Z"), {}, tokens(20, 2), dollars(2));
  ledger.book(unix_time("2026-11-20T11:00:00Z"), {}, tokens(40, 4), dollars(4));
  CHECK(ledger.at(Width::kMinute, unix_time("2026-11-20T10:15:00Z")).at({}).usage == tokens(10, 1));
  CHECK(ledger.at(Width::kMinute, unix_time("2026-11-20T10:16:00Z")).at({}).usage == tokens(20, 2));
  CHECK(ledger.at(Width::kHour, unix_time("2026-11-20T10:00:00Z")).at({}).usage == tokens(30, 3));
  CHECK(ledger.at(Width::kDay, unix_time("2026-11-20")).at({}).usage == tokens(70, 7));
  CHECK(ledger.at(Width::kDay, unix_time("2026-11-20")).at({}).cost == dollars(7));
  CHECK(ledger.at(Width::kDay, unix_time("2026-11-20")).at({}).requests == 3);
  CHECK(ledger.at(Width::kMinute, unix_time("2026-11-20T10:17:00Z")).empty());
  CHECK(ledger.at(Width::kDay, unix_time("2026-11-21")).empty());
}

TEST_CASE("keys that differ in anything are summed apart") {
  UsageLedger ledger;
  const UnixTime when = unix_time("2026-11-20T10:00:00Z");
  const UsageKey plain;
  const UsageKey batch{.batch = true};
  for (const auto& key : {plain, batch, plain}) ledger.book(when, key, tokens(1, 0), dollars(1));
  const auto& cells = ledger.at(Width::kDay, unix_time("2026-11-20"));
  REQUIRE(cells.size() == 2);
  CHECK(cells.at(plain).requests == 2);
  CHECK(cells.at(batch).requests == 1);
}

TEST_CASE("minutes are kept for two days, hours for two weeks, days for ever") {
  UsageLedger ledger;
  const UnixTime start = unix_time("2026-01-01");
  for (int hour = 0; hour < 60 * 24; ++hour) {
    ledger.book(start + hours(hour), {}, tokens(1, 1), dollars(1));
  }
  const UnixTime last = start + hours(60 * 24 - 1);
  const auto kept = [&](Width width, Duration back) {
    return !ledger.at(width, last + (Duration{} - back)).empty();
  };
  CHECK(kept(Width::kMinute, hours(48)));
  CHECK_FALSE(kept(Width::kMinute, hours(49)));
  CHECK(kept(Width::kHour, hours(14 * 24)));
  CHECK_FALSE(kept(Width::kHour, hours(14 * 24 + 1)));
  CHECK(ledger.at(Width::kDay, start).at({}).requests == 24);
}

TEST_CASE("what is booked late counts for the intervals that are kept") {
  UsageLedger ledger;
  ledger.book(unix_time("2026-11-20T10:00:00Z"), {}, tokens(1, 1), dollars(1));
  for (int i = 0; i < 2; ++i) {
    ledger.book(unix_time("2026-11-10T10:00:00Z"), {}, tokens(2, 2), dollars(1));
  }
  CHECK(ledger.at(Width::kMinute, unix_time("2026-11-10T10:00:00Z")).empty());
  CHECK(ledger.at(Width::kHour, unix_time("2026-11-10T10:00:00Z")).at({}).usage == tokens(4, 4));
}

TEST_CASE("a cleared ledger is empty and books anew") {
  UsageLedger ledger;
  const UnixTime when = unix_time("2026-11-20T10:00:00Z");
  ledger.book(when, {}, tokens(1, 1), dollars(1));
  ledger.clear();
  CHECK(ledger.at(Width::kMinute, when).empty());
  ledger.book(when, {}, tokens(2, 2), dollars(1));
  CHECK(ledger.at(Width::kMinute, when).at({}).usage == tokens(2, 2));
}

}  // namespace
}  // namespace sluice::mock
