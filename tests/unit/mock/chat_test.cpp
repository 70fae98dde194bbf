#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using nlohmann::json;
using test::MemoryReply;
using test::MockClient;

const MockOptions kAtOnce{.latency = false};

json question(bool streams) {
  return {{"model", "claude-sonnet-5-5"},
          {"max_tokens", 60},
          {"stream", streams},
          {"messages",
           {{{"role", "system"}, {"content", "Be brief."}},
            {{"role", "user"}, {"content", "What is a sluice?"}}}}};
}

MemoryReply& ask(MockClient& mock, const json& body) {
  return mock.post("/v1/chat/completions", body.dump());
}

// A request that says who it is gets the same answer wherever it is asked.
MemoryReply& ask_by_name(MockClient& mock, const json& body) {
  const std::string text = body.dump();
  return mock.post("/v1/chat/completions", text, {{"sluice-request", "chat/1/0/0"}});
}

// The chunks of a stream; it has to end with [DONE].
std::vector<json> chunks_of(const MemoryReply& reply) {
  std::vector<json> chunks;
  std::string_view text = reply.body;
  while (!text.empty()) {
    const std::size_t end = text.find("\n\n");
    REQUIRE(end != std::string_view::npos);
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    REQUIRE(line.starts_with("data: "));
    if (line == "data: [DONE]") {
      CHECK(text.empty());
      return chunks;
    }
    chunks.push_back(json::parse(line.substr(6)));
  }
  FAIL("the stream does not end with [DONE]");
  return chunks;
}

std::string text_of(const std::vector<json>& chunks) {
  std::string text;
  for (const json& chunk : chunks) {
    if (chunk.at("choices").empty()) continue;
    text += chunk.at("choices").at(0).at("delta").value("content", "");
  }
  return text;
}

TEST_CASE("a chat completion is answered in OpenAI's shape, with its headers") {
  MockClient mock(test::start_tier(kAtOnce));
  const MemoryReply& reply = ask(mock, question(false));
  INFO(reply.body);
  REQUIRE(reply.status == 200);
  const json body = reply.json();
  CHECK(body.at("object") == "chat.completion");
  const json& choice = body.at("choices").at(0);
  CHECK(choice.at("message").at("role") == "assistant");
  CHECK_FALSE(choice.at("message").at("content").get<std::string>().empty());
  const json& usage = body.at("usage");
  CHECK(usage.at("completion_tokens").get<int>() <= 60);
  CHECK(usage.at("total_tokens").get<int>() ==
        usage.at("prompt_tokens").get<int>() + usage.at("completion_tokens").get<int>());
  CHECK(reply.field("openai-version") == "2020-10-01");
  CHECK(reply.field("openai-processing-ms") == "");
  CHECK(reply.field("x-ratelimit-limit-requests") == "1000");
  CHECK(reply.has_field("request-id"));
  CHECK_FALSE(reply.has_field("anthropic-ratelimit-requests-limit"));
}

TEST_CASE("a streamed chat completion says what the same answer says at once") {
  MockClient whole(test::start_tier(kAtOnce));
  const json said = ask_by_name(whole, question(false)).json().at("choices").at(0);
  MockClient mock(test::start_tier());
  json body = question(true);
  body["stream_options"] = {{"include_usage", true}};
  MemoryReply& reply = ask_by_name(mock, body);
  CHECK_FALSE(reply.is_finished());
  mock.run_for(minutes(2));
  REQUIRE(reply.is_finished());
  const std::vector<json> chunks = chunks_of(reply);
  CHECK(chunks.front().at("choices").at(0).at("delta").at("role") == "assistant");
  for (const json& chunk : chunks) {
    CHECK(chunk.at("object") == "chat.completion.chunk");
    CHECK(chunk.at("id") == chunks.front().at("id"));
  }
  CHECK(text_of(chunks) == said.at("message").at("content"));
  const json& usage = chunks.back().at("usage");
  CHECK(chunks.back().at("choices").empty());
  CHECK(usage.at("completion_tokens").get<int>() <= 60);
  CHECK(chunks.at(chunks.size() - 2).at("choices").at(0).at("finish_reason") ==
        said.at("finish_reason"));
}

TEST_CASE("a stream has no usage unless it is asked for") {
  MockClient mock(test::start_tier(kAtOnce));
  const std::vector<json> chunks = chunks_of(ask(mock, question(true)));
  for (const json& chunk : chunks) CHECK_FALSE(chunk.contains("usage"));
}

TEST_CASE("a tool call's streamed arguments put together are those of the whole answer") {
  json body = question(false);
  body["max_tokens"] = 8000;  // one that is cut calls nothing
  body["tools"] = {{{"type", "function"},
                    {"function",
                     {{"name", "look_up"},
                      {"parameters", {{"type", "object"}, {"properties", json::object()}}}}}}};
  MockClient whole(test::start_tier(kAtOnce));
  const json message = ask_by_name(whole, body).json().at("choices").at(0).at("message");
  const json& call = message.at("tool_calls").at(0);
  CHECK(call.at("function").at("name") == "look_up");
  const std::string arguments = call.at("function").at("arguments");

  MockClient mock(test::start_tier());
  body["stream"] = true;
  MemoryReply& reply = ask_by_name(mock, body);
  mock.run_for(minutes(2));
  std::string streamed;
  std::string finish;
  for (const json& chunk : chunks_of(reply)) {
    const json& choice = chunk.at("choices").at(0);
    if (choice.at("delta").contains("tool_calls")) {
      streamed += choice.at("delta").at("tool_calls").at(0).at("function").value("arguments", "");
    }
    if (choice.at("finish_reason").is_string()) finish = choice.at("finish_reason");
  }
  CHECK(streamed == arguments);
  CHECK(json::parse(streamed).is_object());
  CHECK(finish == "tool_calls");
}

TEST_CASE("chat spends the same limits as the Messages API, and is refused in OpenAI's shape") {
  MockClient mock(test::mock_plan(
      R"({"tier": "start", "limits": {"sonnet-5.5": {"requests_per_minute": 2}}})", kAtOnce));
  CHECK(ask(mock, question(false)).status == 200);
  json message = question(false);
  message["messages"].erase(0);
  CHECK(mock.post("/v1/messages", message.dump()).status == 200);
  const MemoryReply& refused = ask(mock, question(false));
  CHECK(refused.status == 429);
  const json error = refused.json();
  CHECK_FALSE(error.contains("type"));
  CHECK(error.at("error").at("message").get<std::string>().find("requests per minute") !=
        std::string::npos);
  CHECK(error.at("error").contains("code"));
  CHECK(refused.field("retry-after") == "30");
  CHECK(refused.field("x-ratelimit-remaining-requests") == "0");
}

TEST_CASE("what is wrong with a chat request is said in OpenAI's shape") {
  MockClient mock(test::start_tier(kAtOnce));
  json several = question(false);
  several["n"] = 2;
  json unknown = question(false);
  unknown["model"] = "gpt-4";
  CHECK(ask(mock, several).status == 400);
  CHECK(ask(mock, unknown).status == 404);
  const MemoryReply& reply = mock.post("/v1/chat/completions", "no JSON");
  CHECK(reply.status == 400);
  CHECK(reply.json().at("error").contains("param"));
}

TEST_CASE("a key that is wrong is said so in OpenAI's shape") {
  MockClient mock(test::start_tier({.any_key = false}));
  const MemoryReply& reply = ask(mock, question(false));
  CHECK(reply.status == 401);
  CHECK_FALSE(reply.json().contains("type"));
  CHECK(reply.json().at("error").at("type") == "authentication_error");
}

TEST_CASE("nothing of a chat prompt is cached") {
  MockClient mock(test::start_tier(kAtOnce));
  json body = question(false);
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "water ";
  body["messages"][1]["content"] = text;
  const json first = ask(mock, body).json().at("usage");
  const json second = ask(mock, body).json().at("usage");
  CHECK(first.at("prompt_tokens") == second.at("prompt_tokens"));
  const ModelCounters total = mock.state().counters.total();
  CHECK(total.usage.cache_read_input_tokens == 0);
  CHECK(total.usage.cache_creation_input_tokens() == 0);
}

}  // namespace
}  // namespace sluice::mock
