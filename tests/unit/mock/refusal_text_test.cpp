// What is said when the model refuses, in the words that were documented or observed.
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using test::MemoryReply;
using test::MockClient;
using Json = nlohmann::json;

constexpr std::string_view kBody =
    R"({"model":"claude-opus-4-6","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]})";

struct Refused {
  MemoryReply* reply;
  Json error;
};

// The first refusal of the same request, asked again and again.
Refused refuse(MockClient& mock, const test::Headers& more = {}) {
  for (int i = 0; i < 100; ++i) {
    MemoryReply& reply = mock.message(kBody, more);
    if (reply.status != 200 && reply.is_over()) {
      return {&reply, Json::parse(reply.body)["error"]};
    }
  }
  FAIL("nothing was refused");
  return {};
}

TEST_CASE("a limit on requests is told with its number, organization and representative model") {
  const MockPlan plan =
      test::mock_plan(R"({"tier": "start", "limits": {"opus-4": {"requests_per_minute": 1050}}})",
                      {.latency = false});
  MockPlan tight = plan;
  for (LimiterSpec& one : tight.run.limits.limiters) {
    if (one.type == LimitType::kRequestsPerMinute) one.limit = 2;
  }
  MockClient mock(tight);
  const Refused refused = refuse(mock);
  CHECK(refused.reply->status == 429);
  CHECK(refused.error["type"] == "rate_limit_error");
  CHECK_FALSE(refused.error.contains("details"));
  CHECK(refused.error["message"] ==
        "This request would exceed your organization's rate limit of 2 requests per minute (org: " +
            tight.organization_id +
            ", model: claude-opus-4-8). Try again later. View your current limits at "
            "https://console.anthropic.com/settings/limits. To raise this limit, purchase credits "
            "to advance to the next usage tier at https://console.anthropic.com/settings/billing.");
  CHECK(refused.reply->field("retry-after") == "30");
  CHECK(refused.reply->field("x-should-retry") == "true");
}

TEST_CASE("a limit on input asks to reduce the prompt") {
  MockClient mock(test::mock_plan(
      R"({"tier": "custom", "limits": {"opus-4": {"input_tokens_per_minute_cache_aware": 20}}})",
      {.latency = false}));
  const std::string message = refuse(mock).error["message"];
  CHECK(message.find("rate limit of 20 input tokens per minute (org: ") != std::string::npos);
  CHECK(message.find("). Reduce the prompt length or the maximum tokens requested, or try again "
                     "later. View") != std::string::npos);
}

TEST_CASE("the ramp limit names its code, this minute's limit and the next one's") {
  MockClient mock(test::mock_plan(
      R"({"tier": "custom", "ramp": {"initial": 30, "step": 10000},
          "limits": {"opus-4": {"requests_per_minute": 1000}}})",
      {.latency = false}));
  const Refused refused = refuse(mock);
  CHECK(refused.error["details"]["error_code"] == "ramp_limit_exceeded");
  const std::string message = refused.error["message"];
  CHECK(message.find("Your current limit is 30 input tokens per minute, and will increase to "
                     "10,030 at the next minute boundary.") != std::string::npos);
  CHECK_FALSE(refused.reply->field("retry-after").empty());
}

TEST_CASE("the tier's cap is a 429 without retry-after that names the day of regained access") {
  MockClient mock(
      test::mock_plan(R"({"tier": "start", "spend": {"cap": "$0.0001"}})", {.latency = false}));
  const Refused refused = refuse(mock);
  CHECK(refused.reply->status == 429);
  CHECK(refused.error["details"]["error_code"] == "enforced_spend_limit_reached");
  CHECK(refused.error["message"] ==
        "You have reached your API usage limits: your organization has crossed its monthly API "
        "usage threshold, set based on your organization's API tier. You will regain access on "
        "2026-12-01 at 00:00 UTC.");
  CHECK(refused.reply->field("retry-after").empty());
}

TEST_CASE("limits that the customer has set are 400") {
  MockClient own(test::mock_plan(R"({"tier": "start", "spend": {"organization_limit": "$0.0001"}})",
                                 {.latency = false}));
  const Refused limit = refuse(own);
  CHECK(limit.reply->status == 400);
  CHECK(limit.error["type"] == "invalid_request_error");
  CHECK(limit.error["message"] ==
        "You have reached your specified API usage limits. You will regain access on 2026-12-01 at "
        "00:00 UTC.");
  CHECK(limit.reply->field("anthropic-ratelimit-requests-limit").empty());
  MockClient credit(
      test::mock_plan(R"({"tier": "start", "spend": {"credit": "$0.0001"}})", {.latency = false}));
  CHECK(refuse(credit).error["message"] ==
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing "
        "to upgrade or purchase credits.");
}

TEST_CASE("retry-after is model time for who names requests, and wall time for others") {
  const std::string organization =
      R"({"tier": "custom", "limits": {"opus-4": {"requests_per_minute": 1}}})";
  MockClient mock(test::mock_plan(organization, {.latency = false, .speed_permille = 20'000}));
  mock.run_for(minutes(40));  // two minutes of the client's own time
  const MemoryReply& own = *refuse(mock).reply;
  CHECK(own.field("retry-after") == "3");
  CHECK(own.field("anthropic-ratelimit-requests-reset") == "2026-11-20T22:02:03Z");
  const MemoryReply& named = *refuse(mock, {{"sluice-request", "a/1/0/0"}}).reply;
  CHECK(named.field("retry-after") == "60");
  CHECK(named.field("anthropic-ratelimit-requests-reset") == "2026-11-20T22:41:00Z");
}

}  // namespace
}  // namespace sluice::mock
