#include "wire/messages_request.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/wire/parsed.hpp"
#include "wire/content_hash.hpp"

namespace sluice::wire {
namespace {

struct Case {
  std::string body;
  std::string message;  // of the error; empty: it passes
};

void check_all(const std::vector<Case>& cases, BodyKind kind = BodyKind::kMessages,
               ApiVersion version = ApiVersion::k2026_10_21) {
  for (const Case& one : cases) {
    INFO(one.body);
    const Parsed parsed(one.body, kind, version);
    CHECK(parsed.message() == one.message);
    if (parsed.error) CHECK(parsed.error->kind == ErrorKind::kInvalidRequest);
  }
}

std::string hello(std::string_view more) { return body_with(kHello, more); }

TEST_CASE("a plain request is read as it was sent") {
  const Parsed parsed(hello(R"(,"stream":true,"service_tier":"standard_only","speed":"fast",)"
                            R"("inference_geo":"us","stop_sequences":["END","\u0041B"],)"
                            R"("metadata":{"user_id":"u"},"system":"Be brief.")"));
  REQUIRE(!parsed.error);
  const MessagesRequest& request = parsed.request;
  CHECK(request.model == "claude-opus-5-5");
  CHECK(request.max_tokens == 100);
  CHECK((request.stream && request.fast && request.us_only && request.standard_only));
  CHECK(request.stop_sequences == std::vector<std::string_view>{"END", "AB"});
  CHECK(request.blocks.size() == 2);
  CHECK(!request.ends_with_assistant);
  CHECK(!request.has_sampling);
}

TEST_CASE("keys may come in any order") {
  const Parsed one(R"({"messages":[{"content":"Hi","role":"user"}],"max_tokens":1,"model":"m"})");
  const Parsed other(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]})");
  REQUIRE(!one.error);
  REQUIRE(!other.error);
  CHECK(one.request.blocks[0].chain == other.request.blocks[0].chain);
}

TEST_CASE("a parser remembers nothing of the call before") {
  const std::string first = hello(R"(,"stream":true,"stop_sequences":["x"],"tools":[)"
                                  R"({"name":"t","input_schema":{"type":"object"}}])");
  Parsed parsed(first);
  REQUIRE(!parsed.error);
  const std::string second = padded(hello(""));
  const std::string_view body = std::string_view(second).substr(0, hello("").size());
  REQUIRE(!parsed.parser.parse(body, {}, parsed.request));
  CHECK(!parsed.request.stream);
  CHECK(parsed.request.stop_sequences.empty());
  CHECK(parsed.request.tools.empty());
  CHECK(parsed.request.blocks.size() == 1);
}

TEST_CASE("what is missing is named by its place") {
  check_all({
      {R"({})", "model: Field required"},
      {R"({"model":"m","max_tokens":1})", "messages: Field required"},
      {R"({"model":"m","messages":[{"role":"user","content":"x"}]})", "max_tokens: Field required"},
      {body_with(R"([{"role":"user"}])"), "messages.0.content: Field required"},
      {body_with(R"([{"content":"x"}])"), "messages.0.role: Field required"},
      {body_of_blocks(R"({"text":"x"})"), "messages.0.content.0.type: Field required"},
      {body_of_blocks(R"({"type":"text"})"), "messages.0.content.0.text.text: Field required"},
      {body_of_blocks(R"({"type":"image","source":{"type":"base64","data":"AAAA"}})"),
       "messages.0.content.0.image.source.base64.media_type: Field required"},
      {body_of_blocks(R"({"type":"image","source":{"media_type":"image/png","data":"AAAA"}})"),
       "messages.0.content.0.image.source.type: Field required"},
      {body_of_blocks(R"({"type":"tool_result"})"),
       "messages.0.content.0.tool_result.tool_use_id: Field required"},
      {hello(R"(,"thinking":{"type":"enabled"})"),
       "thinking.enabled.budget_tokens: Field required"},
      {hello(R"(,"tools":[{"name":"t"}])"), "tools.0.custom.input_schema: Field required"},
      {hello(R"(,"tools":[{"name":"t","input_schema":{}}])"),
       "tools.0.input_schema.type: Field required"},
      {hello(R"(,"tools":[{"input_schema":{"type":"object"}}])"),
       "tools.0.custom.name: Field required"},
      {hello(R"(,"cache_control":{})"), "cache_control.type: Field required"},
  });
}

TEST_CASE("a value of the wrong type is named by its place") {
  check_all({
      {R"({"model":5,"max_tokens":1,"messages":[]})", "model: Input should be a valid string"},
      {R"({"model":"m","max_tokens":"1"})", "max_tokens: Input should be a valid integer"},
      {R"({"model":"m","max_tokens":1.5})", "max_tokens: Input should be a valid integer"},
      {R"({"model":"m","max_tokens":null})", "max_tokens: Input should be a valid integer"},
      {body_with(R"({})"), "messages: Input should be a valid list"},
      {body_with(R"(["x"])"), "messages.0: Input should be a valid dictionary"},
      {body_with(R"([{"role":"user","content":5}])"),
       "messages.0.content: Input should be a valid list"},
      {body_of_blocks(R"({"type":"text","text":7})"),
       "messages.0.content.0.text.text: Input should be a valid string"},
      {hello(R"(,"stream":"yes")"), "stream: Input should be a valid boolean"},
      {hello(R"(,"stop_sequences":[1])"), "stop_sequences.0: Input should be a valid string"},
      {R"([])", "Input should be a valid dictionary"},
      {R"("text")", "Input should be a valid dictionary"},
  });
}

TEST_CASE("a value out of range is refused with what would be right") {
  check_all({
      {R"({"model":"","max_tokens":1})", "model: String should have at least 1 character"},
      {R"({"model":"m","max_tokens":-1})",
       "max_tokens: Input should be greater than or equal to 0"},
      {body_with("[]"), "messages: at least one message is required"},
      {body_with(R"([{"role":"robot","content":"x"}])"),
       "messages.0.role: Input should be 'user', 'assistant' or 'system'"},
      {hello(R"(,"service_tier":"gold")"),
       "service_tier: Input should be 'auto' or 'standard_only'"},
      {hello(R"(,"speed":"slow")"), "speed: Input should be 'standard' or 'fast'"},
      {hello(R"(,"stop_sequences":[" "])"),
       "stop_sequences: each stop sequence must contain non-whitespace"},
      {hello(R"(,"output_config":{"effort":"extreme"})"),
       "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"},
      {hello(R"(,"cache_control":{"type":"forever"})"),
       "cache_control.type: Input should be 'ephemeral'"},
      {hello(R"(,"cache_control":{"type":"ephemeral","ttl":"2h"})"),
       "cache_control.ttl: Input should be '5m' or '1h'"},
      {hello(R"(,"thinking":{"type":"enabled","budget_tokens":1023})"),
       "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"},
      {hello(R"(,"thinking":{"type":"enabled","budget_tokens":1024})"),
       "`max_tokens` must be greater than `thinking.budget_tokens`."},
      {hello(R"(,"thinking":{"type":"adaptive","budget_tokens":1024})"),
       "thinking.adaptive.budget_tokens: Extra inputs are not permitted"},
      {hello(R"(,"thinking":{"type":"between_tools"})"), ""},
      {hello(R"(,"thinking":{"type":"disabled"})"), ""},
      {hello(R"(,"inference_geo":null,"metadata":null,"cache_control":null,"container":null)"), ""},
  });
}

TEST_CASE("unknown keys are not permitted") {
  check_all({
      {hello(R"(,"max_token":5)"), "max_token: Extra inputs are not permitted"},
      {hello(R"(,"metadata":{"user":"u"})"), "metadata.user: Extra inputs are not permitted"},
      {body_with(R"([{"role":"user","content":"x","name":"n"}])"),
       "messages.0.name: Extra inputs are not permitted"},
      {body_of_blocks(R"({"type":"text","text":"x","colour":1})"),
       "messages.0.content.0.text.colour: Extra inputs are not permitted"},
      {body_of_blocks(R"({"type":"text","text":"x","source":"y"})"),
       "messages.0.content.0.text.source: Extra inputs are not permitted"},
      {hello(R"(,"tools":[{"name":"t","input_schema":{"type":"object"},"parameters":{}}])"),
       "tools.0.custom.parameters: Extra inputs are not permitted"},
      {hello(R"(,"max_tokens":5)"), "max_tokens: Field is given twice"},
  });
}

TEST_CASE("a message thread is refused in a way that lets SDKs go on without") {
  const Parsed threaded(hello(R"(,"thread":{"type":"create"})"));
  CHECK(threaded.message() ==
        "thread: Message threads are not supported here; send the whole conversation");
  REQUIRE(threaded.error.has_value());
  CHECK(threaded.error->error_code == "thread_unsupported_request");
  check_all({{hello(R"(,"thread":null)"), ""}});
}

TEST_CASE("max_tokens 0 warms the cache and permits no answer") {
  const auto zero = [](std::string_view more) {
    return R"({"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}])" +
           std::string(more) + "}";
  };
  check_all({
      {zero(""), ""},
      {zero(R"(,"stream":false)"), ""},
      {zero(R"(,"stream":true)"), "max_tokens: 0 is not permitted when streaming"},
      {zero(R"(,"thinking":{"type":"enabled","budget_tokens":2000})"),
       "max_tokens: 0 is not permitted when thinking is enabled"},
      {zero(R"(,"output_config":{"format":{"type":"json_schema","schema":{}}})"),
       "max_tokens: 0 is not permitted with structured outputs"},
      {zero(R"(,"tools":[{"name":"t","input_schema":{"type":"object"}}],)"
            R"("tool_choice":{"type":"any"})"),
       "max_tokens: 0 is not permitted when tool_choice forces tool use"},
  });
  check_all({{zero(""), "max_tokens: 0 is not permitted in a batch"}}, BodyKind::kBatchItem);
}

TEST_CASE("counting takes what makes the prompt and nothing about the answer") {
  check_all(
      {{R"({"model":"m","messages":[{"role":"user","content":"x"}]})", ""},
       {hello(""), "max_tokens: Extra inputs are not permitted"},
       {R"({"model":"m","stream":true,"messages":[]})", "stream: Extra inputs are not permitted"},
       {R"({"model":"m","messages":[{"role":"user","content":"x"}],)"
        R"("thinking":{"type":"enabled","budget_tokens":5000},"system":"s"})",
        ""}},
      BodyKind::kCountTokens);
}

TEST_CASE("batch items neither stream nor hurry") {
  check_all({{hello(""), ""},
             {hello(R"(,"stream":false)"), "stream: Extra inputs are not permitted"},
             {hello(R"(,"speed":"fast")"), "speed: Extra inputs are not permitted"}},
            BodyKind::kBatchItem);
}

TEST_CASE("sampling parameters are gone since version 2026-10-21") {
  check_all({{hello(R"(,"temperature":1)"), "temperature: Extra inputs are not permitted"},
             {hello(R"(,"top_p":1)"), "top_p: Extra inputs are not permitted"},
             {hello(R"(,"top_k":5)"), "top_k: Extra inputs are not permitted"}});
  check_all({{hello(R"(,"temperature":1)"), ""},
             {hello(R"(,"temperature":1.1)"), "temperature: range: 0..1"},
             {hello(R"(,"top_p":-0.5)"), "top_p: range: 0..1"},
             {hello(R"(,"top_k":-1)"), "top_k: Input should be greater than or equal to 0"}},
            BodyKind::kMessages, ApiVersion::k2023_06_01);
  const auto samples = [](std::string_view more) {
    return Parsed(hello(more), BodyKind::kMessages, ApiVersion::k2023_06_01).request.has_sampling;
  };
  CHECK(!samples(R"(,"temperature":1.0,"top_p":1)"));
  CHECK(samples(R"(,"temperature":0.5)"));
  CHECK(samples(R"(,"top_p":0.9)"));
  CHECK(samples(R"(,"top_k":40)"));
}

TEST_CASE("version 2026-10-21 refuses documents by the assistant and citations by the user") {
  const std::string document = body_with(
      R"([{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"document",)"
      R"("source":{"type":"text","media_type":"text/plain","data":"d"}}]}])");
  const std::string cited =
      body_of_blocks(R"({"citations":[{"type":"page_location"}],"type":"text","text":"t"})");
  const std::string uncited = body_of_blocks(R"({"citations":[],"type":"text","text":"t"})");
  const std::string found = body_of_blocks(
      R"({"content":[{"type":"text","text":"t","citations":[{}]}],"title":"t","source":"s",)"
      R"("type":"search_result"})");
  check_all({{document,
              "messages.1.content.0: `document` blocks are not permitted in "
              "`assistant` messages"},
             {cited,
              "messages.0.content.0.text.citations: citations are not permitted in `user` "
              "messages"},
             {uncited, ""},
             {found,
              "messages.0.content.0.search_result.content.0.citations: citations are not "
              "permitted in search results"}});
  check_all({{document, ""}, {cited, ""}, {found, ""}}, BodyKind::kMessages,
            ApiVersion::k2023_06_01);
}

TEST_CASE("every kind of block stands where the API allows it") {
  const std::string image =
      R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}})";
  const std::string result = R"({"type":"tool_result","tool_use_id":"toolu_1","content":)";
  const auto by_assistant = [](std::string_view block) {
    return body_with(R"([{"role":"user","content":"x"},{"role":"assistant","content":[)" +
                     std::string(block) + "]}]");
  };
  check_all({
      {body_of_blocks(image), ""},
      {by_assistant(image),
       "messages.1.content.0: `image` blocks are not permitted in `assistant` messages"},
      {body_of_results(result + R"("fine"})"), ""},
      {body_of_results(result + R"([{"type":"text","text":"t"},)" + image + "]}"), ""},
      {body_of_results(result + R"([{"type":"thinking","thinking":"t","signature":"s"}]})"),
       "messages.1.content.0.tool_result.content.0: `thinking` blocks are not permitted in "
       "`tool_result` contents"},
      {by_assistant(R"({"type":"tool_use","id":"a","name":"t","input":{"a":[1,null,true]}})"), ""},
      {by_assistant(R"({"type":"tool_use","id":"a","name":"t","input":[]})"),
       "messages.1.content.0.tool_use.input: Input should be a valid dictionary"},
      {body_of_blocks(R"({"type":"tool_use","id":"a","name":"t","input":{}})"),
       "messages.0.content.0: `tool_use` blocks are not permitted in `user` messages"},
      {by_assistant(R"({"type":"thinking","thinking":"hm","signature":"s"},)"
                    R"({"type":"redacted_thinking","data":"AAAA"},{"type":"text","text":"t"})"),
       ""},
      {by_assistant(R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}},)"
                    R"({"type":"web_search_tool_result","tool_use_id":"s","content":[)"
                    R"({"type":"web_search_result","url":"u","title":"t","page_age":null}]})"),
       ""},
      {by_assistant(R"({"type":"web_search_tool_result","tool_use_id":"s","content":)"
                    R"({"type":"web_search_tool_result_error","error_code":"unavailable"}})"),
       ""},
      {body_of_blocks(R"({"type":"document","source":{"type":"content","content":[{"type":"text",)"
                      R"("text":"t"}]},"title":null,"citations":{"enabled":true}})"),
       ""},
      {body_with(R"([{"role":"user","content":"x"},{"role":"system","content":"now"}])"), ""},
      {hello(R"(,"system":[{"type":"text","text":"a"},{"type":"text","text":"b"}])"), ""},
      {hello(R"(,"system":[)" + image + "]"),
       "system.0: `image` blocks are not permitted in the system prompt"},
  });
  CHECK(Parsed(body_of_blocks(R"({"type":"sound"})")).message().find("Input tag 'sound'") !=
        std::string::npos);
  const std::string inside =
      Parsed(body_of_blocks(result + R"([{"type":"text","text":"t"},{"type":"sound"}]})"))
          .message();
  CHECK(inside.find("messages.0.content.0.tool_result.content.1: Input tag 'sound'") == 0);
}

TEST_CASE("only the last message, by the assistant, may be empty") {
  const std::string empty =
      "all messages must have non-empty content except for the optional final assistant message";
  check_all({
      {body_with(R"([{"role":"user","content":""}])"), "messages.0: " + empty},
      {body_with(R"([{"role":"user","content":[]},{"role":"user","content":"x"}])"),
       "messages.0: " + empty},
      {body_with(R"([{"role":"user","content":"x"},{"role":"assistant","content":""}])"), ""},
      {body_of_blocks(R"({"type":"text","text":""},{"type":"text","text":"x"})"),
       "messages: text content blocks must be non-empty"},
  });
}

TEST_CASE("the end of the conversation is told apart") {
  const Parsed prefill(
      body_with(R"([{"role":"user","content":"x"},{"role":"assistant","content":"I"}])"));
  CHECK(prefill.request.ends_with_assistant);
  CHECK(!prefill.request.ends_with_tool_result);
  const Parsed answered(body_of_results(R"({"type":"tool_result","tool_use_id":"toolu_1"})"));
  CHECK(!answered.request.ends_with_assistant);
  CHECK(answered.request.ends_with_tool_result);
}

TEST_CASE("tools are named once, and chosen among those given") {
  const std::string tools =
      R"(,"tools":[{"name":"get_weather","description":"d","input_schema":{"type":"object"}},)"
      R"({"type":"bash_20250124","name":"bash"},{"type":"web_search_20250305",)"
      R"("name":"web_search","max_uses":3}])";
  const Parsed parsed(hello(tools + R"(,"tool_choice":{"type":"tool","name":"get_weather"})"));
  REQUIRE(!parsed.error);
  CHECK(parsed.request.tools == std::vector<std::string_view>{"get_weather", "bash"});
  CHECK(parsed.request.tool_choice == ToolChoice::kTool);
  CHECK(parsed.request.forced_tool == "get_weather");
  check_all({
      {hello(tools + R"(,"tool_choice":{"type":"tool","name":"none"})"),
       "tool_choice: Tool 'none' not found in provided tools"},
      {hello(tools + R"(,"tool_choice":{"type":"tool"})"), "tool_choice.tool.name: Field required"},
      {hello(R"(,"tool_choice":{"type":"auto"})"),
       "tool_choice may only be specified while providing tools"},
      {hello(R"(,"tools":[{"name":"a b","input_schema":{"type":"object"}}])"),
       "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"},
      {hello(R"(,"tools":[{"name":"t","input_schema":{"type":"object"}},)"
             R"({"name":"t","input_schema":{"type":"object"}}])"),
       "tools: Tool names must be unique."},
      {hello(R"(,"tools":[{"name":"t","input_schema":{"type":"array"}}])"),
       "tools.0.input_schema.type: Input should be 'object'"},
  });
}

TEST_CASE("what is no JSON is refused before anything else is judged") {
  const std::string opening = "The request body is not valid JSON: ";
  std::string deep = hello(R"(,"container":)");
  deep.pop_back();
  const std::string well = deep + std::string(150, '[') + std::string(150, ']') + "}";
  deep += std::string(100'000, '[') + std::string(100'000, ']') + "}";
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("{}x"), std::string(R"({"model":})"),
        std::string(R"({"model" "m"})"), std::string(R"({"unknown":1,"a":tru})"),
        std::string(R"({"unknown":1,"a":01})"), std::string(R"({"unknown":1,"a":"\q"})"),
        std::string(R"({"model":"\ud800"})"), std::string(R"({"model":"m",})"),
        std::string("{\"model\":\"\xff\"}"), std::string("{\"model\":\"a\nb\"}"), hello("") + "}",
        hello("") + "{}", hello(R"(,"container":[1,2)"),
        std::string(R"({"messages":[{"role":"user"}})"), deep}) {
    INFO(body.substr(0, 200));
    CHECK(Parsed(body).message().substr(0, opening.size()) == opening);
  }
  CHECK(!Parsed(well).error);
}

TEST_CASE("every beginning of a body is refused and none is read beyond its end") {
  const std::string body = hello(
      R"(,"system":[{"type":"text","text":"a\u00e9\n\"b\"","cache_control":{"type":"ephemeral"}}],)"
      R"("tools":[{"name":"t","input_schema":{"type":"object","x":[1,2.5e3,null,{"y":{}}]}}])");
  REQUIRE(!Parsed(body).error);
  for (std::size_t size = 0; size < body.size(); ++size) {
    CHECK(Parsed(std::string_view(body).substr(0, size)).error);
  }
}

TEST_CASE("a request is named by the hash of its body as sent") {
  const std::string body = hello("");
  CHECK(Parsed(body).request.content_hash == content_hash(body));
  CHECK(Parsed(body + " ").request.content_hash != content_hash(body));
}

TEST_CASE("versions are known by their dates") {
  CHECK(api_version_named("2023-06-01") == ApiVersion::k2023_06_01);
  CHECK(api_version_named("2026-10-21") == ApiVersion::k2026_10_21);
  CHECK(!api_version_named("2024-01-01"));
}

}  // namespace
}  // namespace sluice::wire
