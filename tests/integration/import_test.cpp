// Logs through the real program: every format becomes a scenario that can be checked and simulated,
// and nothing that a log says in words comes out anywhere.
#include <filesystem>

#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

// In every field that is free text, in names of folders, and of whom a cloud's model is.
const std::string kSecret = "hunter2-my-private-words";

struct Log {
  std::string format;
  std::string file;
  std::string text;
};

// "name":"secret".
std::string secret(const std::string& name) { return "\"" + name + "\":\"" + kSecret + "\""; }

std::string claude_line(int number, const std::string& time) {
  const std::string id = std::to_string(number);
  const std::string read = std::to_string(number * 2000);
  return R"({"type":"assistant","uuid":"u)" + id + R"(","sessionId":"s-1",)" + secret("cwd") + "," +
         secret("gitBranch") + R"(,"timestamp":")" + time + R"(","requestId":"req_)" + id +
         R"(","message":{"id":"msg_)" + id + R"(","type":"message","role":"assistant",)" +
         R"("model":"claude-sonnet-5-5","content":[{"type":"text",)" + secret("text") +
         R"(}],"stop_reason":"end_turn","usage":{"input_tokens":10,)" +
         R"("cache_creation_input_tokens":2000,"cache_read_input_tokens":)" + read +
         R"(,"cache_creation":{"ephemeral_5m_input_tokens":2000,)" +
         R"("ephemeral_1h_input_tokens":0},"output_tokens":100}}})" + "\n";
}

std::string litellm_line(int number) {
  const std::string time = std::to_string(1'793'600'000 + number * 10);
  return "{" + secret("id") + R"(,"startTime":)" + time + R"(.5,"endTime":)" + time +
         R"(.9,"call_type":"acompletion","status":"success",)" +
         R"("model":"bedrock/arn:aws:bedrock:us-east-1:)" + kSecret +
         R"(:inference-profile/us.anthropic.claude-haiku-5-5","messages":[{"role":"user",)" +
         secret("content") + R"(}],"response":{)" + secret("text") + "}," + secret("end_user") +
         "," + secret("requester_ip_address") + R"(,"prompt_tokens":1200,)" +
         R"("completion_tokens":80,"total_tokens":1280,"metadata":{)" +
         secret("user_api_key_alias") + "}}\n";
}

std::string attribute(const std::string& key, const std::string& value) {
  return R"({"key":")" + key + R"(","value":{)" + value + "}}";
}

std::string span(int number) {
  const std::string start = std::to_string(1'793'600'000 + number) + "000000000";
  return R"({"resourceSpans":[{"resource":{"attributes":[)" +
         attribute("service.name", secret("stringValue")) + R"(]},"scopeSpans":[{"spans":[{)" +
         R"("traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708",)" +
         secret("name") + R"(,"startTimeUnixNano":")" + start + R"(","endTimeUnixNano":")" + start +
         R"(","attributes":[)" + attribute("gen_ai.operation.name", R"("stringValue":"chat")") +
         "," +
         attribute("gen_ai.request.model", R"("stringValue":"projects/)" + kSecret +
                                               R"(/locations/us-east5/models/claude-opus-5-5")") +
         "," + attribute("gen_ai.usage.input_tokens", R"("intValue":"900")") + "," +
         attribute("gen_ai.usage.output_tokens", R"("intValue":"70")") + "," +
         attribute("gen_ai.prompt", secret("stringValue")) + "]}]}]}]}\n";
}

// Thirty calls of 5,000 prompt tokens.
std::string usage_report() {
  return R"({"data":[{"starting_at":"2026-11-02T10:00:00Z","ending_at":"2026-11-02T11:00:00Z",)"
         R"("results":[{"uncached_input_tokens":30000,"cache_creation":{)"
         R"("ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":20000},)"
         R"("cache_read_input_tokens":100000,"output_tokens":6000,)" +
         secret("api_key_id") + "," + secret("workspace_id") +
         R"(,"model":"claude-opus-5-5","service_tier":"standard","context_window":"0-200k"}]}],)"
         R"("has_more":false,"next_page":null})"
         "\n";
}

template <class Line>
std::string lines(int count, Line line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line(i);
  return text;
}

std::vector<Log> logs() {
  const std::string azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  return {
      {"azure", "azure.csv",
       azure + lines(30,
                     [](int i) {
                       return "2023-11-16 18:15:" + std::to_string(10 + i) + ".5000000,374,44\n";
                     })},
      {"burstgpt", "burst.csv",
       "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n" +
           lines(30,
                 [](int i) {
                   return std::to_string(5 * i) + ",ChatGPT,472,18,490," + kSecret + "\n";
                 })},
      {"mooncake", "moon.jsonl",
       lines(30,
             [](int i) {
               return R"({"timestamp":)" + std::to_string(3000 * i) +
                      R"(,"input_length":1500,"output_length":50,"hash_ids":[0,1,)" +
                      std::to_string(i + 2) + "]}\n";
             })},
      {"claude-code", "session.jsonl",
       lines(30,
             [](int i) {
               return claude_line(i, "2026-11-02T10:00:" + std::to_string(10 + i) + ".000Z");
             })},
      {"litellm", "litellm.jsonl", lines(30, litellm_line)},
      {"otel", "spans.jsonl", lines(30, span)},
      {"usage-report", "report.json", usage_report()},
      {"csv", "own.csv",
       "at,input_tokens,output_tokens,session,x_note\n" + lines(30,
                                                                [](int i) {
                                                                  return std::to_string(i) +
                                                                         ",800,60," + kSecret +
                                                                         "," + kSecret + "\n";
                                                                })},
      {"jsonl", "own.jsonl",
       lines(30,
             [](int i) {
               return R"({"at":)" + std::to_string(i) +
                      R"(,"input_tokens":800,"output_tokens":60,"session":")" + kSecret + "\"}\n";
             })},
  };
}

// All that the program has written and said.
std::string everything(const Finished& run, const TemporaryFolder& folder) {
  std::string all = run.out + run.err;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "out")) {
    all += entry.path().filename().string() + "\n" + text_of(entry.path().string());
  }
  return all;
}

TEST_CASE("every format becomes a scenario that is valid and runs, and no word of the log leaves") {
  for (const Log& log : logs()) {
    for (const bool fit : {false, true}) {
      CAPTURE(log.format, fit);
      const TemporaryFolder folder;
      std::filesystem::create_directories(folder / kSecret);
      std::filesystem::create_directories(folder / "out");
      const std::string file = folder.write(kSecret + "/" + log.file, log.text);
      const std::string scenario = folder / "out/made.json";
      std::vector<std::string> command = {"import", log.format, file, "-o", scenario};
      if (fit) command.insert(command.end(), {"--fit", "--replications", "2"});
      const Finished run = sluice(command);
      CAPTURE(run.err, run.out);
      REQUIRE(run.exit == 0);
      CHECK(contains(run.out, "30 calls over"));
      CHECK_FALSE(contains(everything(run, folder), kSecret));
      CHECK(sluice({"check", scenario}).exit == 0);
      const Finished simulated = sluice({"simulate", scenario, "--format", "json"});
      CHECK(simulated.exit == 0);
      if (!fit) CHECK(contains(simulated.out, "\"offered\": 30,"));
    }
  }
}

TEST_CASE("a format is found where it is not named") {
  for (const Log& log : logs()) {
    CAPTURE(log.format);
    const TemporaryFolder folder;
    const std::string file = folder.write(log.file, log.text);
    const Finished run = sluice({"import", file, "-o", folder / "made.json", "--format", "json"});
    CAPTURE(run.err);
    CHECK(run.exit == 0);
    CHECK(contains(run.out, "\"log_format\": \"" + log.format + "\""));
    check_published_fits("import.schema.json", run.out);
  }
}

TEST_CASE("a bad row is shown with file and line, and stops a strict import") {
  const TemporaryFolder folder;
  const std::string file = folder.write(
      "log.csv", "at,input_tokens,output_tokens\n0,100,10\n1,many,10\n2,100,10\n3,100,10\n");
  const Finished run = sluice({"import", file, "-o", folder / "made.json"});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.err, "log.csv:3"));
  CHECK(contains(run.out, "1 bad and left out"));
  const Finished strict = sluice({"import", file, "-o", folder / "strict.json", "--strict"});
  CHECK(strict.exit == 2);
  CHECK(contains(strict.err, "log.csv:3"));
  CHECK_FALSE(std::filesystem::exists(folder / "strict.json"));
}

TEST_CASE("nothing is replaced without --force, and nothing is left of an import that failed") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("log.csv", "at,input_tokens,output_tokens\n0,100,10\n1,200,10\n");
  const std::string scenario = folder.write("made.json", "precious");
  const Finished refused = sluice({"import", file, "-o", scenario});
  CHECK(refused.exit == 2);
  CHECK(contains(refused.err, "--force replaces it"));
  CHECK(text_of(scenario) == "precious");
  CHECK(folder.files() == 2);
  CHECK(sluice({"import", file, "-o", scenario, "--force"}).exit == 0);
  CHECK(folder.files() == 3);
  const Finished missing = sluice({"import", folder / "gone.csv", "-o", folder / "other.json"});
  CHECK(missing.exit == 2);
  CHECK(folder.files() == 3);
}

TEST_CASE("a log is never written over, by the scenario or by its trace") {
  const TemporaryFolder folder;
  const std::string rows = "at,input_tokens,output_tokens\n0,100,10\n1,200,10\n";
  const std::string log = folder.write("made.sonnet-5.5.csv", rows);
  for (const char* const output : {"made.sonnet-5.5.csv", "made.json"}) {
    CAPTURE(output);
    const Finished run = sluice({"import", log, "-o", folder / output, "--force"});
    CHECK(run.exit == 2);
    CHECK(contains(run.err, "made.sonnet-5.5.csv: is a file that is read, and would be lost"));
    CHECK(text_of(log) == rows);
    CHECK(folder.files() == 1);
  }
  const Finished device = sluice({"import", log, "-o", "/dev/full", "--force"});
  CHECK(device.exit == 2);
  CHECK(contains(device.err, "/dev/full: is no file"));
}

TEST_CASE("an import that fails at its last file leaves the earlier one as it was") {
  const TemporaryFolder folder;
  const std::string log =
      folder.write("log.csv", "at,input_tokens,output_tokens\n0,100,10\n1,200,10\n");
  const std::string scenario = folder.write("made.json", "precious scenario");
  const std::string trace = folder.write("made.sonnet-5.5.csv", "precious trace");
  // As on a full disk: the trace is small enough, the scenario is not.
  const std::string limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
  const Finished run = run_process(
      {"/bin/sh", "-c", limited, SLUICE_BINARY, "import", log, "-o", scenario, "--force"});
  CAPTURE(run.out, run.err);
  CHECK(run.exit == 1);
  CHECK(contains(run.err, "made.json: cannot be written: File too large"));
  CHECK(text_of(scenario) == "precious scenario");
  CHECK(text_of(trace) == "precious trace");
  CHECK(folder.files() == 3);
  CHECK(sluice({"import", log, "-o", scenario, "--force"}).exit == 0);
  CHECK(text_of(trace).starts_with("at,"));
  CHECK(folder.files() == 3);
}

TEST_CASE("what is no place for a scenario is refused for what it is") {
  const TemporaryFolder folder;
  const std::string log =
      folder.write("log.csv", "at,input_tokens,output_tokens\n0,100,10\n1,200,10\n");
  std::filesystem::create_symlink("/proc/self/fd/1", folder / "so");
  for (const auto& [name, says] :
       {std::pair{folder / std::string(305, 'x'), "cannot be written: File name too long"},
        std::pair{folder / "so", "so: is no file; traces are written beside the scenario"},
        std::pair{folder.path().string(), "is a folder; name a file to write"}}) {
    const Finished run = sluice({"import", log, "-o", name, "--force"});
    CAPTURE(name, run.err);
    CHECK(run.exit == 2);
    CHECK(contains(run.err, says));
    CHECK(folder.files() == 2);
  }
}

TEST_CASE("a first word that is no file may have been meant as a format") {
  const TemporaryFolder folder;
  const std::string log = folder.write("log.csv", "at,input_tokens,output_tokens\n0,100,10\n");
  const Finished run = sluice({"import", "cvs", log, "-o", folder / "made.json"});
  CHECK(run.exit == 2);
  CHECK(
      contains(run.err, "cvs: is neither a file nor the name of a format; did you mean \"csv\"?"));
}

TEST_CASE("columns with other names are named on the command line") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("log.csv", "when,prompt_len,answer_len\n0,100,10\n1,200,10\n");
  const Finished run =
      sluice({"import", "csv", file, "-o", folder / "made.json", "--column", "at=when", "--column",
              "input_tokens=prompt_len", "--column", "output_tokens=answer_len"});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "2 calls over"));
}

TEST_CASE("a report of usage says what it cost, per model and day, and which tiers it fits") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("session.jsonl", lines(20, [](int i) {
                     return claude_line(i, "2026-11-02T10:00:" + std::to_string(10 + i) + ".000Z");
                   }));
  const Finished run = sluice({"import", file, "-o", folder / "made.json"});
  CAPTURE(run.err, run.out);
  CHECK(run.exit == 0);
  // 200 plain tokens, 40,000 written, 380,000 read, 2,000 of output.
  for (const char* part :
       {"cost so far  $0.158: input $0.000400, write 5m $0.100, cache read $0.0380, output $0.0200",
        "by model     claude-sonnet-5-5 $0.158 (20 calls)", "on models    claude-fable-5-2 $0.558",
        "cache for    5m $0.158, 1h $0.218, none $0.860", "binding limit", "scale"}) {
    CAPTURE(part);
    CHECK(contains(run.out, part));
  }
}

TEST_CASE("the JSON of a fitted import keeps its published schema") {
  const TemporaryFolder folder;
  const std::string file = folder.write(
      "log.csv", "at,input_tokens,output_tokens\n" + lines(60, [](int i) {
                   return std::to_string(i * 3) + ",800," + std::to_string(20 + i) + "\n";
                 }));
  const Finished run = sluice({"import", file, "-o", folder / "made.json", "--fit",
                               "--replications", "2", "--format", "json"});
  CAPTURE(run.err);
  const auto value = check_published_fits("import.schema.json", run.out);
  CHECK(value.find("fit")->is(describe::Value::Kind::kObject));
}

}  // namespace
}  // namespace sluice::testing
