// Traces from files through the real program.
#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// A scenario that reads `rows` as a trace; gives the scenario's path.
std::string with_trace(const TemporaryFolder& folder, const std::string& name,
                       const std::string& rows) {
  const std::string trace = folder.write(name, rows);
  return folder.write("scenario.json", R"({
  "sluice": 1,
  "duration": "10m",
  "organization": { "tier": "start" },
  "workloads": [ { "name": "log", "model": "haiku-4.5", "arrivals": { "type": "trace", "path": ")" +
                                           trace + R"(" } } ]
})");
}

constexpr const char* kHeader = "at,input_tokens,output_tokens\n";

TEST_CASE("a trace is sent as it was recorded") {
  const TemporaryFolder folder;
  const std::string file =
      with_trace(folder, "log.csv", std::string(kHeader) + "5,100,10\n6,200,20\n7.5,300,30\n");
  const Finished run = sluice({"simulate", file, "--format", "json"});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "\"offered\": 3,"));
  CHECK(contains(run.out, "\"succeeded\": 3,"));
}

TEST_CASE("a malformed row stops the run and is named with its file and line") {
  const TemporaryFolder folder;
  const std::string file =
      with_trace(folder, "log.csv", std::string(kHeader) + "5,100,10\n6,many,20\n7,300,30\n");
  const Finished run = sluice({"simulate", file});
  CAPTURE(run.err);
  CHECK(run.exit == 2);
  CHECK(run.out.empty());
  CHECK(contains(run.err, "log.csv:3"));
  CHECK(contains(run.err, "many"));
}

TEST_CASE("--skip-bad-rows goes on without them and counts them") {
  const TemporaryFolder folder;
  const std::string file = with_trace(
      folder, "log.csv", std::string(kHeader) + "5,100,10\n6,many,20\n7,300,30\n8,-1,1\n");
  const Finished run = sluice({"simulate", file, "--skip-bad-rows", "--format", "json"});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "\"offered\": 2,"));
  const Finished text = sluice({"simulate", file, "--skip-bad-rows"});
  CHECK(contains(text.out, "2 "));
  CHECK((contains(text.out, "skipped") || contains(text.err, "skipped")));
}

TEST_CASE("a trace that goes back in time is refused with its place") {
  const TemporaryFolder folder;
  const std::string file =
      with_trace(folder, "log.csv", std::string(kHeader) + "5,100,10\n4,100,10\n");
  const Finished run = sluice({"simulate", file});
  CAPTURE(run.err);
  CHECK(run.exit == 2);
  CHECK(contains(run.err, "log.csv:3"));
}

TEST_CASE("a trace that is not there is refused before anything runs") {
  const TemporaryFolder folder;
  const std::string file = with_trace(folder, "log.csv", kHeader);
  const Finished run = sluice({"simulate", file, "--set", "/workloads/0/arrivals/path=gone.csv"});
  CAPTURE(run.err);
  CHECK(run.exit == 2);
  CHECK(contains(run.err, "gone.csv"));
}

TEST_CASE("public trace formats are found by their first line") {
  const TemporaryFolder folder;
  const std::string azure = with_trace(folder, "azure.csv",
                                       "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                       "2023-11-16 18:15:46.6805900,374,44\n"
                                       "2023-11-16 18:15:50.9951690,396,109\n");
  CHECK(contains(sluice({"simulate", azure, "--format", "json"}).out, "\"offered\": 2,"));
  const std::string mooncake = with_trace(
      folder, "mooncake.jsonl",
      "{\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, 1, 2, "
      "3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]}\n");
  const Finished run = sluice({"simulate", mooncake, "--format", "json"});
  CAPTURE(run.err);
  CHECK(contains(run.out, "\"offered\": 1,"));
}

}  // namespace
}  // namespace sluice::testing
