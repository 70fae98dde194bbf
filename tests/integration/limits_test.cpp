// `sluice limits pull` and `sluice usage pull` as programs over real sockets: against the mock, and
// against a server that refuses, repeats what it was given, and names things oddly.
#include <cstdint>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "integration/mock_program.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/raw_server.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

// "# Admin API: sk-ant-admin01-..." of what the mock says at its start.
std::string admin_key_of(const MockProgram& mock) {
  const std::string out = mock.out();
  const std::size_t begin = out.find("sk-ant-admin01-");
  REQUIRE(begin != out.npos);
  return out.substr(begin, out.find_first_of(" \n", begin) - begin);
}

// Letters that no other text has.
std::string made_up() {
  std::uint64_t state = static_cast<std::uint64_t>(getpid());
  std::string text;
  while (text.size() < 40) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    text += static_cast<char>('a' + (state >> 40U) % 26);
  }
  return text;
}

bool shows_part_of(const std::string& secret, const std::string& text) {
  constexpr std::size_t kPart = 10;
  for (std::size_t at = 0; at + kPart <= secret.size(); ++at) {
    if (contains(text, secret.substr(at, kPart))) return true;
  }
  return false;
}

std::string http(int status, const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\ncontent-type: application/json\r\n" +
         fields + "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string path_of(const std::string& request) {
  const std::size_t begin = request.find(' ') + 1;
  return request.substr(begin, request.find(' ', begin) - begin);
}

Process::Environment with_key(const std::string& key) { return {{"ANTHROPIC_ADMIN_KEY", key}}; }

TEST_CASE("limits of a mock are pulled into an overlay that a scenario runs with") {
  const TemporaryFolder folder;
  const std::string organization = folder.write("mock.json", R"({
    "sluice": 1, "duration": "1m",
    "organization": {"tier": "build", "limits": {"haiku-4.5": {"requests_per_minute": 77}},
                     "workspaces": [{"name": "web", "spend_limit": 20,
                                     "limits": {"haiku-4.5": {"requests_per_minute": 7}}}]},
    "workloads": [{"name": "chat", "model": "haiku-4.5", "input": 400, "output": 30,
                   "arrivals": {"type": "poisson", "rate": "1/s"}}]})");
  const MockProgram mock({organization, "--latency", "off"});
  const Finished pulled =
      sluice({"limits", "pull", "--target", mock.url(), "-o", folder / "limits.json"},
             with_key(admin_key_of(mock)));
  INFO(pulled.err);
  REQUIRE(pulled.exit == 0);
  CHECK(contains(pulled.out, "Nearest tier: build: 1 of "));
  CHECK(contains(pulled.out, "below (x 0.0154)"));
  const std::string scenario = folder.write("mine.json", R"({
    "sluice": 1, "duration": "1m", "overlays": "limits.json",
    "workloads": [{"name": "chat", "model": "haiku-4.5", "input": 400, "output": 30,
                   "arrivals": {"type": "poisson", "rate": "5/s"}}]})");
  const Finished run = sluice({"simulate", scenario});
  INFO(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "haiku-4.5.requests_per_minute"));
  const Finished json =
      sluice({"limits", "pull", "--target", mock.url(), "--tier", "scale", "--format", "json"},
             with_key(admin_key_of(mock)));
  const auto value = check_published_fits("limits.schema.json", json.out);
  CHECK(value.find("tier")->as_string() == "scale");
  CHECK(value.find("workspaces")->items().size() == 1);
}

TEST_CASE("usage of a mock is pulled into a file that import reads") {
  const TemporaryFolder folder;
  const MockProgram mock({"--latency", "off"});
  const std::string body =
      R"({"model":"claude-haiku-4-5","max_tokens":20,"messages":[{"role":"user","content":"Hi"}]})";
  const auto said = mock.ask(
      "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: any\r\n"
      "anthropic-version: 2023-06-01\r\ncontent-type: application/json\r\n"
      "content-length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  REQUIRE(said.status == 200);
  const std::string file = folder / "usage.json";
  const Finished pulled = sluice(
      {"usage", "pull", "--target", mock.url(), "-o", file, "--width", "1h", "--format", "json"},
      with_key(admin_key_of(mock)));
  INFO(pulled.err);
  REQUIRE(pulled.exit == 0);
  CHECK(contains(pulled.out, R"("what": "claude-haiku-4-5-20251001")"));
  CHECK(contains(pulled.out, R"("difference": 0)"));
  check_published_fits("usage.schema.json", pulled.out);
  check_published_fits("usage-report.schema.json", text_of(file));
  const Finished imported =
      sluice({"import", "usage-report", file, "-o", folder / "scenario.json"});
  INFO(imported.err);
  CHECK(imported.exit == 0);
}

TEST_CASE("a server's own 429s are waited out, with a word about it") {
  const TemporaryFolder folder;
  test::RawServer server([](test::RawServer::Peer& peer) {
    const std::string path = path_of(peer.read_request());
    if (peer.number % 2 == 0) {
      peer.send(http(429, R"({"error":{"message":"slow down"}})", "retry-after-ms: 5\r\n"));
    } else if (contains(path, "spend_limits")) {
      peer.send(http(404, R"({"error":{"message":"no"}})"));
    } else if (path == "/v1/organizations/me") {
      peer.send(http(200, R"({"id":"org_1","name":"Acme"})"));
    } else {
      peer.send(http(200, R"({"data":[]})"));
    }
  });
  const Finished pulled =
      sluice({"limits", "pull", "--target", "http://127.0.0.1:" + std::to_string(server.port)},
             with_key("sk-ant-admin01-any"));
  INFO(pulled.err);
  CHECK(pulled.exit == 0);
  CHECK(contains(pulled.err, "/v1/organizations/me answers 429 (slow down): waiting 5ms"));
  CHECK(contains(pulled.out, "Limits of Acme (org_1)"));
  CHECK(contains(pulled.out, "spend limits are not available to this organization (404: no)"));
}

TEST_CASE("an Admin key is in nothing that the commands leave, whatever a server repeats") {
  const TemporaryFolder folder;
  const std::string secret = made_up();
  const std::string key = "sk-ant-admin01-" + secret;
  test::RawServer server([&key](test::RawServer::Peer& peer) {
    const std::string path = path_of(peer.read_request());
    const std::string named = R"({"id":"1","name":")" + key + R"("})";
    if (path == "/v1/organizations/me") return void(peer.send(http(200, named)));
    if (contains(path, "/workspaces?")) {
      return void(peer.send(http(200, R"({"data":[)" + named + "]}")));
    }
    if (contains(path, "spend_limits")) {
      return void(peer.send(http(403, R"({"error":{"message":")" + key + R"("}})")));
    }
    if (contains(path, "report")) {
      return void(peer.send(
          http(200, R"({"data":[{"starting_at":"2026-11-20T00:00:00Z",)"
                    R"("ending_at":"2026-11-21T00:00:00Z","results":[{"uncached_input_tokens":1,)"
                    R"("output_tokens":2,"model":")" +
                        key + R"(","workspace_id":")" + key + R"(","account_id":")" + key +
                        R"("}]}]})")));
    }
    peer.send(http(200, R"({"data":[{"group":{"type":"model_group","display_name":")" + key +
                            R"("},"models":[")" + key + R"("],"limits":[{"type":")" + key +
                            R"(","value":1}]}]})"));
  });
  test::RawServer refusing([&key](test::RawServer::Peer& peer) {
    peer.read_request();
    peer.send(http(401, R"({"error":{"message":"not )" + key + R"("}})"));
  });
  const std::string file = folder.write("key.txt", key + "\n");
  const std::string target = "http://127.0.0.1:" + std::to_string(server.port);
  const std::vector<Finished> runs = {
      sluice({"limits", "pull", "--target", target, "-o", folder / "limits.json"}, with_key(key)),
      sluice({"limits", "pull", "--target", target, "--format", "json", "--admin-key-file", file}),
      sluice({"usage", "pull", "--target", target, "-o", folder / "usage.json"}, with_key(key)),
      sluice({"limits", "pull", "--target", "http://127.0.0.1:" + std::to_string(refusing.port)},
             with_key(key)),
      sluice({"limits", "pull", "--target", "http://example.com"}, with_key(key)),
      sluice({"limits", "pull"}, with_key(key + " x")),
  };
  const std::vector<int> exits{0, 0, 0, 1, 2, 2};
  check_published_fits("limits.schema.json", runs[1].out);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    INFO(i << ": " << runs[i].err);
    CHECK_FALSE(shows_part_of(secret, runs[i].out));
    CHECK_FALSE(shows_part_of(secret, runs[i].err));
    CHECK(runs[i].exit == exits[i]);
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / ".")) {
    if (!entry.is_regular_file() || entry.path().filename() == "key.txt") continue;
    INFO(entry.path());
    CHECK_FALSE(shows_part_of(secret, text_of(entry.path())));
  }
}

TEST_CASE("what is missing or wrong is said before anything is sent") {
  CHECK(sluice({"limits", "pull"}, {{"ANTHROPIC_ADMIN_KEY", ""}}).exit == 2);
  const Finished dates = sluice({"usage", "pull", "-o", "/tmp/never", "--from", "2026-11-31"},
                                with_key("sk-ant-admin01-any"));
  CHECK(dates.exit == 2);
  CHECK(contains(dates.err, "--from"));
  CHECK(sluice({"usage", "pull"}).exit == 2);

  const TemporaryFolder folder;
  const std::string mine = folder.write("mine.json", "precious");
  const auto refused = [](std::vector<std::string> arguments, const std::string& says) {
    const Finished run = sluice(std::move(arguments), with_key("sk-ant-admin01-any"));
    CAPTURE(run.err);
    CHECK(run.exit == 2);
    CHECK(contains(run.err, says));
  };
  refused({"limits", "pull", "-o", mine}, "mine.json: is there already; --force replaces it");
  refused({"usage", "pull", "-o", mine}, "mine.json: is there already; --force replaces it");
  refused({"limits", "pull", "-o", folder / "none/x.json"}, "there is no folder");
  refused({"limits", "pull", "--admin-key-file", folder / "none"}, "cannot be opened");
  refused({"usage", "pull", "-o", folder / "x.json", "--from", "2199-01-01", "--to", "2199-01-02"},
          "--from: is after today");
  refused({"usage", "pull", "-o", folder / "x.json", "--from", "2199-01-01"},
          "--from: is after today");
  refused({"usage", "pull", "-o", folder / "x.json", "--to", "2199-01-01"}, "--to: is after today");
  refused({"usage", "pull", "-o", folder / "x.json", "--from", "2026-01-03", "--to", "2026-01-02"},
          "--from: is after --to");
  CHECK(text_of(mine) == "precious");
}

}  // namespace
}  // namespace sluice::testing
