// POST /v1/messages through the whole mock, into memory.
#include <string>

#include <nlohmann/json.hpp>

#include "mock/message_exchanges.hpp"
#include "support/catch.hpp"
#include "support/journal_replay.hpp"
#include "support/mock_client.hpp"
#include "support/sse_events.hpp"

namespace sluice::mock {
namespace {

using test::Headers;
using test::kHello;
using test::kHelloStream;
using test::MemoryReply;
using test::MockClient;
using test::start_tier;
using Json = nlohmann::json;

Headers named(std::string_view text) { return {{"sluice-request", text}}; }

TEST_CASE("without latency a message is answered at once") {
  MockClient mock(start_tier({.latency = false}));
  const MemoryReply& reply = mock.message(kHello, named("chat/7/0/0; output=20"));
  REQUIRE(reply.state == MemoryReply::State::kFinished);
  CHECK(reply.status == 200);
  const Json message = Json::parse(reply.body);
  CHECK(message["type"] == "message");
  CHECK(message["model"] == "claude-sonnet-5-5");
  CHECK(message["stop_reason"] == "end_turn");
  CHECK(message["usage"]["output_tokens"] == 20);
  CHECK(reply.field("content-type") == "application/json");
  CHECK(reply.field("request-id").starts_with("req_01"));
  CHECK(reply.field("anthropic-organization-id") == mock.state().plan.organization_id);
  CHECK(reply.field("anthropic-workspace-id") == mock.state().plan.workspace_ids[0]);
  CHECK(reply.field("anthropic-ratelimit-requests-limit") == "1000");
  CHECK(reply.field("anthropic-ratelimit-requests-remaining") == "999");
  CHECK(mock.state().exchanges->in_flight() == 0);
}

TEST_CASE("with latency a message in JSON comes when its last token is produced") {
  MockClient mock(start_tier());
  const MemoryReply& reply = mock.message(kHello, named("chat/7/0/0; output=20"));
  CHECK(reply.state == MemoryReply::State::kPending);
  mock.run_for(minutes(5));
  REQUIRE(reply.state == MemoryReply::State::kFinished);
  const auto* const served = mock.state().journal.list(0, 10).at(0);
  CHECK(served->outcome.ok());
  CHECK(served->outcome.usage.output_tokens == 20);
  CHECK(served->outcome.ended > served->arrived);
  CHECK(mock.state().exchanges->in_flight() == 0);
}

TEST_CASE("a stream has every event, and says the same as the answer in JSON") {
  for (const bool latency : {false, true}) {
    MockClient mock(start_tier({.latency = latency}));
    const MemoryReply& reply = mock.message(kHelloStream, named("chat/7/0/0; output=30"));
    mock.run_for(minutes(5));
    REQUIRE(reply.state == MemoryReply::State::kFinished);
    CHECK(reply.field("content-type") == "text/event-stream; charset=utf-8");
    CHECK(reply.field("cache-control") == "no-cache");
    const auto events = sse_events(reply.body);
    std::string text;
    for (const WrittenEvent& event : events) {
      if (event.name == "content_block_delta") text += event.data["delta"].value("text", "");
    }
    CHECK(events.front().name == "message_start");
    CHECK(events.at(1).name == "content_block_start");
    CHECK(events.at(2).name == "ping");
    CHECK(events.back().name == "message_stop");
    CHECK(events.at(events.size() - 2).data["usage"]["output_tokens"] == 30);
    CHECK(events.size() == (latency ? 36 : 7));

    MockClient other(start_tier({.latency = false}));
    const Json whole = Json::parse(other.message(kHello, named("chat/7/0/0; output=30")).body);
    CHECK(whole["content"][0]["text"] == text);
  }
}

TEST_CASE("a client that goes is charged what had been produced by then") {
  MockClient mock(start_tier());
  MemoryReply& reply = mock.message(kHelloStream, named("chat/7/0/0; output=400"));
  mock.run_for(seconds(3));
  REQUIRE(reply.state == MemoryReply::State::kBegun);
  reply.go_away();
  const auto* const served = mock.state().journal.list(0, 10).at(0);
  CHECK(served->client_gone);
  CHECK(served->outcome.ended == kRunStart + seconds(3));
  CHECK(served->outcome.usage.output_tokens > 0);
  CHECK(served->outcome.usage.output_tokens < 400);
  mock.run_for(minutes(5));
  CHECK(mock.state().exchanges->in_flight() == 0);
}

TEST_CASE("a slow reader gets the rest when it reads on") {
  MockClient mock(start_tier());
  mock.read_only(400);
  MemoryReply& reply = mock.message(kHelloStream, named("chat/7/0/0; output=100"));
  mock.run_for(minutes(5));
  CHECK(reply.state == MemoryReply::State::kBegun);
  const auto* const served = mock.state().journal.list(0, 10).at(0);
  CHECK(served->outcome.usage.output_tokens == 100);
  CHECK(served->outcome.ended < kRunStart + minutes(1));
  reply.drain();
  REQUIRE(reply.state == MemoryReply::State::kFinished);
  CHECK(sse_events(reply.body).back().name == "message_stop");
  CHECK(mock.state().exchanges->in_flight() == 0);
}

TEST_CASE("a pause in reading delays no token for longer than the pause") {
  MockClient mock(start_tier());
  mock.read_only(1500);
  MemoryReply& reply = mock.message(kHelloStream, named("chat/7/0/0; output=300"));
  mock.run_for(seconds(2));
  const std::size_t paused_at = reply.body.size();
  mock.run_for(milliseconds(200));
  CHECK(reply.body.size() == paused_at);
  reply.drain();
  CHECK(reply.body.size() > paused_at);
  const std::size_t caught_up = reply.body.size();
  mock.run_for(milliseconds(200));
  CHECK(reply.body.size() > caught_up);
  mock.run_for(minutes(1));
  CHECK(reply.state == MemoryReply::State::kFinished);
}

TEST_CASE("time that runs faster makes at most twenty events a wall second") {
  MockClient mock(start_tier({.speed_permille = 60'000}));
  const MemoryReply& reply = mock.message(kHelloStream, named("chat/7/0/0; output=400"));
  mock.run_for(minutes(5));
  REQUIRE(reply.state == MemoryReply::State::kFinished);
  CHECK(reply.writes < 10);
}

TEST_CASE("what a model does not take is refused in the API's words") {
  MockClient mock(start_tier({.latency = false}));
  const auto refused = [&](std::string_view body) {
    const MemoryReply& reply = mock.message(body);
    return std::to_string(reply.status) + " " +
           Json::parse(reply.body)["error"]["message"].get<std::string>();
  };
  CHECK(
      refused(R"({"model":"sonnet4","max_tokens":5,"messages":[{"role":"user","content":"a"}]})") ==
      "404 model: sonnet4");
  CHECK(refused(R"({"model":"claude-sonnet-5-5","max_tokens":128001,)"
                R"("messages":[{"role":"user","content":"a"}]})") ==
        "400 max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens for "
        "claude-sonnet-5-5");
  CHECK(refused(
            R"({"model":"claude-opus-5","max_tokens":5,)"
            R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})") ==
        "400 This model does not support assistant message prefill. The conversation must end with "
        "a user message.");
}

TEST_CASE("an asked fault is answered before the limits and charges nothing") {
  MockClient mock(start_tier({.latency = false}));
  const MemoryReply& limited = mock.message(kHello, {{"sluice-fault", "429; retry-after=7"}});
  CHECK(limited.status == 429);
  CHECK(limited.field("retry-after") == "7");
  CHECK(limited.field("x-should-retry") == "true");
  CHECK(limited.field("anthropic-ratelimit-requests-remaining") == "1000");
  const MemoryReply& overloaded = mock.message(kHello, {{"sluice-fault", "529"}});
  CHECK(overloaded.status == 529);
  CHECK(overloaded.field("cache-control") == "no-store");
  CHECK(overloaded.field("x-should-retry") == "true");
  CHECK(overloaded.field("retry-after").empty());
  CHECK(overloaded.field("anthropic-ratelimit-requests-remaining").empty());
  CHECK(Json::parse(overloaded.body)["error"]["message"] == "Overloaded");
  CHECK(mock.message(kHello, {{"sluice-fault", "500"}}).status == 500);
  CHECK(mock.message(kHello, {{"sluice-fault", "504"}}).status == 504);
  CHECK(mock.message(kHello, {{"sluice-fault", "disconnect"}}).state ==
        MemoryReply::State::kDropped);
  const MemoryReply& wrong = mock.message(kHello, {{"sluice-fault", "430"}});
  CHECK(wrong.status == 400);
  CHECK(wrong.body.find("529, 500, 504, disconnect") != std::string::npos);
  CHECK(mock.message(kHello).field("anthropic-ratelimit-requests-remaining") == "999");
}

TEST_CASE("an asked fault of the answer happens to it and to nothing else") {
  for (const bool latency : {false, true}) {
    MockClient mock(start_tier({.latency = latency}));
    const auto asked = [&](std::string_view body, std::string_view fault) -> MemoryReply& {
      MemoryReply& reply = mock.message(
          body, {{"sluice-request", "chat/7/0/0; output=30"}, {"sluice-fault", fault}});
      mock.run_for(minutes(2));
      return reply;
    };
    const MemoryReply& cut = asked(kHelloStream, "truncate");
    CHECK(cut.state == MemoryReply::State::kDropped);
    CHECK(cut.body.find("content_block_delta") != std::string::npos);
    CHECK(cut.body.find("message_stop") == std::string::npos);
    const MemoryReply& half = asked(kHello, "truncate");
    CHECK(half.state == MemoryReply::State::kDropped);
    CHECK_FALSE(Json::accept(half.body));
    const MemoryReply& broken = asked(kHelloStream, "error-in-stream");
    CHECK(broken.state == MemoryReply::State::kFinished);
    CHECK(sse_events(broken.body).back().name == "error");
    CHECK(asked(kHello, "error-in-stream").status == 529);
    CHECK_FALSE(Json::accept(asked(kHello, "malformed-sse").body));
    const MemoryReply& malformed = asked(kHelloStream, "malformed-sse");
    CHECK(malformed.body.find("\"text_del\n\n") != std::string::npos);
    CHECK(malformed.body.find("message_stop") != std::string::npos);
    CHECK(Json::parse(asked(kHello, "refusal").body)["stop_reason"] == "refusal");
    CHECK(mock.state().exchanges->in_flight() == 0);
  }
}

TEST_CASE("a stall and a slow answer take their time even where latency is off") {
  MockClient mock(start_tier({.latency = false}));
  const MemoryReply& stalled = mock.message(kHello, {{"sluice-fault", "stall; seconds=9"}});
  mock.run_for(seconds(8));
  CHECK(stalled.state == MemoryReply::State::kPending);
  mock.run_for(seconds(2));
  CHECK(stalled.state == MemoryReply::State::kFinished);
  const MemoryReply& slow = mock.message(
      kHelloStream,
      {{"sluice-request", "chat/1/0/0; output=50"}, {"sluice-fault", "slow; tokens-per-second=5"}});
  mock.run_for(seconds(9));
  CHECK(slow.state == MemoryReply::State::kBegun);
  mock.run_for(seconds(2));
  CHECK(slow.state == MemoryReply::State::kFinished);
}

TEST_CASE("a refused request is the same request when it comes again") {
  MockClient mock(
      test::mock_plan(R"({"tier": "start", "limits": {"sonnet-5.5": {"requests_per_minute": 1}}})",
                      {.latency = false}));
  const std::string first = mock.message(kHello).body;
  CHECK(mock.message(kHello).status == 429);
  mock.run_for(minutes(1));
  const MemoryReply& again = mock.message(kHello);
  CHECK(again.status == 200);
  const auto served = mock.state().journal.list(0, 10);
  REQUIRE(served.size() == 3);
  CHECK(served[1]->spec.id == served[2]->spec.id);
  CHECK(served[2]->attempt == 1);
  CHECK_FALSE(served[0]->spec.id == served[1]->spec.id);
}

TEST_CASE("a reset forgets what was served, and closes what is under way") {
  MockClient mock(start_tier());
  MemoryReply& under_way = mock.message(kHelloStream, named("chat/1/0/0; output=400"));
  mock.run_for(seconds(3));
  CHECK(mock.post("/_sluice/reset", "").status == 200);
  CHECK(under_way.state == MemoryReply::State::kDropped);
  CHECK(mock.state().journal.list(0, 10).empty());
  mock.run_for(minutes(5));
  CHECK(mock.message(kHello).state == MemoryReply::State::kPending);
}

TEST_CASE("where output is cut when it runs dry, all its streams end in an error together") {
  MockClient mock(test::mock_plan(
      R"({"tier": "custom", "when_output_runs_dry": "cut",
          "limits": {"sonnet-5.5": {"output_tokens_per_minute": 300}}})"));
  const MemoryReply& first = mock.message(kHelloStream, named("chat/1/0/0; output=400"));
  const MemoryReply& second = mock.message(kHelloStream, named("chat/2/0/0; output=400"));
  mock.run_for(minutes(1));
  for (const MemoryReply* reply : {&first, &second}) {
    CHECK(reply->state == MemoryReply::State::kFinished);
    const auto events = sse_events(reply->body);
    CHECK(events.back().name == "error");
    CHECK(events.back().data["error"]["type"] == "rate_limit_error");
    CHECK(events.back().data["error"]["message"].get<std::string>().find(
              "300 output tokens per minute") != std::string::npos);
  }
  const auto served = mock.state().journal.list(0, 10);
  CHECK(served[0]->outcome.ended == served[1]->outcome.ended);
  CHECK(served[0]->outcome.usage.output_tokens < 400);
  CHECK(mock.state().exchanges->in_flight() == 0);
  test::JournalReplay replay(mock.state().plan);
  replay.run(served, mock.timers().now());
  CHECK(replay.differences() == std::vector<std::string>{});
}

TEST_CASE("tokens are counted without being charged, up to a limit of their own") {
  MockClient mock(start_tier({.latency = false}));
  constexpr std::string_view kBody =
      R"({"model":"claude-sonnet-5-5","messages":[{"role":"user","content":"Hello there"}]})";
  const MemoryReply& counted = mock.post("/v1/messages/count_tokens", kBody);
  CHECK(counted.status == 200);
  const auto tokens = Json::parse(counted.body)["input_tokens"].get<std::int64_t>();
  const Json message = Json::parse(mock.message(kHello).body);
  CHECK(message["usage"]["input_tokens"] == tokens);
  for (int i = 1; i < 2000; ++i) {
    REQUIRE(mock.post("/v1/messages/count_tokens", kBody).status == 200);
  }
  const MemoryReply& refused = mock.post("/v1/messages/count_tokens", kBody);
  CHECK(refused.status == 429);
  CHECK(refused.field("retry-after") == "1");
}

}  // namespace
}  // namespace sluice::mock
