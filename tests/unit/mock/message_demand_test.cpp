// What a request comes to: thinking, tools, caching, and what its model does not take.
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using test::MemoryReply;
using test::MockClient;
using Json = nlohmann::json;

constexpr const char* kTools = R"([{"name":"look","input_schema":{"type":"object"}},)"
                               R"({"name":"find","input_schema":{"type":"object"}}])";

Json request(const char* model) {
  return {{"model", model},
          {"max_tokens", 4000},
          {"messages", Json::array({{{"role", "user"}, {"content", "Hello there"}}})}};
}

class CheckingMock {
 public:
  CheckingMock() : mock_(test::mock_plan(R"({"tier": "start"})", {.latency = false})) {}

  Json ask(const Json& body, const test::Headers& more = {}) {
    const MemoryReply& reply = mock_.message(body.dump(), more);
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    return Json::parse(reply.body);
  }
  std::string refused(const Json& body) {
    const MemoryReply& reply = mock_.message(body.dump());
    CHECK(reply.status == 400);
    return Json::parse(reply.body)["error"]["message"];
  }
  MockClient& mock() { return mock_; }

 private:
  MockClient mock_;
};

TEST_CASE("no output at all pre-warms the cache") {
  CheckingMock mock;
  Json body = request("claude-sonnet-5-5");
  body["max_tokens"] = 0;
  const Json message = mock.ask(body);
  CHECK(message["content"] == Json::array());
  CHECK(message["stop_reason"] == "max_tokens");
  CHECK(message["usage"]["output_tokens"] == 0);
}

TEST_CASE("an answer longer than max_tokens is cut there") {
  CheckingMock mock;
  Json body = request("claude-sonnet-5-5");
  body["max_tokens"] = 7;
  const Json message = mock.ask(body, {{"sluice-request", "a/1/0/0; output=90"}});
  CHECK(message["stop_reason"] == "max_tokens");
  CHECK(message["usage"]["output_tokens"] == 7);
}

TEST_CASE("thinking is produced only where it is on, and within its budget") {
  CheckingMock mock;
  Json body = request("claude-opus-4-6");
  CHECK(mock.ask(body)["content"][0]["type"] == "text");
  body["thinking"] = {{"type", "enabled"}, {"budget_tokens", 2048}};
  for (int i = 0; i < 20; ++i) {
    const Json message = mock.ask(body);
    CHECK(message["content"][0]["type"] == "thinking");
    const auto thought = message["usage"]["output_tokens_details"]["thinking_tokens"];
    CHECK(thought.get<int>() > 0);
    CHECK(thought.get<int>() <= 1024);
  }
}

TEST_CASE("a tool is called when it is forced, or when nothing says not to") {
  CheckingMock mock;
  Json body = request("claude-opus-5");
  body["tools"] = Json::parse(kTools);
  const auto called = [&]() -> std::string {
    const Json message = mock.ask(body);
    const Json& last = message["content"].back();
    return last["type"] == "tool_use" ? last["name"].get<std::string>() : "";
  };
  CHECK(called() == "look");
  body["tool_choice"] = {{"type", "tool"}, {"name", "find"}};
  CHECK(called() == "find");
  body["tool_choice"] = {{"type", "none"}};
  CHECK(called().empty());
  body["tool_choice"] = {{"type", "auto"}};
  body["messages"].push_back(Json::parse(
      R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"look",)"
      R"("input":{}}]})"));
  body["messages"].push_back(
      Json::parse(R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1",)"
                  R"("content":"x"}]})"));
  CHECK(called().empty());
}

TEST_CASE("tools cost the tokens that the catalog says, more if they are forced") {
  CheckingMock mock;
  Json body = request("claude-opus-5");
  body["tools"] = Json::parse(kTools);
  const auto input = [&] { return mock.ask(body)["usage"]["input_tokens"].get<int>(); };
  body["tool_choice"] = {{"type", "auto"}};
  const int free_choice = input();
  body["tool_choice"] = {{"type", "any"}};
  CHECK(input() - free_choice == 406 - 286);
}

TEST_CASE("a cached prefix is written once and read from then on") {
  CheckingMock mock;
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "time ";
  Json body = request("claude-sonnet-5-5");
  body["system"] = Json::array({{{"type", "text"},
                                 {"text", text},
                                 {"cache_control", {{"type", "ephemeral"}, {"ttl", "1h"}}}}});
  const Json first = mock.ask(body)["usage"];
  const Json second = mock.ask(body)["usage"];
  CHECK(first["cache_creation"]["ephemeral_1h_input_tokens"].get<int>() >= 3000);
  CHECK(first["cache_read_input_tokens"] == 0);
  CHECK(second["cache_read_input_tokens"] == first["cache_creation_input_tokens"]);
  CHECK(second["input_tokens"] == first["input_tokens"]);
  mock.mock().run_for(minutes(61));
  CHECK(mock.ask(body)["usage"]["cache_read_input_tokens"] == 0);
}

TEST_CASE("what a model does not take is a 400") {
  CheckingMock mock;
  Json fast = request("claude-haiku-4-5");
  fast["speed"] = "fast";
  CHECK(mock.refused(fast).find("fast mode is not supported") != std::string::npos);
  Json us = request("claude-haiku-4-5");
  us["inference_geo"] = "us";
  CHECK(mock.refused(us).find("inference_geo") != std::string::npos);
  Json forced = request("claude-sonnet-5-5");
  forced["tools"] = Json::parse(kTools);
  forced["tool_choice"] = {{"type", "any"}};
  CHECK(mock.refused(forced).find("forced tool use") != std::string::npos);
  std::string text;
  for (int i = 0; i < 210'000; ++i) text += "time ";
  Json large = request("claude-haiku-4-5");
  large["messages"][0]["content"] = text;
  const std::string message = mock.refused(large);
  CHECK(message.starts_with("prompt is too long: 2"));
  CHECK(message.ends_with(" tokens > 200000 maximum"));
}

TEST_CASE("fast mode and the region are echoed in the usage") {
  CheckingMock mock;
  Json body = request("claude-opus-5-5");
  body["speed"] = "fast";
  body["inference_geo"] = "us";
  const Json usage = mock.ask(body)["usage"];
  CHECK(usage["speed"] == "fast");
  CHECK(usage["inference_geo"] == "us");
  CHECK(usage["service_tier"] == "standard");
}

TEST_CASE("the same seed answers the same requests alike, another seed differently") {
  const auto answer = [](std::uint64_t seed) {
    MockPlan plan = test::mock_plan(R"({"tier": "start"})", {.latency = false});
    plan.run.seed = seed;
    MockClient mock(plan);
    return Json::parse(mock.message(request("claude-opus-5").dump()).body)["content"];
  };
  CHECK(answer(1) == answer(1));
  CHECK(answer(1) != answer(2));
}

}  // namespace
}  // namespace sluice::mock
