// Calls of tools and their results: each has its other half in the turn beside it. What tools and
// structured output are to look like is handed on.
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "unit/wire/parsed.hpp"

namespace sluice::wire {
namespace {

std::string call(std::string_view id) {
  return R"({"type":"tool_use","id":")" + std::string(id) + R"(","name":"t","input":{}})";
}
std::string result(std::string_view id) {
  return R"({"type":"tool_result","tool_use_id":")" + std::string(id) + R"("})";
}
std::string by(std::string_view role, const std::string& blocks) {
  return R"({"role":")" + std::string(role) + R"(","content":[)" + blocks + "]}";
}
std::string any_text() { return R"({"type":"text","text":"x"})"; }

// What is said of a conversation that begins with a question.
std::string problem_of(const std::string& messages) {
  const Parsed parsed(body_with("[" + by("user", any_text()) + "," + messages + "]"));
  if (parsed.error) CHECK(parsed.error->kind == ErrorKind::kInvalidRequest);
  return parsed.message();
}

std::string unanswered(std::string_view message, std::string_view ids) {
  return "messages." + std::string(message) +
         ": `tool_use` ids were found without `tool_result` blocks immediately after: " +
         std::string(ids) +
         ". Each `tool_use` block must have a corresponding `tool_result` block in the next "
         "message.";
}
std::string uncalled(std::string_view place, std::string_view id) {
  return "messages." + std::string(place) +
         ": unexpected `tool_use_id` found in `tool_result` blocks: " + std::string(id) +
         ". Each `tool_result` block must have a corresponding `tool_use` block in the previous "
         "message.";
}

TEST_CASE("each call of a tool needs its result in the next turn") {
  const std::string two = by("assistant", call("toolu_b") + "," + call("toolu_a"));
  CHECK(problem_of(two + "," + by("user", result("toolu_a") + "," + result("toolu_b"))).empty());
  CHECK(problem_of(two + "," + by("user", any_text())) == unanswered("1", "toolu_b, toolu_a"));
  CHECK(problem_of(two + "," + by("user", result("toolu_a"))) == unanswered("1", "toolu_b"));
  CHECK(problem_of(two + "," + by("user", any_text()) + "," + by("assistant", any_text())) ==
        unanswered("1", "toolu_b, toolu_a"));
  CHECK(problem_of(two).empty());
}

TEST_CASE("each result of a tool needs its call in the turn before") {
  const std::string round = by("assistant", call("a")) + "," + by("user", result("a"));
  CHECK(problem_of(round).empty());
  CHECK(Parsed(body_of_blocks(result("a"))).message() == uncalled("0.content.0", "a"));
  CHECK(problem_of(by("assistant", call("a")) + "," +
                   by("user", result("a") + "," + result("b"))) == uncalled("2.content.1", "b"));
  CHECK(problem_of(round + "," + by("assistant", any_text()) + "," + by("user", result("a"))) ==
        uncalled("4.content.0", "a"));
}

TEST_CASE("messages of one role are one turn for tools") {
  const std::string calls = by("assistant", call("a")) + "," + by("assistant", call("b"));
  CHECK(problem_of(calls + "," + by("user", result("b")) + "," + by("user", result("a"))).empty());
  CHECK(problem_of(calls + "," + by("user", result("a"))) == unanswered("2", "b"));
  CHECK(problem_of(by("assistant", call("a")) + R"(,{"role":"system","content":"now"},)" +
                   by("user", result("a")))
            .empty());
}

TEST_CASE("schemas of tools and of structured output are handed on as they were sent") {
  const std::string question = R"([{"role":"user","content":"x"}])";
  const Parsed parsed(
      body_with(question, R"(,"tools":[{"name":"a","input_schema":{"type":"object"} },)"
                          R"({"type":"bash_20250124","name":"bash"}],"output_config":{"format":)"
                          R"({"type":"json_schema","schema":{"type":"array"}}})"));
  REQUIRE(parsed.message().empty());
  REQUIRE(parsed.request.tool_schemas.size() == 2);
  CHECK(parsed.request.tool_schemas[0].starts_with(R"({"type":"object"})"));
  CHECK(parsed.request.tool_schemas[1].empty());
  CHECK(parsed.request.output_schema == R"({"type":"array"})");
  const Parsed beta(
      body_with(question, R"(,"output_format":{"type":"json_schema","schema":{"type":"array"}})"));
  CHECK(beta.request.output_schema == R"({"type":"array"})");
}

TEST_CASE("parameters of OpenAI's functions are their schemas") {
  const Parsed parsed(body_with(R"([{"role":"user","content":"x"}])",
                                R"(,"tools":[{"type":"function","function":{"name":"a",)"
                                R"("parameters":{"type":"object"}}},)"
                                R"({"type":"function","function":{"name":"b"}}])"),
                      BodyKind::kChatCompletions);
  REQUIRE(parsed.message().empty());
  CHECK(parsed.request.tool_schemas ==
        std::vector<std::string_view>{R"({"type":"object"})", std::string_view{}});
}

TEST_CASE("beta fields that change nothing here are taken") {
  for (const char* const more : {R"(,"fallbacks":[{"model":"claude-haiku-5-5"}])",
                                 R"(,"fallbacks":null)", R"(,"fallback_credit_token":"t")",
                                 R"(,"compaction":{"type":"auto"})", R"(,"output_format":null)"}) {
    CHECK(Parsed(body_with(R"([{"role":"user","content":"x"}])", more)).message().empty());
  }
}

}  // namespace
}  // namespace sluice::wire
