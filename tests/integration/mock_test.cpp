// `sluice mock` as a program: what it prints, how it ends, and which errors it gives.
#include <algorithm>
#include <cstdint>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "integration/mock_program.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/http_client.hpp"

namespace sluice::testing {
namespace {

constexpr const char* kHello = R"({"model":"claude-sonnet-5-5","max_tokens":20,)"
                               R"("messages":[{"role":"user","content":"hello"}]})";
constexpr const char* kFields = "x-api-key: some-key\r\nanthropic-version: 2026-10-21\r\n";

TEST_CASE("a mock prints what to paste, serves, and sums up at Ctrl-C with exit code 0") {
  MockProgram mock({"--latency", "off"});
  CHECK(contains(mock.out(), "default organization, tier start"));
  CHECK(contains(mock.out(), "export ANTHROPIC_API_KEY=sk-ant-api03-mock-"));
  const auto answer = mock.ask(test::post("/v1/messages", kHello, kFields));
  CHECK(answer.status == 200);
  CHECK(answer.field("anthropic-ratelimit-requests-remaining") == "999");
  CHECK(mock.end() == 0);
  CHECK(contains(mock.out(), "Served 1 call"));
  CHECK(contains(mock.out(), "claude-sonnet-5-5"));
  CHECK(mock.err().empty());
}

TEST_CASE("the log has one line a request and neither keys nor contents") {
  MockProgram mock({"--latency", "off", "--log"});
  mock.ask(test::post("/v1/messages", kHello, kFields));
  mock.ask(test::post("/v1/messages", "{}", kFields));
  CHECK(mock.end() == 0);
  const std::string log = mock.err();
  CHECK(std::count(log.begin(), log.end(), '\n') == 2);
  CHECK(contains(log, "POST /v1/messages claude-sonnet-5-5 200 ok"));
  CHECK(contains(log, "400 invalid_request_error"));
  CHECK_FALSE(contains(log, "some-key"));
  CHECK_FALSE(contains(log, "hello"));
}

TEST_CASE("a client that retries too early fails the grade, which is exit code 3") {
  const TemporaryFolder folder;
  const std::string path = folder.write("tight.json", R"({"sluice": 1,
    "organization": {"tier": "custom", "limits": {"sonnet-5.5": {"requests_per_minute": 1}}},
    "workloads": [{"model": "sonnet-5.5", "input": 10, "output": 10,
                   "arrivals": {"type": "poisson", "rate": "1/min"}}]})");
  MockProgram mock({"--latency", "off", "--grade", path});
  const std::string request = test::post("/v1/messages", kHello, kFields);
  CHECK(mock.ask(request).status == 200);
  for (int i = 0; i < 4; ++i) CHECK(mock.ask(request).status == 429);
  CHECK(mock.end() == 3);
  CHECK(contains(mock.out(), "Grade: FAILED"));
  CHECK(contains(mock.out(), "retried-too-early"));
}

TEST_CASE("a failure whose retry was due when the server ended fails the grade") {
  for (const std::string fault : {"error-in-stream", "429; retry-after=1"}) {
    INFO(fault);
    // At that speed the second that it asks for has passed before any signal can come.
    MockProgram mock({"--latency", "off", "--grade", "--speed", "1000000"});
    mock.ask(test::post("/v1/messages", kHello,
                        std::string(kFields) + "sluice-fault: " + fault + "\r\n"));
    CHECK(mock.end() == 3);
    CHECK(contains(mock.out(), "Grade: FAILED"));
  }
}

TEST_CASE("another machine's way in is warned of, loopback is not") {
  const MockProgram open({"--host", "0.0.0.0"});
  CHECK(contains(open.out(), "WARNING: other machines can reach this server"));
  const MockProgram closed({"--host", "localhost"});
  CHECK_FALSE(contains(closed.out(), "WARNING"));
}

struct Wrong {
  std::vector<std::string> arguments;
  std::string says;
};

TEST_CASE("what is wrong on the command line is one clear error with exit code 2") {
  const MockProgram mock({});
  const TemporaryFolder folder;
  const std::string no_pem = folder.write("no.pem", "nothing");
  const std::vector<Wrong> all{
      {{"--port", std::to_string(mock.port())}, "the port is in use"},
      {{"--port", "80000"}, "--port"},
      {{"--speed", "0"}, "--speed: \"0\" is not a number from 0.001"},
      {{"--speed", "fast"}, "--speed"},
      {{"--tier", "gold"}, "\"gold\" is not one of evaluation, start"},
      {{"--seed", "-1"}, "--seed: \"-1\" is not a whole number, at least 0"},
      {{"--tls-cert", no_pem}, "--tls-cert: a certificate and its key belong together"},
      {{"--tls-cert", no_pem, "--tls-key", no_pem}, "no.pem"},
      {{"--tls", "self-signed", "--tls-key", no_pem}, "brings its own key"},
      {{"--tls-cert", "/nonexistent/a", "--tls-key", "/nonexistent/b"}, "/nonexistent/a"},
      {{"--keys", "some"}, "--keys"},
      {{"nonexistent.json"}, "nonexistent.json"},
  };
  for (const Wrong& wrong : all) {
    std::vector<std::string> arguments{"mock"};
    arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Finished run = sluice(arguments);
    CAPTURE(run.err);
    CHECK(run.exit == 2);
    CHECK(contains(run.err, wrong.says));
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  }
}

TEST_CASE("every tier of the catalog can be served, those of the past too") {
  for (const char* tier : {"evaluation", "start", "scale", "tier_1", "tier_4", "custom"}) {
    MockProgram mock({"--tier", tier});
    CHECK(contains(mock.out(), std::string("tier ") + tier));
    CHECK(mock.end() == 0);
  }
}

TEST_CASE("what was killed leaves nothing behind that matters: the next mock starts on its port") {
  std::string port;
  {
    const MockProgram mock({});  // killed, not ended
    port = std::to_string(mock.port());
    CHECK(mock.ask(test::post("/v1/messages/count_tokens",
                              R"({"model":"haiku-4.5","messages":[{"role":"user","content":"a"}]})",
                              kFields))
              .status == 200);
  }
  MockProgram again({"--port", port});
  CHECK(again.end() == 0);
}

}  // namespace
}  // namespace sluice::testing
