// Answers in the shape of a schema: tool inputs and structured output.
#include "mock/answer_shape.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/answer.hpp"
#include "mock/batch_item.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::mock {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kShape = "{\"a\":\"\x01\",\"n\":[7,\"\x01\"],\"b\":\"\x01\"}";

std::int64_t words_in(const Json& text) { return wire::text_size(text.get<std::string>()).words; }

Json weather_tool() {
  return Json::parse(R"({"name":"get_weather","input_schema":{"type":"object","required":["city"],
    "properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":7},
    "unit":{"enum":["C","F"]}}}})");
}

void check_weather(const Json& input) {
  INFO(input.dump());
  CHECK(input.size() == 3);
  CHECK(words_in(input["city"]) > 0);
  CHECK((input["days"] >= 1 && input["days"] <= 7));
  CHECK((input["unit"] == "C" || input["unit"] == "F"));
}

class AnsweringMock {
 public:
  AnsweringMock() : mock_(test::mock_plan(R"({"tier": "start"})", {.latency = false})) {}

  Json ask(const Json& more) {
    Json body = {{"model", "claude-haiku-4-5"},
                 {"max_tokens", 4000},
                 {"messages", Json::array({{{"role", "user"}, {"content", "Hello there"}}})}};
    body.update(more);
    const test::MemoryReply& reply = mock_.message(body.dump());
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    return Json::parse(reply.body);
  }

 private:
  test::MockClient mock_;
};

TEST_CASE("a shape holds as many words as tokens, or one at each place") {
  for (std::int64_t tokens = 1; tokens < 60; ++tokens) {
    std::string out;
    append_shaped(out, {.shape = kShape, .key = 5, .tokens = tokens}, 0, tokens);
    const Json value = Json::parse(out);
    INFO(out);
    REQUIRE(words_in(value["a"]) + words_in(value["n"][1]) + words_in(value["b"]) ==
            std::max<std::int64_t>(tokens, 3));
  }
}

TEST_CASE("a shape in pieces is the whole, wherever it is cut") {
  for (const std::string_view shape : {kShape, std::string_view(R"({"n":12,"m":true})")}) {
    for (std::int64_t tokens = 1; tokens < 25; ++tokens) {
      const ShapedText text{.shape = shape, .key = 5, .tokens = tokens};
      std::string whole;
      append_json_shaped(whole, text, 0, tokens);
      for (std::int64_t first = 0; first <= tokens; ++first) {
        for (std::int64_t second = first; second <= tokens; ++second) {
          std::string pieces;
          append_json_shaped(pieces, text, 0, first);
          append_json_shaped(pieces, text, first, second);
          append_json_shaped(pieces, text, second, tokens);
          REQUIRE(pieces == whole);
        }
      }
    }
  }
}

TEST_CASE("an item of a batch keeps the shape of its answer") {
  for (const std::string_view tool : {"get_weather", ""}) {
    const AnswerSpec spec{
        .seed = 3, .output_tokens = 40, .tool = tool, .introduces_tool = false, .shape = kShape};
    const Answer answer(spec);
    BatchItems items;
    items.add_answered("one", RequestSpec{}, spec, answer);
    items.close();
    std::vector<std::string_view> stops;
    const Answer again(items.answer_spec(items[0], stops));
    std::string first;
    std::string second;
    answer.append_message(first, {}, {});
    again.append_message(second, {}, {});
    CHECK(first == second);
    CHECK(again.text_tokens() == (tool.empty() ? 40 : 0));
  }
}

TEST_CASE("a tool is called with an input that fits its schema") {
  AnsweringMock mock;
  const Json message = mock.ask({{"tools", Json::array({weather_tool()})}});
  CHECK(message["stop_reason"] == "tool_use");
  check_weather(message["content"].back()["input"]);
}

TEST_CASE("a forced call comes whole and alone however small max_tokens is") {
  AnsweringMock mock;
  for (const char* const choice :
       {R"({"type":"any"})", R"({"type":"tool","name":"get_weather"})"}) {
    for (const int most : {1, 2, 5, 30, 4000}) {
      const Json message = mock.ask({{"tools", Json::array({weather_tool()})},
                                     {"tool_choice", Json::parse(choice)},
                                     {"max_tokens", most}});
      CHECK(message["stop_reason"] == "tool_use");
      CHECK(message["usage"]["output_tokens"] <= most);
      REQUIRE(message["content"].size() == 1);
      check_weather(message["content"][0]["input"]);
    }
  }
}

TEST_CASE("structured output is JSON that fits its schema, whatever cuts texts") {
  AnsweringMock mock;
  const Json format = {{"type", "json_schema"}, {"schema", weather_tool()["input_schema"]}};
  for (const int most : {1, 20, 4000}) {
    const Json message = mock.ask({{"output_config", {{"format", format}}},
                                   {"max_tokens", most},
                                   {"stop_sequences", Json::array({"city"})}});
    CHECK(message["stop_reason"] == "end_turn");
    REQUIRE(message["content"].size() == 1);
    check_weather(Json::parse(message["content"][0]["text"].get<std::string>()));
  }
  const Json beta = mock.ask({{"output_format", format}});
  check_weather(Json::parse(beta["content"][0]["text"].get<std::string>()));
}

}  // namespace
}  // namespace sluice::mock
