#include "ingest/import_source.hpp"

#include "fixtures.hpp"
#include "import_fixtures.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/log_detection.hpp"

using namespace sluice;
using namespace sluice::ingest;

namespace {

constexpr std::string_view kAzure =
    "TIMESTAMP,ContextTokens,GeneratedTokens\n"
    "2023-11-16 18:15:46.6805900,374,44\n"
    "2023-11-16 18:15:50.9951690,396,109\n";
constexpr std::string_view kMooncake =
    "{\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, 1]}\n"
    "{\"timestamp\": 3000, \"input_length\": 7, \"output_length\": 5, \"hash_ids\": [0]}\n";
constexpr std::string_view kBurstGpt =
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
    "5,ChatGPT,472,18,490,Conversation log\n"
    "45,GPT-4,1087,0,1087,API log\n";

}  // namespace

TEST_CASE("every format has a name, and the name finds it") {
  for (int index = 0; index <= static_cast<int>(LogFormat::kJsonl); ++index) {
    const auto format = static_cast<LogFormat>(index);
    CHECK(log_format_named(name(format)) == format);
  }
  CHECK(!log_format_named("excel").has_value());
}

TEST_CASE("a format is told by a file's first lines") {
  struct Row {
    std::string_view text;
    LogFormat format;
  };
  const Row rows[] = {
      {kAzure, LogFormat::kAzure},
      {kMooncake, LogFormat::kMooncake},
      {kBurstGpt, LogFormat::kBurstGpt},
      {"\xef\xbb\xbf"
       "at,input_tokens,output_tokens\n",
       LogFormat::kCsv},
      {"\n\nTime,prompt tokens,Completion-Tokens\n", LogFormat::kCsv},
      {"{\"ts\": 1, \"prompt_tokens\": 2, \"completion_tokens\": 3}\n", LogFormat::kJsonl},
      {"{\"resourceSpans\":[]}\n", LogFormat::kOpenTelemetry},
      {"{\n \"trace_id\": \"1\",\n \"spans\": [\n", LogFormat::kOpenTelemetry},
      {"{\"id\":\"x\",\"call_type\":\"acompletion\",\"startTime\":1.5}\n", LogFormat::kLiteLlm},
      {"[\n  {\n    \"request_id\": \"x\",\n    \"call_type\": \"completion\",\n"
       "    \"startTime\": \"2026-01-01\"",
       LogFormat::kLiteLlm},
      {"{\"type\":\"summary\",\"summary\":\"s\",\"leafUuid\":\"u\"}\n", LogFormat::kClaudeCode},
      {"{\"data\":[{\"starting_at\":\"2026-01-01T00:00:00Z\",\"results\":[]}]}\n",
       LogFormat::kUsageReport},
      {"{\"workload\":\"w\",\"session\":1,\"turn\":0,\"attempt\":1,\"planned\":0}\n",
       LogFormat::kRecords},
      {"dear diary\n", LogFormat::kDetect},
      {"", LogFormat::kDetect},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(name(format_of_text(row.text, {})) == name(row.format));
  }
}

TEST_CASE("what a prompt says cannot pass for a format") {
  const std::string_view text =
      "{\"at\": 1, \"input_tokens\": 2, \"output_tokens\": 3, \"x_prompt\": "
      "\"{\\\"resourceSpans\\\": "
      "\\\"gen_ai.\\\" \\\"sessionId\\\"}\"}\n";
  CHECK(format_of_text(text, {}) == LogFormat::kJsonl);
}

TEST_CASE("public traces keep their clock and say whether it gives dates") {
  const Imported azure = import_text(kAzure);
  CHECK(azure.error.empty());
  CHECK(azure.facts.format == LogFormat::kAzure);
  CHECK(azure.facts.has_dates);
  CHECK(azure.facts.in_order);
  REQUIRE(azure.calls.size() == 2);
  CHECK(ns(azure.calls[0].request.at) == 1'700'158'546'680'590'000);
  CHECK(azure.calls[1].request.line == 3);

  const Imported mooncake = import_text(kMooncake);
  CHECK(!mooncake.facts.has_dates);
  REQUIRE(mooncake.calls.size() == 2);
  CHECK(mooncake.calls[1].request.at == seconds(3));
  CHECK(mooncake.calls[0].request.block_ids == std::vector<std::uint64_t>{0, 1});
  CHECK(mooncake.calls[1].request.block_ids == std::vector<std::uint64_t>{0});
}

TEST_CASE("an import reads the same rows as the trace reader") {
  for (const std::string& text : {azure_fixture(500, 7), mooncake_fixture(500, 7)}) {
    const ReadAll trace = read_all(text, {.spread = Duration{}});
    const Imported imported = import_text(text);
    REQUIRE(imported.calls.size() == trace.requests.size());
    for (std::size_t index = 0; index < trace.requests.size(); ++index) {
      TraceRequest request = imported.calls[index].request;
      request.at -= imported.calls[0].request.at;
      CHECK(request == trace.requests[index]);
    }
  }
}

TEST_CASE("a BurstGPT response of no tokens is a failed call") {
  const Imported imported = import_text(kBurstGpt);
  REQUIRE(imported.calls.size() == 2);
  CHECK(!imported.calls[0].failed);
  CHECK(imported.calls[0].request.model == "ChatGPT");
  CHECK(imported.calls[0].request.at == seconds(5));
  CHECK(imported.calls[1].failed);
  CHECK(imported.calls[1].request.input_tokens == 1087);
}

TEST_CASE("BurstGPT's newer columns give sessions, which leave as hashes") {
  const Imported imported = import_text(
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log "
      "Type\n"
      "19440110.0,4711,43,GPT-4,906,446,1352,Conversation log\n"
      "19440111.5,4711,43,GPT-4,907,446,1352,Conversation log\n"
      "19440112,,2,ChatGPT,36,29,65,API log\n");
  REQUIRE(imported.calls.size() == 3);
  CHECK(imported.calls[0].request.session == imported.calls[1].request.session);
  CHECK(imported.calls[0].request.session != 4711);
  CHECK(!imported.calls[2].request.session);
  CHECK(imported.calls[1].request.at == milliseconds(19'440'111'500));
}

TEST_CASE("a header that lacks a column is an error with file and line") {
  const Imported imported =
      import_text("Timestamp,Model,Request tokens\n5,x,1\n", {.format = LogFormat::kBurstGpt});
  CHECK(imported.error.find("log:1: the header is malformed: Response tokens is missing") !=
        std::string::npos);
}

TEST_CASE("an unknown format is an error that lists the formats") {
  const Imported imported = import_text("dear diary\nnothing happened\n");
  CHECK(imported.error.find("burstgpt") != std::string::npos);
  CHECK(imported.error.find("diary") == std::string::npos);
}

TEST_CASE("why a file is of no format says what it is, in words of ours") {
  const auto problem = [](std::string_view text) { return import_text(text).error; };
  CHECK_THAT(problem(""), Catch::EndsWith("log: is empty; expected a log"));
  CHECK_THAT(problem("\n \n"), Catch::EndsWith("is empty; expected a log"));
  CHECK_THAT(problem("\xff\xfe\x61"),
             Catch::EndsWith("log:1: the file is UTF-16; save it as UTF-8"));
  CHECK_THAT(problem("PK\x03\x04"), Catch::Contains("compressed or binary"));
  CHECK_THAT(problem("day,visitors\n1,2\n"),
             Catch::Contains("log:1: ") && Catch::Contains("as csv: the header is malformed: the "
                                                           "time is missing; expected at"));
  CHECK_THAT(problem("{\"a\":1}\n"), Catch::Contains("as jsonl: the time is missing"));
  CHECK_THAT(problem("{\"a\": [1,2"),
             Catch::Contains("the row is not valid JSON (it ends within an object or a list)"));
}

TEST_CASE("named files of two formats are not read as one") {
  const TemporaryFolder folder;
  const std::string table = write_file(folder, "a.csv", "at,input_tokens,output_tokens\n1,2,3\n");
  const std::string lines = write_file(folder, "b.jsonl", kMooncake);
  const std::string diary = write_file(folder, "c.txt", "dear diary\n");
  CHECK(import_all({.paths = {table, lines}}).error ==
        lines + ": is of the format mooncake, and " + table + " of csv; import them apart");
  CHECK_THAT(import_all({.paths = {diary, table, lines}}).error,
             Catch::Contains("import them apart"));
  CHECK_THAT(import_all({.paths = {table, table}}).error, Catch::Equals(""));
}

TEST_CASE("a device is no log") {
  CHECK_THAT(LineReader::open("/dev/zero").error().text(), Catch::Contains("is a device"));
}

TEST_CASE("no path is an error") {
  CHECK(import_all({}).error.find("paths: none is given") != std::string::npos);
}
