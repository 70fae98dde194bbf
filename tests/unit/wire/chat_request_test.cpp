#include "wire/chat_request.hpp"

#include <string>

#include "support/catch.hpp"
#include "unit/wire/parsed.hpp"

namespace sluice::wire {
namespace {

struct Chat {
  explicit Chat(std::string_view body) : text(padded(body)) {
    error = parser.parse_chat(std::string_view(text).substr(0, body.size()), request, extras);
  }
  std::string message() const { return error ? error->message : std::string(); }
  std::string text;
  MessagesParser parser;
  MessagesRequest request;
  ChatExtras extras;
  std::optional<ApiError> error;
};

std::string chat(std::string_view messages, std::string_view more = {}) {
  return R"({"model":"m","messages":)" + std::string(messages) + std::string(more) + "}";
}

TEST_CASE("a chat body is read as a request to the Messages API") {
  const Chat read(chat(kHello, R"(,"max_completion_tokens":7,"stream":true,"stop":"END",)"
                               R"("stream_options":{"include_usage":true},"seed":5,)"
                               R"("logit_bias":{"1":2},"user":null,"n":1)"));
  REQUIRE(!read.error);
  CHECK(read.request.model == "m");
  CHECK(read.request.max_tokens == 7);
  CHECK(read.request.stream);
  CHECK(read.extras.include_usage);
  CHECK(read.request.stop_sequences == std::vector<std::string_view>{"END"});
  CHECK(read.request.size.words == 1);
}

TEST_CASE("without a limit a chat answer has the default one") {
  CHECK(Chat(chat(kHello)).request.max_tokens == kChatMaxTokens);
  CHECK(Chat(chat(kHello, R"(,"max_tokens":null)")).request.max_tokens == kChatMaxTokens);
  CHECK(Chat(chat(kHello, R"(,"max_tokens":9)")).request.max_tokens == 9);
}

TEST_CASE("system messages are hoisted from wherever they stand") {
  const Chat first(chat(R"([{"role":"system","content":"s"},{"role":"user","content":"u"},)"
                        R"({"role":"developer","content":"d"}])"));
  const Chat last(chat(R"([{"role":"user","content":"u"},{"role":"system","content":"s"},)"
                       R"({"role":"system","content":"d"}])"));
  REQUIRE(!first.error);
  REQUIRE(first.request.blocks.size() == 3);
  CHECK(first.request.blocks.back().chain == last.request.blocks.back().chain);
  CHECK(first.request.size == last.request.size);
  CHECK(!first.request.ends_with_assistant);
}

TEST_CASE("tools and the choice among them are in OpenAI's shape") {
  constexpr std::string_view kTools =
      R"(,"tools":[{"type":"function","function":{"name":"look","description":"d",)"
      R"("parameters":{"type":"object"},"strict":true}}],"tool_choice":)";
  const auto with = [&](std::string_view choice) {
    return Chat(chat(kHello, std::string(kTools) + std::string(choice)));
  };
  const Chat forced = with(R"({"type":"function","function":{"name":"look"}})");
  REQUIRE(!forced.error);
  CHECK(forced.request.tools == std::vector<std::string_view>{"look"});
  CHECK(forced.request.tool_choice == ToolChoice::kTool);
  CHECK(forced.request.forced_tool == "look");
  CHECK(with(R"("required")").request.tool_choice == ToolChoice::kAny);
  CHECK(with(R"("none")").request.tool_choice == ToolChoice::kNone);
  CHECK(with(R"("any")").message() == "tool_choice: Input should be 'none', 'auto' or 'required'");
}

TEST_CASE("an answered tool call ends the conversation with a result") {
  const Chat read(chat(R"([{"role":"user","content":"u"},{"role":"assistant","content":null,)"
                       R"("tool_calls":[{"id":"a","type":"function","function":{"name":"look",)"
                       R"("arguments":"{}"}}]},{"role":"tool","tool_call_id":"a",)"
                       R"("content":"ok"}])"));
  REQUIRE(!read.error);
  CHECK(read.request.ends_with_tool_result);
  CHECK(Chat(chat(R"([{"role":"user","content":"u"},{"role":"assistant","content":"I"}])"))
            .request.ends_with_assistant);
}

TEST_CASE("temperature counts as at most 1") {
  CHECK(!Chat(chat(kHello, R"(,"temperature":2)")).request.has_sampling);
  CHECK(Chat(chat(kHello, R"(,"temperature":0.2)")).request.has_sampling);
}

TEST_CASE("a chat prompt has no breakpoints") {
  const Chat read(chat(R"([{"role":"user","content":[{"type":"text","text":"u",)"
                       R"("cache_control":{"type":"ephemeral"}},{"type":"image_url",)"
                       R"("image_url":{"url":"https://x/y.png"}}]}])"));
  REQUIRE(!read.error);
  for (const PromptBlock& block : read.request.blocks) CHECK(!block.breakpoint);
  CHECK(tokens_of(read.request.size, 1000) > 1568);
}

TEST_CASE("chat bodies that cannot be answered are refused by their place") {
  for (const auto& [body, message] : std::vector<std::pair<std::string, std::string>>{
           {R"({"messages":[{"role":"user","content":"x"}]})", "model: Field required"},
           {R"({"model":"m"})", "messages: Field required"},
           {chat("[]"), "messages: at least one message is required"},
           {chat(R"([{"role":"system","content":"s"}])"),
            "messages: at least one message is required"},
           {chat(kHello, R"(,"n":2)"), "n: Input should be 1"},
           {chat(kHello, R"(,"max_tokens":0)"),
            "max_tokens: Input should be greater than or equal to 1"},
           {chat(R"([{"role":"user"}])"), "messages.0.content: Field required"},
           {chat(R"([{"role":"user","content":[{"text":"x"}]}])"),
            "messages.0.content.0.type: Field required"},
           {chat(R"([{"role":"king","content":"x"}])"),
            "messages.0.role: Input should be 'system', 'developer', 'user', 'assistant' or "
            "'tool'"},
           {chat(kHello, R"(,"stop":5)"), "stop: Input should be a valid list"},
       }) {
    INFO(body);
    CHECK(Chat(body).message() == message);
  }
}

}  // namespace
}  // namespace sluice::wire
