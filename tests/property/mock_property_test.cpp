// Random traffic through the whole mock (streams and JSON, cached prompts, slow readers, clients
// that go away, requests that are wrong) against an ApiModel that is driven by the journal alone:
// the same refusals, charges and bills, and the same levels at the end.
#include <cstdint>
#include <string>
#include <vector>

#include "mock/message_exchanges.hpp"
#include "property/property_random.hpp"
#include "support/catch.hpp"
#include "support/journal_replay.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using test::JournalReplay;
using test::MemoryReply;
using test::MockClient;

constexpr int kCalls = 400;

constexpr const char* kOrganization = R"({"tier": "custom",
    "limits": {"sonnet-5.5": {"requests_per_minute": 60, "output_tokens_per_minute": 8000,
                              "input_tokens_per_minute_cache_aware": 20000},
               "haiku-4.5": {"requests_per_minute": 40, "input_tokens_per_minute": 9000,
                             "output_tokens_per_minute": 4000, "tokens_per_day": 400000}},
    "spend": {"cap": "$3"},
    "workspaces": [{"name": "team",
                    "limits": {"sonnet-5.5": {"input_tokens_per_minute_cache_aware": 6000}}}],
    "keys": [{"name": "one"}, {"name": "two", "workspace": "team"}]})";

constexpr const char* kFaults = R"(, "faults": [
    {"kind": "overloaded", "probability": "5%"}, {"kind": "disconnect", "probability": "5%"},
    {"kind": "error_in_stream", "probability": "5%"},
    {"kind": "stall", "probability": "5%", "stall": "7s"}])";

std::string words(std::int64_t count) {
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) text += i == 0 ? "time" : " time";
  return text;
}

std::string random_body(PropertyRandom& random) {
  const bool is_wrong = random.one_in(40);
  std::string body = R"({"model":")";
  body += random.one_in(2) ? "claude-sonnet-5-5" : "claude-haiku-4-5";
  body += R"(","max_tokens":)" + std::to_string(is_wrong ? -1 : random.between(1, 900));
  if (random.one_in(2)) body += R"(,"stream":true)";
  if (random.one_in(2)) {
    body += R"(,"system":[{"type":"text","text":")" + words(600 * random.between(1, 3)) +
            R"(","cache_control":{"type":"ephemeral")" +
            (random.one_in(3) ? R"(,"ttl":"1h")" : "") + "}}]";
  }
  if (random.one_in(8)) {
    body += R"(,"tools":[{"name":"look","input_schema":{"type":"object"}}])";
  }
  body += R"(,"messages":[{"role":"user","content":")" + words(random.between(1, 700)) + "\"}]}";
  return body;
}

struct Client {
  MemoryReply* reply;
  TimePoint goes;
};

void move_clients(PropertyRandom& random, MockClient& mock, std::vector<Client>& clients) {
  for (Client& client : clients) {
    if (client.reply->is_over()) continue;
    if (client.goes <= mock.timers().now()) {
      client.reply->go_away();
    } else if (random.one_in(3)) {
      client.reply->drain();
    }
  }
}

void check_run(std::uint64_t seed, const MockOptions& options, const char* faults) {
  INFO("seed " << seed);
  PropertyRandom random(seed);
  const MockPlan plan =
      test::mock_plan(kOrganization, options, std::string(test::kSomeWorkload) + faults);
  MockClient mock(plan);
  std::vector<Client> clients;
  for (int i = 0; i < kCalls; ++i) {
    // Odd nanoseconds: no call at the very instant of an event.
    mock.run_for(nanoseconds(random.below(random.one_in(20) ? 40'000'000'000 : 1'500'000'000) | 1));
    move_clients(random, mock, clients);
    mock.read_only(random.one_in(4) ? 600 : 1'000'000);
    const std::string& key = plan.key_secrets[static_cast<std::size_t>(random.below(2))];
    const std::string name = "random/" + std::to_string(random.below(200)) + "/0/0";
    test::Headers headers{{"x-api-key", key}, {"anthropic-version", "2026-10-21"}};
    if (random.one_in(2)) headers.push_back({"sluice-request", name});
    MemoryReply& reply = mock.call("POST", "/v1/messages", random_body(random), headers);
    const bool goes = random.one_in(5);
    clients.push_back(
        {.reply = &reply,
         .goes = goes ? mock.timers().now() + nanoseconds(random.below(8'000'000'000)) : kNever});
  }
  mock.run_for(minutes(20));
  for (Client& client : clients) {
    if (!client.reply->is_over()) client.reply->drain();
    CHECK(client.reply->is_over());
  }
  CHECK(mock.state().exchanges->in_flight() == 0);

  JournalReplay replay(plan);
  const auto journal = mock.state().journal.list(0, 2 * kCalls);
  REQUIRE(journal.size() == kCalls);
  const TimePoint now = mock.timers().now();
  replay.run(journal, now);
  CHECK(replay.differences() == std::vector<std::string>{});
  RateLimiter& was = mock.state().api.limiter();
  RateLimiter& is = replay.api().limiter();
  for (std::size_t i = 0; i < was.size(); ++i) {
    INFO("limiter " << i);
    CHECK(was.bucket(LimiterId(i)).level(now) == is.bucket(LimiterId(i)).level(now));
    CHECK(was.bucket(LimiterId(i)).taken(now) == is.bucket(LimiterId(i)).taken(now));
  }
  CHECK(was.in_flight() == 0);
  CHECK(mock.state().api.spend().month_to_date(now) == replay.api().spend().month_to_date(now));
}

TEST_CASE("random traffic through the mock is decided and billed as ApiModel does") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) check_run(seed, {}, "");
}

TEST_CASE("random traffic at sixty times the speed is decided and billed the same way") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    check_run(100 + seed, {.speed_permille = 60'000}, "");
  }
}

TEST_CASE("random traffic without latency is decided and billed as ApiModel does") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) check_run(200 + seed, {.latency = false}, "");
}

TEST_CASE("random traffic with faults of the scenario is decided and billed as ApiModel does") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) check_run(300 + seed, {}, kFaults);
}

}  // namespace
}  // namespace sluice::mock
