// What the load generator writes of an attempt is what is read back without its scenario.
#include <string>

#include "ingest/record_log.hpp"
#include "support/catch.hpp"
#include "unit/live/recorded_attempt.hpp"

namespace {

using namespace sluice;
using namespace sluice::testing;

ingest::RecordRow read_back(const std::string& text) {
  ingest::RecordLog log = ingest::RecordLog::over(text, "records");
  ingest::RecordRow row;
  const auto more = log.next(row);
  if (!more) FAIL(more.error().text());
  REQUIRE(*more);
  return row;
}

TEST_CASE("an answer that was recorded is read back whole") {
  const Attempt attempt;
  const ingest::RecordRow row = read_back(line_of(attempt));
  CHECK(row.session == 17);
  CHECK(row.turn == 3);
  CHECK(row.key == "key-1");
  CHECK(row.planned == seconds(1));
  CHECK(row.sent == nanoseconds(1'500'000'001));
  CHECK(row.ended == milliseconds(2750));
  CHECK(row.ended_at == kStarted + milliseconds(2750));
  CHECK(row.usage == attempt.exchange.outcome.usage);
  CHECK(row.thinking_tokens == 2);
  CHECK(row.cost == attempt.exchange.cost);
  CHECK(row.saved_by_cache == attempt.exchange.saved_by_cache);
  CHECK(row.stop_reason == "end_turn");
  CHECK(row.request_id == "req_011");
}

TEST_CASE("a refusal that was recorded is read back with its limits and its wait") {
  const Attempt attempt = refused();
  const ingest::RecordRow row = read_back(line_of(attempt));
  CHECK(row.status == 429);
  CHECK(row.outcome == attempt.exchange.outcome.error);
  CHECK(row.cause == attempt.exchange.outcome.limit);
  CHECK(row.retry_after == attempt.exchange.outcome.retry_after);
  CHECK(row.should_retry == attempt.exchange.outcome.should_retry);
  const auto& limits = attempt.fields.limits;
  CHECK(row.rate_limits.requests.has_value() == limits.requests.has_value());
  CHECK(row.rate_limits.input_tokens.has_value() == limits.input_tokens.has_value());
  REQUIRE(row.rate_limits.output_tokens.has_value() == limits.output_tokens.has_value());
  if (limits.input_tokens) {
    CHECK(row.rate_limits.input_tokens->limit == limits.input_tokens->limit);
    CHECK(row.rate_limits.input_tokens->remaining == limits.input_tokens->remaining);
  }
}

}  // namespace
