// Faults by header on every endpoint, and those that the scenario or /_sluice/faults plan.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/message_exchanges.hpp"
#include "mock/metrics_endpoint.hpp"
#include "mock/summary_text.hpp"
#include "support/catch.hpp"
#include "support/journal_replay.hpp"
#include "support/mock_client.hpp"
#include "support/sse_events.hpp"
#include "support/text_checks.hpp"

namespace sluice::mock {
namespace {

using test::Headers;
using test::kHello;
using test::kHelloStream;
using test::MemoryReply;
using test::MockClient;
using test::start_tier;
using testing::contains;
using Json = nlohmann::json;

constexpr std::string_view kHelloCount =
    R"({"model":"claude-sonnet-5-5","messages":[{"role":"user","content":"Hello there"}]})";

// More of the scenario than the organization.
std::string faults(std::string_view fault) {
  return R"(, "faults": [)" + std::string(fault) + "]" + test::kSomeWorkload;
}

constexpr std::string_view kStallOf20 = R"({"kind": "stall", "stall": "20s"})";

struct Endpoint {
  std::string_view method;
  std::string_view path;
  std::string_view body;
  bool is_admin = false;
};
constexpr std::array kNoModelAnswers{
    Endpoint{"GET", "/v1/models", ""},
    Endpoint{"GET", "/v1/models/claude-sonnet-5-5", ""},
    Endpoint{"POST", "/v1/messages/count_tokens", kHelloCount},
    Endpoint{"GET", "/v1/messages/batches", ""},
    Endpoint{"GET", "/v1/organizations/me", "", true},
    Endpoint{"POST", "/v1/oauth/token", "{}"},
};

MemoryReply& call_with(MockClient& mock, const Endpoint& endpoint, std::string_view fault) {
  const std::string& admin = mock.state().plan.admin_secret;
  const std::string_view key = endpoint.is_admin ? std::string_view(admin) : "sk-ant-api03-any";
  return mock.call(
      endpoint.method, endpoint.path, endpoint.body,
      {{"anthropic-version", "2026-10-21"}, {"x-api-key", key}, {"sluice-fault", fault}});
}

TEST_CASE("every endpoint of the API is refused and disconnected as a header asks") {
  for (const Endpoint& endpoint : kNoModelAnswers) {
    INFO(endpoint.path);
    MockClient mock(start_tier({.latency = false}));
    const MemoryReply& limited = call_with(mock, endpoint, "429; retry-after=7");
    CHECK(limited.status == 429);
    CHECK(limited.field("retry-after") == "7");
    CHECK(limited.field("x-should-retry") == "true");
    CHECK(Json::parse(limited.body)["error"]["type"] == "rate_limit_error");
    CHECK(call_with(mock, endpoint, "529").status == 529);
    CHECK(call_with(mock, endpoint, "500").status == 500);
    CHECK(call_with(mock, endpoint, "504").status == 504);
    CHECK(call_with(mock, endpoint, "disconnect").state == MemoryReply::State::kDropped);
    CHECK(mock.state().counters.injected == 5);
  }
}

TEST_CASE("a fault that an endpoint cannot have is a 400 that says where it works") {
  MockClient mock(start_tier({.latency = false}));
  for (const Endpoint& endpoint : kNoModelAnswers) {
    INFO(endpoint.path);
    const MemoryReply& malformed = call_with(mock, endpoint, "530");
    CHECK(malformed.status == 400);
    CHECK(malformed.body.find("529, 500, 504, disconnect") != std::string::npos);
    for (const std::string_view fault : {"truncate", "stall", "error-in-stream", "refusal"}) {
      const MemoryReply& wrong = call_with(mock, endpoint, fault);
      CHECK(wrong.status == 400);
      CHECK(wrong.body.find("works on POST /v1/messages and POST /v1/chat/completions") !=
            std::string::npos);
    }
  }
  CHECK(mock.state().counters.injected == 0);
}

TEST_CASE("what a header refused is logged once, and so is what it disconnected") {
  for (const Endpoint& endpoint : kNoModelAnswers) {
    if (endpoint.path == "/v1/messages/batches") continue;  // batches are journaled unlogged
    INFO(endpoint.path);
    MockClient mock(start_tier({.latency = false}));
    std::vector<std::string> lines;
    mock.mock().on_log([&](std::string_view line) { lines.emplace_back(line); });
    call_with(mock, endpoint, "529");
    call_with(mock, endpoint, "disconnect");
    CHECK(lines.size() == 2);
  }
}

TEST_CASE("a count that a header refused is in the journal, and may be retried") {
  MockPlan plan = start_tier({.latency = false});
  plan.options.grade = true;
  MockClient mock(plan);
  const Headers asked{{"sluice-fault", "529"}};
  CHECK(mock.post("/v1/messages/count_tokens", kHelloCount, asked).status == 529);
  mock.run_for(seconds(2));
  CHECK(mock.post("/v1/messages/count_tokens", kHelloCount).status == 200);
  const auto journal = mock.state().journal.list(0, 10);
  REQUIRE(journal.size() == 2);
  CHECK(journal[0]->injected);
  CHECK(journal[0]->route == "POST /v1/messages/count_tokens");
  CHECK(mock.state().grader.verdict(mock.timers().now()).passed);
}

TEST_CASE("the mock's own endpoints do not heed sluice-fault") {
  MockClient mock(start_tier({.latency = false}));
  CHECK(mock.call("GET", "/_sluice/state", "", {{"sluice-fault", "529"}}).status == 200);
}

TEST_CASE("a planned stall takes its time where latency is off") {
  MockClient mock(start_tier({.latency = false}, faults(kStallOf20)));
  const MemoryReply& whole = mock.message(kHello);
  const MemoryReply& stream = mock.message(kHelloStream);
  mock.run_for(milliseconds(19'999));
  CHECK(whole.state == MemoryReply::State::kPending);
  CHECK(stream.state == MemoryReply::State::kBegun);
  mock.run_for(milliseconds(1));
  CHECK(whole.state == MemoryReply::State::kFinished);
  CHECK(stream.state == MemoryReply::State::kFinished);
  CHECK(mock.state().exchanges->in_flight() == 0);
  test::JournalReplay replay(mock.state().plan);
  replay.run(mock.state().journal.list(0, 10), mock.timers().now());
  CHECK(replay.differences() == std::vector<std::string>{});
}

TEST_CASE("a stream that stalls begins as if it did not, and goes on after it") {
  const bool is_planned = GENERATE(false, true);
  const auto first_bytes_at = [](MockClient& mock, const MemoryReply& reply) {
    while (reply.body.empty()) mock.run_for(milliseconds(1));
    return mock.timers().now();
  };
  MockClient prompt(start_tier({}));
  const Headers named{{"sluice-request", "chat/7/0/0; output=30"}};
  const TimePoint begins = first_bytes_at(prompt, prompt.message(kHelloStream, named));
  REQUIRE(begins > kRunStart);

  MockClient mock(start_tier({}, is_planned ? faults(kStallOf20) : test::kSomeWorkload));
  Headers headers = named;
  if (!is_planned) headers.push_back({"sluice-fault", "stall; seconds=20"});
  const MemoryReply& reply = mock.message(kHelloStream, headers);
  CHECK(first_bytes_at(mock, reply) == begins);
  CHECK(reply.status == 200);
  CHECK(reply.field("request-id").starts_with("req_01"));
  const auto opening = sse_events(reply.body);
  REQUIRE(opening.size() == 3);
  CHECK(opening[0].name == "message_start");
  CHECK(opening[1].name == "content_block_start");
  CHECK(opening[2].name == "ping");
  const std::size_t opened = reply.body.size();
  mock.run_to(begins + seconds(20) - milliseconds(2));
  CHECK(reply.body.size() == opened);
  mock.run_for(seconds(2));
  CHECK(reply.body.size() > opened);
  mock.run_for(minutes(1));
  CHECK(reply.state == MemoryReply::State::kFinished);
  CHECK(sse_events(reply.body).back().name == "message_stop");
  const auto* const served = mock.state().journal.list(0, 10).at(0);
  CHECK(served->outcome.first_token - begins > seconds(20) - milliseconds(2));
}

TEST_CASE("who goes or reads slowly while a stream stalls leaves nothing behind") {
  MockClient mock(start_tier({.latency = false}, faults(kStallOf20)));
  MemoryReply& gone = mock.message(kHelloStream);
  mock.read_only(10);
  MemoryReply& slow = mock.message(kHelloStream);
  mock.run_for(seconds(3));
  REQUIRE(gone.state == MemoryReply::State::kBegun);
  gone.go_away();
  CHECK(mock.state().counters.client_gone == 1);
  mock.run_for(seconds(20));
  CHECK(slow.state == MemoryReply::State::kBegun);
  slow.drain();
  CHECK(slow.state == MemoryReply::State::kFinished);
  CHECK(sse_events(slow.body).back().name == "message_stop");
  CHECK(mock.state().exchanges->in_flight() == 0);
}

TEST_CASE("an answer in JSON that is truncated has the head of a whole one") {
  MockClient mock(start_tier({.latency = false}));
  const MemoryReply& half = mock.message(kHello, {{"sluice-fault", "truncate"}});
  CHECK(half.status == 200);
  CHECK(half.state == MemoryReply::State::kDropped);
  CHECK(half.field("request-id").starts_with("req_01"));
  CHECK(half.field("anthropic-organization-id") == mock.state().plan.organization_id);
  CHECK(half.field("anthropic-workspace-id") == mock.state().plan.workspace_ids[0]);
  CHECK(half.field("anthropic-ratelimit-requests-remaining") == "999");
}

TEST_CASE("planned faults are told from those that a header asked for, wherever they show") {
  const std::string_view fault = GENERATE(as<std::string_view>{}, R"({"kind": "overloaded"})",
                                          R"({"kind": "error_in_stream"})", kStallOf20);
  CAPTURE(fault);
  MockClient mock(start_tier({.latency = false}, faults(fault)));
  std::vector<std::string> lines;
  mock.mock().on_log([&](std::string_view line) { lines.emplace_back(line); });
  mock.message(kHelloStream);
  mock.run_for(minutes(1));
  mock.message(kHelloStream, {{"sluice-fault", "500"}});
  const auto journal = mock.state().journal.list(0, 10);
  REQUIRE(journal.size() == 2);
  CHECK(journal[0]->fault_planned);
  CHECK_FALSE(journal[0]->injected);
  CHECK_FALSE(journal[1]->fault_planned);
  MockState& state = mock.state();
  const StateView view{state.plan, state.api, state.counters, mock.timers().now()};
  const std::string metrics = metrics_text(view);
  CHECK(contains(metrics, "sluice_mock_injected_faults_total{by=\"header\"} 1\n"));
  CHECK(contains(metrics, "sluice_mock_injected_faults_total{by=\"plan\"} 1\n"));
  CHECK(contains(summary_text(view), "1 asked for by header, 1 by planned faults"));
  REQUIRE(lines.size() == 2);
  CHECK(contains(lines[0], " planned-fault "));
  CHECK(contains(lines[1], " injected "));
}

TEST_CASE("a call of an unknown model is logged and journaled with none") {
  MockClient mock(start_tier({.latency = false}));
  std::vector<std::string> lines;
  mock.mock().on_log([&](std::string_view line) { lines.emplace_back(line); });
  mock.message(R"({"model":"zzz","max_tokens":9,"messages":[{"role":"user","content":"a"}]})");
  mock.message("{}");
  mock.message(R"({"model":"claude-haiku-4-5","max_tokens":9000000,)"
               R"("messages":[{"role":"user","content":"a"}]})");
  REQUIRE(lines.size() == 3);
  CHECK(contains(lines[0], "POST /v1/messages - 404 not_found_error"));
  CHECK(contains(lines[1], "POST /v1/messages - 400 "));
  CHECK(contains(lines[2], "POST /v1/messages claude-haiku-4-5"));
  const Json journal = Json::parse(mock.call("GET", "/_sluice/journal", "", {}).body);
  REQUIRE(journal["entries"].size() == 3);
  CHECK(journal["entries"][0]["request"]["model"].is_null());
  CHECK(journal["entries"][1]["request"]["model"].is_null());
  CHECK(contains(journal["entries"][2]["request"]["model"].get<std::string>(), "claude-haiku-4-5"));
}

}  // namespace
}  // namespace sluice::mock
