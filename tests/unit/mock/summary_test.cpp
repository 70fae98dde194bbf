#include "mock/summary_text.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"
#include "support/text_checks.hpp"
#include "unit/mock/small_talk.hpp"

namespace sluice::mock {
namespace {

using testing::contains;
using testing::kShortMessage;
using testing::kTwoAMinute;

std::string summary(test::MockClient& client) {
  MockState& state = client.state();
  return summary_text({state.plan, state.api, state.counters, client.timers().now()});
}

TEST_CASE("a mock that served nothing says so") {
  test::MockClient client(test::mock_plan(kTwoAMinute));
  CHECK(summary(client) == "Served nothing.\n");
}

TEST_CASE("the summary tells what was served, refused, by which limiter, and what it cost") {
  test::MockClient client(test::mock_plan(kTwoAMinute));
  for (int i = 0; i < 5; ++i) client.message(kShortMessage);
  client.message(kShortMessage, {{"sluice-fault", "529"}});
  client.run_for(minutes(5));
  const std::string text = summary(client);
  CAPTURE(text);
  CHECK(contains(text, "Served 6 calls in 5.000 min, at most 2 in flight at once.\n"));
  CHECK(contains(text, "status    2 with 200, 3 with 429, 1 with 529\n"));
  CHECK(contains(text, "429 for   3 requests\n"));
  CHECK(contains(text, "refused   3 by requests_per_minute of haiku-4.5 (2, organization)\n"));
  CHECK(contains(text, "trouble   1 asked for by header\n"));
  CHECK(contains(text, "claude-haiku-4-5"));
  CHECK(contains(text, "$0.0"));
}

TEST_CASE("a limit that was lifted after it had refused is told without a number") {
  test::MockClient client(test::mock_plan(kTwoAMinute));
  for (int i = 0; i < 3; ++i) client.message(kShortMessage);
  client.post("/_sluice/config",
              R"({"limits": {"haiku-4.5": {"requests_per_minute": "unlimited"}}})",
              {{"host", "127.0.0.1"}});
  client.run_for(minutes(1));
  const std::string text = summary(client);
  CAPTURE(text);
  CHECK(contains(text, "1 by requests_per_minute of haiku-4.5 (unlimited now, organization)\n"));
}

TEST_CASE("savings by the cache are in the summary") {
  test::MockClient client(test::mock_plan(kTwoAMinute));
  std::string text = "word";
  for (int i = 0; i < 6000; ++i) text += " word";
  const std::string body =
      R"({"model": "claude-haiku-4-5", "max_tokens": 5, "messages": [{"role": "user", "content":)"
      R"([{"type": "text", "cache_control": {"type": "ephemeral"}, "text": ")" +
      text + R"("}]}]})";
  client.message(body);
  client.run_for(minutes(1));
  client.message(body);
  client.run_for(minutes(1));
  const std::string summary_now = summary(client);
  CAPTURE(summary_now);
  CHECK(contains(summary_now, "of the input was read from cache, which saved $0.0"));
}

}  // namespace
}  // namespace sluice::mock
