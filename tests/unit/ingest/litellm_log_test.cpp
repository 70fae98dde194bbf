#include "ingest/litellm_log.hpp"

#include "import_fixtures.hpp"

using namespace sluice;
using namespace sluice::ingest;

namespace {

// A standard logging payload as the proxy writes it, with the members that matter and some that do
// not.
std::string payload(std::string_view more = "", std::string_view start = "1736940123.123456") {
  return fmt::format(
      "{{\"id\":\"chatcmpl-1\",\"trace_id\":\"t-1\",\"call_type\":\"acompletion\",\"stream\":true,"
      "\"response_cost\":0.01,\"status\":\"success\",\"total_tokens\":1120,\"prompt_tokens\":1000,"
      "\"completion_tokens\":120,\"startTime\":{},\"endTime\":1736940125.5,"
      "\"model\":\"claude-sonnet-4-5\",\"cache_hit\":null,\"messages\":[{{\"role\":\"user\","
      "\"content\":\"{{\\\"prompt_tokens\\\": 5}}\"}}],\"metadata\":{{\"usage_object\":{{"
      "\"prompt_tokens\":1000,\"completion_tokens\":120,\"cache_read_input_tokens\":600,"
      "\"cache_creation_input_tokens\":300,\"prompt_tokens_details\":{{\"cached_tokens\":600,"
      "\"cache_creation_tokens\":300,\"cache_creation_token_details\":{{"
      "\"ephemeral_5m_input_tokens\":100,\"ephemeral_1h_input_tokens\":200}}}}}}}}{}}}\n",
      start, more);
}

std::string spend_row(std::string_view members) {
  return fmt::format(
      "{{\"request_id\":\"r\",\"call_type\":\"anthropic_messages\",\"api_key\":\"k\",\"spend\":0.1,"
      "\"model\":\"anthropic/claude-opus-4\",\"startTime\":\"2026-01-02T03:04:05.250000Z\",{}}}",
      members);
}

}  // namespace

TEST_CASE("a standard logging payload tells the API's parts of the prompt") {
  const Imported imported = import_text(payload());
  CHECK(imported.error.empty());
  CHECK(imported.facts.format == LogFormat::kLiteLlm);
  CHECK(imported.facts.has_dates);
  CHECK(!imported.facts.in_order);
  REQUIRE(imported.calls.size() == 1);
  const ImportedCall& call = imported.calls[0];
  REQUIRE(call.usage.has_value());
  CHECK(*call.usage == Usage{.input_tokens = 100,
                             .cache_creation_5m_input_tokens = 100,
                             .cache_creation_1h_input_tokens = 200,
                             .cache_read_input_tokens = 600,
                             .output_tokens = 120});
  CHECK(call.request.input_tokens == 1000);
  CHECK(call.request.output_tokens == 120);
  CHECK(call.request.model == "claude-sonnet-4-5");
  CHECK(ns(call.request.at) == 1'736'940'123'123'456'000);
  CHECK(call.request.session.has_value());
  CHECK(!call.failed);
}

TEST_CASE("a spend log's row holds its metadata as a text") {
  const Imported imported = import_text(
      spend_row(
          "\"prompt_tokens\":50,\"completion_tokens\":7,\"session_id\":\"s\",\"metadata\":"
          "\"{\\\"status\\\": \\\"success\\\", \\\"additional_usage_values\\\": "
          "{\\\"cache_read_input_tokens\\\": 40, \\\"cache_creation_input_tokens\\\": 0}}\"") +
      "\n");
  REQUIRE(imported.calls.size() == 1);
  CHECK(imported.calls[0].usage->cache_read_input_tokens == 40);
  CHECK(imported.calls[0].usage->input_tokens == 10);
  CHECK(imported.calls[0].request.model == "anthropic/claude-opus-4");
  CHECK(ns(imported.calls[0].request.at) == 1'767'323'045'250'000'000);
}

TEST_CASE("a list of rows over many lines is read whole, and so is one under data") {
  const std::string row = spend_row("\n\"prompt_tokens\":50,\n\"completion_tokens\":7");
  const Imported list = import_text("[\n" + row + ",\n" + row + "\n]\n");
  CHECK(list.error.empty());
  CHECK(list.calls.size() == 2);
  const std::string flat = spend_row("\"prompt_tokens\":50,\"completion_tokens\":7");
  const Imported data = import_text("{\"data\":[" + flat + "," + flat + "],\"total\":2}\n");
  CHECK(data.calls.size() == 2);
}

TEST_CASE("a failure is a failed call, LiteLLM's own cache and embeddings are no calls") {
  const Imported imported = import_text(
      spend_row("\"prompt_tokens\":0,\"completion_tokens\":0,\"status\":\"failure\"") + "\n" +
      spend_row("\"prompt_tokens\":5,\"completion_tokens\":9,\"cache_hit\":\"True\"") + "\n" +
      payload(",\"call_type\":\"aembedding\"") + payload(",\"cache_hit\":true") +
      spend_row("\"metadata\":{\"status\":\"failure\"}") + "\n");
  CHECK(imported.calls.size() == 2);
  CHECK(imported.calls[0].failed);
  CHECK(imported.calls[1].failed);
  CHECK(imported.facts.not_calls == 3);
}

TEST_CASE("cached tokens that do not fit into the prompt come on top of it") {
  const Imported imported = import_text(
      spend_row("\"prompt_tokens\":10,\"completion_tokens\":7,\"metadata\":{\"usage_object\":"
                "{\"cache_read_input_tokens\":500}}") +
      "\n");
  REQUIRE(imported.calls.size() == 1);
  CHECK(imported.calls[0].usage->input_tokens == 10);
  CHECK(imported.calls[0].request.input_tokens == 510);
}

TEST_CASE("the payload may be wrapped, and usage may stand in the response alone") {
  std::string inner = payload();
  inner.pop_back();
  const Imported imported = import_text(
      "{\"standard_logging_object\":" + inner + "}\n" +
      spend_row("\"prompt_tokens\":50,\"completion_tokens\":7,\"response\":{\"choices\":[],"
                "\"usage\":{\"prompt_tokens\":50,\"cache_read_input_tokens\":20}}") +
      "\n");
  REQUIRE(imported.calls.size() == 2);
  CHECK(imported.calls[0].usage->cache_read_input_tokens == 600);
  CHECK(imported.calls[1].usage->cache_read_input_tokens == 20);
}

TEST_CASE("web searches and inference in the US are billed beside the tokens") {
  const Imported imported = import_text(
      spend_row("\"prompt_tokens\":50,\"completion_tokens\":7,\"metadata\":{\"usage_object\":"
                "{\"server_tool_use\":{\"web_search_requests\":2},\"inference_geo\":\"us\"}}") +
      "\n" +
      spend_row("\"prompt_tokens\":50,\"completion_tokens\":7,\"metadata\":{\"usage_object\":"
                "{\"server_tool_use\":null,\"inference_geo\":\"global\"}}") +
      "\n");
  REQUIRE(imported.calls.size() == 2);
  CHECK(imported.calls[0].web_searches == 2);
  CHECK(imported.calls[0].is_us_only);
  CHECK(imported.calls[1].web_searches == 0);
  CHECK(!imported.calls[1].is_us_only);
}

TEST_CASE("truncated and incomplete rows are bad rows") {
  const std::string whole = payload();
  std::string log = whole + whole + whole + whole + whole;
  log += spend_row("\"prompt_tokens\":50") + "\n";
  log += "{\"call_type\":\"completion\",\"prompt_tokens\":1,\"completion_tokens\":1}\n";
  log += spend_row("\"prompt_tokens\":1e30,\"completion_tokens\":1") + "\n";
  log += whole.substr(0, whole.size() / 2);
  const Imported imported = import_text(log);
  CHECK(imported.error.empty());
  CHECK(imported.calls.size() == 5);
  CHECK(imported.facts.bad_rows == 4);
}

TEST_CASE("no secret of a LiteLLM log leaves the reader") {
  const std::string secret = "hunter2-correct-horse";
  std::string log;
  for (const std::string& member :
       {"\"messages\":[{\"content\":\"" + secret + "\"}]", "\"end_user\":\"" + secret + "\"",
        "\"response\":\"" + secret + "\"", "\"session_id\":\"" + secret + "\"",
        "\"metadata\":\"" + secret + "\"", "\"" + secret + "\":1",
        "\"completion_tokens\":\"" + secret + "\"", "\"status\":\"" + secret + "\"",
        "\"model_group\":\"" + secret + "\"", "\"startTime\":\"" + secret + "\""}) {
    log += spend_row("\"prompt_tokens\":5,\"completion_tokens\":6," + member) + "\n";
  }
  const Imported imported = import_text(log);
  CHECK(imported.calls.size() == 8);
  CHECK(imported.facts.bad_rows == 2);
  CHECK(all_words(imported).find("hunter2") == std::string::npos);
}
