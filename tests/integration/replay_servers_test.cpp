// `sluice replay` against servers that others have written: nginx, Node's HTTP server, and a mock
// of this API from npm. What the report says is held against what the server itself has counted.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "describe/json.hpp"
#include "integration/json_at.hpp"
#include "integration/peer_program.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/http_client.hpp"

namespace sluice::testing {
namespace {

constexpr const char* kConformance = SLUICE_SOURCE_DIR "/tests/conformance";
const Process::Environment kKey{{"ANTHROPIC_API_KEY", "any-key"}};

// `overrides` as for --set.
struct Replayed {
  describe::Value report;
  std::string err;
};

Replayed replay(const std::string& scenario, const std::string& target,
                const std::vector<std::string>& overrides = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> command{
      "replay", folder.write("test.json", scenario), "--target", target, "--format", "json"};
  for (const std::string& one : overrides) command.insert(command.end(), {"--set", one});
  const Finished run = sluice(command, kKey);
  INFO(run.err);
  REQUIRE(replayed_well(run));
  return {json_in(run.out), run.err};
}

std::string get(const std::string& url, const std::string& path) {
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  test::HttpClient client(port);
  client.send("GET " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
  const test::HttpAnswer answer = client.read();
  INFO(answer.head);
  REQUIRE(answer.status == 200);
  return answer.body;
}

// 100 requests, half of them streamed, that want 300 input and 20 output tokens.
constexpr const char* kTwoKinds = R"({
  "sluice": 1, "duration": "5s", "seed": 3,
  "organization": { "tier": "custom" },
  "workloads": [
    { "name": "streamed", "model": "haiku-4.5", "arrivals": { "type": "constant", "rate": "10/s" },
      "input": 300, "output": 20 },
    { "name": "whole", "model": "haiku-4.5", "arrivals": { "type": "constant", "rate": "10/s" },
      "input": 300, "output": 20, "stream": false }
  ]
})";
constexpr double kInputPrice = 1e-6;  // dollars, of haiku-4.5
constexpr double kOutputPrice = 5e-6;

TEST_CASE("Node's HTTP server: counts, usage and cost are the server's, prompts its tokenizer's") {
  const PeerProgram server({PeerProgram::node(), std::string(kConformance) + "/peer_server.mjs"});
  const describe::Value report = replay(kTwoKinds, server.url()).report;
  CHECK(number_at(report, "requests.offered") == 100);
  CHECK(number_at(report, "requests.succeeded") == 100);
  CHECK(number_at(report, "attempts.total") == 100);

  const describe::Value journal = json_in(get(server.url(), "/journal"));
  REQUIRE(journal.items().size() == 100);
  double input = 0;
  for (const describe::Value& entry : journal.items()) input += number_at(entry, "input");
  CHECK(number_at(report, "tokens.input") == input);
  CHECK(number_at(report, "tokens.output") == 2000);
  CHECK(number_at(report, "cost.total") == Approx(input * kInputPrice + 2000 * kOutputPrice));
  // Four tokens of three words, which count_tokens has told, and a few of the prompt's form.
  CHECK(input / 100 == Approx(300).epsilon(0.05));
}

TEST_CASE("Node's HTTP server: the first token comes when it comes, the rest behind it") {
  const PeerProgram server({PeerProgram::node(), std::string(kConformance) + "/peer_server.mjs"});
  const describe::Value report = replay(kTwoKinds, server.url()).report;
  const std::string streamed = "workloads.streamed.";
  CHECK(number_at(report, streamed + "ttft.min") >= 0.040);
  CHECK(number_at(report, streamed + "latency.min") >= 0.040 + 19 * 0.002);
  CHECK(number_at(report, streamed + "ttft.p50") <
        number_at(report, streamed + "latency.p50") - 0.030);
  CHECK(number_at(report, "load.content_gap.count") == 50 * 19);
  CHECK(number_at(report, "load.content_gap.p50") >= 0.0015);
  // Of an answer that is not streamed all tokens come at its end.
  CHECK(number_at(report, "workloads.whole.ttft.min") ==
        number_at(report, "workloads.whole.latency.min"));
  CHECK(number_at(report, "load.connections.opened") < 30);
}

TEST_CASE("Node's HTTP server: a 429 that does not say why is unknown, and retry-after is obeyed") {
  const PeerProgram server({PeerProgram::node(), std::string(kConformance) + "/peer_server.mjs"});
  const describe::Value report = replay(kTwoKinds, server.url() + "/limited").report;
  CHECK(number_at(report, "requests.succeeded") == 100);
  CHECK(number_at(report, "requests.first_try") == 0);
  CHECK(number_at(report, "attempts.total") == 200);
  CHECK(number_at(report, "attempts.rate_limited.total") == 100);
  CHECK(number_at(report, "attempts.rate_limited.unknown") == 100);
  CHECK(number_at(report, "load.retry_after.obeyed") == 100);
  CHECK(number_at(report, "load.retry_after.disobeyed") == 0);
  CHECK(number_at(report, "latency.success.min") >= 1.0);

  // Each request is one text, by which the server tells when it came again.
  const describe::Value journal = json_in(get(server.url(), "/journal"));
  std::map<std::string, double> first;
  double least_wait = 1e9;
  for (const describe::Value& entry : journal.items()) {
    const std::string text = describe::to_json(*entry.find("text"), 0);
    const double at = number_at(entry, "at");
    if (const auto refused = first.find(text); refused != first.end()) {
      CHECK(number_at(entry, "attempt") == 2);
      least_wait = std::min(least_wait, at - refused->second);
    } else {
      CHECK(number_at(entry, "attempt") == 1);
      first.emplace(text, at);
    }
  }
  CHECK(first.size() == 100);
  CHECK(least_wait >= 999.0);
}

TEST_CASE("an npm mock of this API: its journal and the report agree") {
  const TemporaryFolder folder;
  const std::string program =
      std::string(kConformance) + "/node_modules/@copilotkit/aimock/dist/cli.js";
  INFO("tools/dev setup test fetches " << program);
  REQUIRE(std::filesystem::exists(program));
  // Usage that no text of it would have; 60 ms to its first event, then one every 10 ms.
  const std::string answers = folder.write("answers.json", R"({"fixtures": [{
    "match": {},
    "response": {"content": "ten words of which nobody will ever read a one.",
                 "usage": {"input_tokens": 321, "output_tokens": 17}},
    "streamingProfile": {"ttft": 60, "tps": 100, "jitter": 0}}]})");
  const PeerProgram server({PeerProgram::node(), program, "--port", "0", "--fixtures", answers,
                            "--journal-max", "0", "--chaos-ratelimit", "0.3"});
  const auto [report, err] = replay(kTwoKinds, server.url(),
                                    {R"(/clients={"plain":{"retry":{"max_retries":20}}})",
                                     "/workloads/0/client=plain", "/workloads/1/client=plain"});
  const describe::Value journal = json_in(get(server.url(), "/__aimock/journal?path=/v1/messages"));
  const auto refused = std::ranges::count_if(journal.items(), [](const describe::Value& entry) {
    return number_at(entry, "response.status") == 429;
  });
  CHECK(refused > 5);
  CHECK(number_at(report, "attempts.total") == static_cast<double>(journal.items().size()));
  CHECK(number_at(report, "attempts.rate_limited.total") == static_cast<double>(refused));
  // Its headers say that no request remains.
  CHECK(number_at(report, "attempts.rate_limited.requests") == static_cast<double>(refused));
  CHECK(number_at(report, "load.retry_after.obeyed") == static_cast<double>(refused));
  CHECK(number_at(report, "load.retry_after.disobeyed") == 0);
  CHECK(number_at(report, "requests.succeeded") == 100);
  CHECK(number_at(report, "tokens.input") == 32'100);
  CHECK(number_at(report, "tokens.output") == 1'700);
  CHECK(number_at(report, "cost.total") == Approx(32'100 * kInputPrice + 1'700 * kOutputPrice));
  CHECK(number_at(report, "ttft_from_send.max") < number_at(report, "latency.success.max"));
  // It cannot count tokens, and the report says what follows.
  CHECK(contains(describe::to_json(report, 0), "the target does not count them"));
}

// nginx with one location that answers at once and one that lets 20 requests a second through.
class Nginx {
 public:
  explicit Nginx(const std::string& program) {
    const std::string configuration = folder_.write("nginx.conf", text());
    program_.emplace(
        std::vector<std::string>{program, "-c", configuration, "-e", folder_ / "error.log"});
    constexpr int kMilliseconds = 10'000;
    for (int waited = 0; waited < kMilliseconds && !answers(); ++waited) usleep(1000);
  }
  ~Nginx() {
    program_->interrupt();
    program_->wait();
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // How many messages it has answered with this status, by its log.
  std::int64_t answered(const std::string& status) const {
    const std::string log = text_of(folder_ / "access.log");
    const std::string mark = status + " message\n";
    std::int64_t count = 0;
    for (std::size_t at = log.find(mark); at != log.npos; at = log.find(mark, at + 1)) ++count;
    return count;
  }

 private:
  bool answers() const {
    try {
      return get(url(), "/alive") == "yes";
    } catch (const std::runtime_error&) {
      return false;
    }
  }

  std::string text() const {
    std::string temporary;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      temporary += std::string(kind) + "_temp_path " + (folder_ / kind) + "; ";
    }
    return "daemon off; worker_processes 1; pid " + (folder_ / "pid") + "; error_log " +
           (folder_ / "error.log") + R"(; events { worker_connections 1024; } http { )" +
           temporary + "log_format statuses '$status message'; access_log " +
           (folder_ / "access.log") + R"( statuses; default_type application/json;
      limit_req_zone $server_addr zone=few:1m rate=20r/s; limit_req_status 429;
      server { listen 127.0.0.1:)" +
           std::to_string(port_) + R"(;
        location /alive { access_log off; return 200 yes; }
        location ~ /_sluice/ { access_log off; return 404; }
        location ~ count_tokens$ { access_log off; return 404; }
        location /v1/messages { return 200 '{"id":"msg_01","type":"message","role":"assistant",
          "model":"claude-haiku-4-5","content":[{"type":"text","text":"static"}],
          "stop_reason":"end_turn","stop_sequence":null,
          "usage":{"input_tokens":11,"output_tokens":7}}'; }
        location /few/ { limit_req zone=few burst=5 nodelay; try_files /none @answer; }
        location @answer { rewrite ^ /v1/messages last; } } })";
  }

  TemporaryFolder folder_;
  std::uint16_t port_ = free_port();
  std::optional<Process> program_;
};

std::string nginx_program() {
  const std::string program = find_program("nginx");
  if (program.empty()) WARN("nginx is not installed: this test was left out");
  return program;
}

constexpr const char* kWhole = R"({
  "sluice": 1, "duration": "5s", "seed": 3,
  "organization": { "tier": "custom" },
  "clients": { "plain": { "retry": { "max_retries": 0 } } },
  "workloads": [
    { "name": "whole", "model": "haiku-4.5", "client": "plain",
      "arrivals": { "type": "constant", "rate": "100/s" },
      "input": 40, "output": 20, "stream": false }
  ]
})";

TEST_CASE("nginx: a static answer is counted, billed by its own usage, over few connections") {
  const std::string program = nginx_program();
  if (program.empty()) return;
  const Nginx server(program);
  const describe::Value report = replay(kWhole, server.url()).report;
  CHECK(number_at(report, "requests.succeeded") == 500);
  CHECK(server.answered("200") == 500);
  CHECK(number_at(report, "tokens.input") == 500 * 11);
  CHECK(number_at(report, "tokens.output") == 500 * 7);
  CHECK(number_at(report, "cost.total") == Approx(500 * (11 * kInputPrice + 7 * kOutputPrice)));
  CHECK(number_at(report, "load.connections.opened") < 50);
  CHECK(number_at(report, "load.connections.opened") +
            number_at(report, "load.connections.reused") >=
        500);
}

TEST_CASE("nginx: a proxy's own 429 is a page in HTML, and of unknown cause") {
  const std::string program = nginx_program();
  if (program.empty()) return;
  const Nginx server(program);
  const describe::Value report = replay(kWhole, server.url() + "/few").report;
  const double succeeded = number_at(report, "requests.succeeded");
  CHECK(succeeded == static_cast<double>(server.answered("200")));
  CHECK(number_at(report, "attempts.rate_limited.unknown") ==
        static_cast<double>(server.answered("429")));
  CHECK(number_at(report, "requests.failed.rate_limit_error") == 500 - succeeded);
  // 20 a second and a burst of 5, over 5 s.
  CHECK(succeeded == Approx(105).margin(5));
}

}  // namespace
}  // namespace sluice::testing
