// The key of a replay is in nothing that the program leaves: outputs, reports, records, errors, its
// command line, core files. Keys are made on the spot, so that none stands in this file.
#include <csignal>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "integration/made_up_secret.hpp"
#include "integration/mock_program.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/raw_server.hpp"

namespace sluice::testing {
TEST_CASE("what is looked for would be found") {
  const MadeUpSecret key = api_key();
  CHECK(key.is_in("x " + key.text() + " y"));
  CHECK(key.is_in("..." + key.text().substr(key.text().size() - 10)));
  CHECK_FALSE(key.is_in("sk-ant-api03-...(53 characters)"));
}

TEST_CASE("no report, record or line of a run shows the key") {
  const Place place;
  const MadeUpSecret key = api_key();
  MockProgram mock({place.scenario, "--speed", "20"});
  std::vector<std::string> command{"replay", place.scenario, "--target", mock.url(), "--speed",
                                   "20",     "--ui",         "plain",    "--records"};
  command.push_back(place.folder / "records.jsonl");
  for (const char* const format : {"json", "csv", "csv-series", "text"}) {
    command.emplace_back("--output");
    command.push_back(std::string(format) + "=" +
                      (place.folder / (std::string("report.") + format)));
  }
  const Finished run = sluice(command, place.with_key(key));
  INFO(run.err);
  REQUIRE(replayed_well(run));
  REQUIRE_FALSE(text_of(place.folder / "records.jsonl").empty());
  REQUIRE_FALSE(text_of(place.folder / "report.json").empty());
  check_hidden(key, run, place.folder);
  mock.end();
  CHECK_FALSE(key.is_in(mock.out() + mock.err()));
}

TEST_CASE("the request that --debug shows has its key masked") {
  const Place place;
  const MadeUpSecret key = api_key();
  MockProgram mock({place.scenario});
  const Finished run =
      sluice({"replay", place.scenario, "--target", mock.url(), "--debug"}, place.with_key(key));
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "x-api-key: "));
  check_hidden(key, run, place.folder);
}

TEST_CASE("an estimate names where the key is from and not the key") {
  const Place place;
  const MadeUpSecret key = api_key();
  const Finished run =
      sluice({"replay", place.scenario, "--target", "live", "--dry-run"}, place.with_key(key));
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "ANTHROPIC_API_KEY"));
  check_hidden(key, run, place.folder);
}

TEST_CASE("no error shows the key") {
  const Place place;
  const MadeUpSecret key = api_key();
  MockProgram strict({place.scenario, "--keys", "strict"});
  for (const std::string& target :
       {std::string("nonsense"), std::string("http://127.0.0.1:1"), std::string("http://[::"),
        std::string("https://127.0.0.1:1"), strict.url()}) {
    INFO(target);
    for (const char* const mode : {"--debug", "--yes"}) {
      const Finished run = sluice({"replay", place.scenario, "--target", target, mode, "--max-cost",
                                   "1", "--records", place.folder / "records"},
                                  place.with_key(key));
      CHECK(run.exit != 0);
      CHECK_FALSE((run.out + run.err).empty());
      check_hidden(key, run, place.folder);
    }
  }
}

TEST_CASE("no error about where a key is kept shows the key") {
  const Place place;
  const MadeUpSecret key = api_key();
  MockProgram mock({place.scenario});
  const auto refused = [&](const std::vector<std::string>& more, const std::string& variable,
                           const std::string& file) {
    std::vector<std::string> command{"replay", place.scenario, "--target", mock.url()};
    command.insert(command.end(), more.begin(), more.end());
    const Finished run = sluice(command, {{"ANTHROPIC_API_KEY", variable}});
    INFO(run.err);
    CHECK(run.exit == 2);
    check_hidden(key, run, place.folder, file);
  };
  refused({}, key.text() + " " + key.text(), "");
  refused({}, key.text() + "\nx-other: 1", "");
  const std::string lines = place.folder.write("lines", key.text() + "\n" + key.text() + "\n");
  refused({"--api-key-file", lines}, "other", "lines");
  const std::string bad = place.folder.write("bad.env", "ANTHROPIC_API_KEY '" + key.text() + "'\n");
  std::filesystem::remove(lines);
  refused({"--env-file", bad}, "other", "bad.env");
  place.folder.write("bad.env", "ANTHROPIC_API_KEY='" + key.text() + "\n");
  refused({"--env-file", bad}, "other", "bad.env");
}

TEST_CASE("a secret that is typed in the wrong place is not shown") {
  const Place place;
  const MadeUpSecret key = api_key();
  const auto refused = [&](const std::vector<std::string>& more, const std::string& says) {
    std::vector<std::string> command{"replay", place.scenario};
    command.insert(command.end(), more.begin(), more.end());
    const Finished run = sluice(command);
    INFO(run.err);
    CHECK(run.exit == 2);
    CHECK(contains(run.err, says));
    check_hidden(key, run, place.folder);
  };
  refused({"--target", "user:" + key.text() + "@gateway.example.com"},
          "--target: what was given is neither mock nor live nor an address");
  refused({"--target", key.text()}, "--target: what was given is neither mock");
  refused({"--target", "user:" + key.text() + "@https://gateway.example.com"},
          "--target: the scheme");
  refused({"--target", "https://" + key.text() + "!/@gateway.example.com"},
          "--target: the host is");
  refused({"--header", "x-api-key " + key.text()},
          "--header: what was given is not \"name: value\"");
  refused({"--header", "x-one: 1", "--header", "x-api-key " + key.text()},
          "--header: the 2nd --header is not \"name: value\"");
  refused({"--header", "x-one: 1\r\n" + key.text()}, "--header: what was given is not");
  for (const char* const option : {"--api-key-file", "--env-file"}) {
    refused({"--target", "https://gateway.example.com", "--max-cost", "1", option, key.text()},
            "sk-ant-(masked): cannot be opened");
  }
  refused({"--header", "x-api-key:", key.text()}, "not expected: sk-ant-(masked)");
  refused({"--" + key.text()}, "sk-ant-(masked)");
  refused({"x" + key.text()}, "sk-ant-(masked)");
  // A misspelt word is no secret.
  refused({"--target", "lvie"}, "\"lvie\" is neither mock nor live");
}

TEST_CASE("a key of a gateway and a token are no words to repeat, and a file's name is") {
  const Place place;
  const std::vector<std::string> start{"replay", place.scenario, "--api", "openai"};
  for (const char* const begin : {"sk-", "sk-proj-", "eyJ"}) {
    const MadeUpSecret key(begin);
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{"--header", "Authorization:", "Bearer", key.text()},
          std::vector<std::string>{"--target", "https://gateway.example.com", "--max-cost", "1",
                                   "--api-key-file", key.text()}}) {
      std::vector<std::string> command = start;
      command.insert(command.end(), more.begin(), more.end());
      const Finished run = sluice(command);
      INFO(run.err);
      CHECK(run.exit == 2);
      CHECK(contains(run.err, "(masked)"));
      check_hidden(key, run, place.folder);
    }
  }
  const Finished run = sluice({"check", "task-with-a-long-name-that-is-not-there.json"});
  CHECK(contains(run.err, "task-with-a-long-name-that-is-not-there.json"));
}

TEST_CASE("an identity token that is refused is not shown") {
  const Place place;
  const MadeUpSecret token("e30.");
  MockProgram mock({place.scenario});
  const Process::Environment environment{
      {"ANTHROPIC_CONFIG_DIR", place.folder / "none"},
      {"ANTHROPIC_FEDERATION_RULE_ID", "fdrl_test"},
      {"ANTHROPIC_ORGANIZATION_ID", "00000000-0000-0000-0000-000000000000"},
      {"ANTHROPIC_SERVICE_ACCOUNT_ID", "svac_test"},
      {"ANTHROPIC_IDENTITY_TOKEN", token.text()}};
  const std::string quiet = "unset ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN; exec \"$0\" \"$@\"";
  for (const char* const mode : {"--debug", "--ui=plain"}) {
    const Finished run = run_process({"/bin/sh", "-c", quiet, SLUICE_BINARY, "replay",
                                      place.scenario, "--target", mock.url(), mode},
                                     environment);
    INFO(run.err);
    CHECK(run.exit != 0);
    CHECK(contains(run.err, "/v1/oauth/token: the token exchange was refused with status 401"));
    check_hidden(token, run, place.folder);
  }
}

TEST_CASE("neither the command line nor a core file of a run has the key") {
  const Place place;
  const MadeUpSecret key = api_key();
  MockProgram mock({place.scenario});
  const std::string records = place.folder / "records.jsonl";
  std::filesystem::create_directory(place.folder / "cores");
  // The shell becomes the program, in a folder where cores would land, with room for them.
  const std::string start =
      "ulimit -c unlimited 2>/dev/null; cd \"$0\" && echo $$ > ../pid && exec \"$@\"";
  Process process({"/bin/sh", "-c", start, place.folder / "cores", SLUICE_BINARY, "replay",
                   place.scenario, "--target", mock.url(), "--ui", "plain", "--records", records},
                  place.with_key(key));
  REQUIRE(process.wait_for_interrupt_handler());
  for (int i = 0; i < 20'000 && text_of(records).empty(); ++i) usleep(1000);
  REQUIRE_FALSE(text_of(records).empty());
  const pid_t pid = std::stoi(text_of(place.folder / "pid"));
  const std::string about = "/proc/" + std::to_string(pid);
  REQUIRE(contains(text_of(about + "/cmdline"), "replay"));
  CHECK_FALSE(key.is_in(text_of(about + "/cmdline")));
  const std::string limits = text_of(about + "/limits");
  const std::string core = "Max core file size        0 ";
  CHECK(contains(limits, core));
  REQUIRE(kill(pid, SIGABRT) == 0);
  CHECK(process.wait() == 1000 + SIGABRT);
  CHECK(std::filesystem::is_empty(place.folder / "cores"));
  check_hidden(key, {.out = process.out(), .err = process.err()}, place.folder);
}

TEST_CASE("a page that is cut in the middle of the key shows nothing of it") {
  const Place place;
  const MadeUpSecret key = api_key();
  test::RawServer server([&key](test::RawServer::Peer& peer) {
    while (!peer.read_request().empty()) {
      const std::string body = "no such key: " + std::string(30, 'A') + key.text() + " at all";
      peer.send("HTTP/1.1 500 Oops\r\ncontent-type: text/plain\r\ncontent-length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    }
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port);
  const Finished run = sluice({"replay", place.scenario, "--target", url, "--set", "/duration=1s",
                               "--records", place.folder / "records.jsonl"},
                              place.with_key(key));
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(contains(run.err, "no request was answered"));
  CHECK(contains(run.out, "NOTHING GOT THROUGH"));
  CHECK(contains(text_of(place.folder / "records.jsonl"), "no such key"));
  check_hidden(key, run, place.folder);
}

TEST_CASE("a server that says which key it was given is not quoted") {
  const Place place;
  const MadeUpSecret key = api_key();
  test::RawServer server([&key](test::RawServer::Peer& peer) {
    while (!peer.read_request().empty()) {
      const std::string body =
          R"({"type":"error","error":{"type":"authentication_error","message":"no such key: )" +
          key.text() + R"("}})";
      peer.send("HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nrequest-id: " +
                key.text() + "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
                body);
    }
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port);
  const Finished run =
      sluice({"replay", place.scenario, "--target", url, "--records",
              place.folder / "records.jsonl", "--output", "json=" + (place.folder / "report.json")},
             place.with_key(key));
  INFO(run.err);
  CHECK(run.exit == 1);
  CHECK(contains(run.out, "no such key"));
  CHECK(contains(text_of(place.folder / "records.jsonl"), "no such key"));
  check_hidden(key, run, place.folder);
  const Finished shown =
      sluice({"replay", place.scenario, "--target", url, "--debug"}, place.with_key(key));
  CHECK(contains(shown.out, "no such key"));
  check_hidden(key, shown, place.folder);
}

}  // namespace sluice::testing
