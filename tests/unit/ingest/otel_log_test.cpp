#include "ingest/otel_log.hpp"

#include "import_fixtures.hpp"

using namespace sluice;
using namespace sluice::ingest;

namespace {

std::string attribute(std::string_view key, std::string_view value) {
  return fmt::format("{{\"key\":\"{}\",\"value\":{}}}", key, value);
}

// A span of OTLP in JSON, whose attributes follow after those that all have.
std::string otlp_span(std::string_view attributes,
                      std::string_view start = "\"1767323045250000001\"") {
  return fmt::format(
      "{{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\","
      "\"name\":\"chat claude\",\"kind\":3,\"startTimeUnixNano\":{},\"endTimeUnixNano\":"
      "\"1767323046000000000\",\"attributes\":[{},{}],\"status\":{{}}}}",
      start, attribute("gen_ai.input.messages", "{\"stringValue\":\"[{}]\"}"), attributes);
}

std::string otlp_line(std::string_view spans) {
  return fmt::format(
      "{{\"resourceSpans\":[{{\"resource\":{{\"attributes\":[{}]}},\"scopeSpans\":[{{\"scope\":{{}}"
      ","
      "\"spans\":[{}]}}]}}]}}\n",
      attribute("service.name", "{\"stringValue\":\"s\"}"), spans);
}

const std::string kTokens =
    attribute("gen_ai.operation.name", "{\"stringValue\":\"chat\"}") + "," +
    attribute("gen_ai.request.model", "{\"stringValue\":\"claude-opus-5\"}") + "," +
    attribute("gen_ai.usage.input_tokens", "{\"intValue\":\"1000\"}") + "," +
    attribute("gen_ai.usage.output_tokens", "{\"intValue\":50}") + "," +
    attribute("gen_ai.usage.cache_read.input_tokens", "{\"intValue\":\"600\"}") + "," +
    attribute("gen_ai.usage.cache_creation.input_tokens", "{\"intValue\":\"300\"}");

std::string flat_span(std::string_view members) {
  return fmt::format(
      "{{\"trace_id\":\"t\",\"span_id\":\"s\",\"name\":\"chat\",\"start_time\":"
      "\"2026-02-25T10:00:00.000000\",{}}}",
      members);
}

}  // namespace

TEST_CASE("a line of the OTLP file exporter holds many spans, of which calls are taken") {
  const Imported imported = import_text(
      otlp_line(otlp_span(kTokens) + "," + otlp_span(kTokens, "1767323049000000000") + "," +
                otlp_span(attribute("http.method", "{\"stringValue\":\"GET\"}")) + "," +
                otlp_span(attribute("gen_ai.operation.name", "{\"stringValue\":\"invoke_agent\"}") +
                          "," + attribute("gen_ai.usage.input_tokens", "{\"intValue\":\"5\"}"))));
  CHECK(imported.error.empty());
  CHECK(imported.facts.format == LogFormat::kOpenTelemetry);
  CHECK(imported.facts.has_dates);
  CHECK(!imported.facts.in_order);
  CHECK(imported.facts.not_calls == 2);
  REQUIRE(imported.calls.size() == 2);
  const ImportedCall& call = imported.calls[0];
  CHECK(ns(call.request.at) == 1'767'323'045'250'000'001);
  CHECK(call.request.model == "claude-opus-5");
  CHECK(*call.usage == Usage{.input_tokens = 100,
                             .cache_creation_5m_input_tokens = 300,
                             .cache_read_input_tokens = 600,
                             .output_tokens = 50});
  CHECK(call.request.session == imported.calls[1].request.session);
  CHECK(imported.calls[1].request.at == seconds(1'767'323'049));
}

TEST_CASE("a value may stand before its key") {
  const Imported imported = import_text(otlp_line(
      otlp_span("{\"value\":{\"intValue\":\"7\"},\"key\":\"gen_ai.usage.input_tokens\"},"
                "{\"value\":{\"intValue\":\"8\"},\"key\":\"gen_ai.usage.output_tokens\"}")));
  REQUIRE(imported.calls.size() == 1);
  CHECK(imported.calls[0].request.input_tokens == 7);
  CHECK(imported.calls[0].request.output_tokens == 8);
}

TEST_CASE("flat spans are read one a line, in lists, and in documents over many lines") {
  const std::string span = flat_span(
      "\"attributes\":{\"gen_ai.request.model\":\"gpt-4\",\"gen_ai.usage.prompt_tokens\":10,"
      "\"gen_ai.usage.completion_tokens\":5,\"gen_ai.request.max_tokens\":500,"
      "\"gen_ai.conversation.id\":\"c\"},\"status\":{\"code\":1}");
  const Imported line = import_text(span + "\n");
  REQUIRE(line.calls.size() == 1);
  CHECK(line.calls[0].request.max_tokens == 500);
  CHECK(line.calls[0].request.at == seconds(1'772'013'600));
  CHECK(import_text("[" + span + "," + span + "]\n").calls.size() == 2);
  const Imported document =
      import_text("{\n  \"trace_id\": \"t\",\n  \"spans\": [\n" + span + ",\n" + span + "\n]\n}\n");
  CHECK(document.error.empty());
  CHECK(document.calls.size() == 2);
}

TEST_CASE("a span of the Python SDK's console exporter has its trace in its context") {
  const Imported imported = import_text(
      "{\"name\":\"chat\",\"context\":{\"trace_id\":\"0x1\",\"span_id\":\"0x2\"},\"kind\":"
      "\"SpanKind.CLIENT\",\"parent_id\":null,\"start_time\":\"2026-02-25T10:00:00.123456Z\","
      "\"end_time\":\"2026-02-25T10:00:01Z\",\"status\":{\"status_code\":\"ERROR\"},\"attributes\":"
      "{\"gen_ai.request.model\":\"m\"},\"events\":[],\"links\":[],\"resource\":{\"attributes\":{}}"
      "}\n",
      {.format = LogFormat::kOpenTelemetry});
  CHECK(imported.error.empty());
  REQUIRE(imported.calls.size() == 1);
  CHECK(imported.calls[0].failed);
  CHECK(imported.calls[0].request.session.has_value());
}

TEST_CASE("an error that produced tokens was billed and did not fail") {
  const Imported imported = import_text(
      flat_span("\"attributes\":{\"gen_ai.usage.input_tokens\":10,\"gen_ai.usage.output_tokens\":5,"
                "\"error.type\":\"timeout\"},\"status\":\"ERROR\"") +
      "\n" + flat_span("\"attributes\":{\"gen_ai.request.model\":\"m\",\"error.type\":\"429\"}") +
      "\n");
  REQUIRE(imported.calls.size() == 2);
  CHECK(!imported.calls[0].failed);
  CHECK(imported.calls[1].failed);
}

TEST_CASE("a span that lacks its tokens or its start is a bad row, the others of its line stand") {
  const Imported imported = import_text(otlp_line(
      otlp_span(kTokens) + "," +
      otlp_span(attribute("gen_ai.request.model", "{\"stringValue\":\"m\"}")) + "," +
      otlp_span(attribute("gen_ai.usage.input_tokens", "{\"stringValue\":\"many\"}")) + "," +
      otlp_span(kTokens, "null") + "," + otlp_span(kTokens) + "," + otlp_span(kTokens)));
  CHECK(imported.error.empty());
  CHECK(imported.calls.size() == 3);
  CHECK(imported.facts.bad_rows == 3);
}

TEST_CASE("truncated lines and depth without end are bad rows") {
  const std::string line = otlp_line(otlp_span(kTokens));
  const std::string deep = std::string(100'000, '[') + "\n";
  const Imported imported =
      import_text(line + line + line + line.substr(0, line.size() - 30) + "\n" + deep);
  CHECK(imported.error.empty());
  CHECK(imported.calls.size() == 3);
  CHECK(imported.facts.bad_rows == 2);
}

TEST_CASE("no secret of a trace leaves the reader") {
  const std::string secret = "hunter2-correct-horse";
  const std::string text = "{\"stringValue\":\"" + secret + "\"}";
  std::string log;
  for (const std::string& more :
       {attribute("gen_ai.input.messages", text), attribute("gen_ai.conversation.id", text),
        attribute(secret, text), attribute("error.type", text),
        attribute("gen_ai.usage.input_tokens", text), attribute("user.id", text)}) {
    log += otlp_line(otlp_span(kTokens + "," + more));
  }
  log += otlp_line(otlp_span(kTokens, "\"" + secret + "\""));
  const Imported imported = import_text(log);
  CHECK(imported.calls.size() == 5);
  CHECK(imported.facts.bad_rows == 2);
  CHECK(all_words(imported).find("hunter2") == std::string::npos);
}
