// `sluice ui` as a program, over real sockets: who is let in and who is not, what its page can ask,
// what it writes, and how it ends.
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "integration/sluice.hpp"
#include "integration/ui_program.hpp"
#include "support/catch.hpp"
#include "support/http_client.hpp"

namespace sluice::testing {
namespace {

using nlohmann::json;

// The same digits in another order.
std::string other_than(std::string token) {
  for (char& c : token) c = c == 'f' ? '0' : static_cast<char>(c == '9' ? 'a' : c + 1);
  return token;
}

}  // namespace

TEST_CASE("a build without web pages says so when the explorer is asked for, with exit code 2") {
  if (has_page()) return;
  const Finished run = sluice({"ui"});
  CHECK(run.exit == 2);
  CHECK(contains(run.err, "without its web pages"));
}

TEST_CASE("a scenario that is not there ends the explorer before it serves") {
  if (!has_page()) return;
  const Finished run = sluice({"ui", "nowhere.json"});
  CHECK(run.exit == 2);
  CHECK(contains(run.err, "nowhere.json"));
}

TEST_CASE("the explorer prints its address once, and Ctrl-C ends it with exit code 0") {
  if (!has_page()) return;
  UiProgram ui;
  CHECK(ui.token().size() == 32);
  CHECK(ui.token().find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(ui.get("/").status == 200);
  CHECK(ui.end() == 0);
  const std::string out = ui.out();
  CHECK(out.find(ui.token()) == out.rfind(ui.token()));
  CHECK(ui.err().empty());
}

TEST_CASE("two explorers have two tokens") {
  if (!has_page()) return;
  const UiProgram one;
  const UiProgram other;
  CHECK(one.token() != other.token());
}

TEST_CASE("nobody gets in without the token") {
  if (!has_page()) return;
  const UiProgram ui;
  const std::string host = "host: " + ui.host() + "\r\n";
  const std::string wrong = other_than(ui.token());
  for (const std::string& path :
       std::vector<std::string>{"/", "/page.js", "/page.css", "/api/scenarios", "/nothing"}) {
    CAPTURE(path);
    CHECK(ui.ask(ui.request("GET", path, host)).status == 403);
    CHECK(ui.ask(ui.request("GET", path + "?token=" + wrong, host)).status == 403);
    CHECK(ui.ask(ui.request("GET", path + "?token=", host)).status == 403);
    CHECK(ui.ask(ui.request("GET", path, host + "x-sluice-token: " + wrong + "\r\n")).status ==
          403);
    CHECK(ui.ask(ui.request("GET", path + "?token=" + ui.token().substr(1), host)).status == 403);
  }
  // In the address it is good for reading only.
  const std::string body = ui.draft().dump();
  CHECK(ui.ask(ui.request("POST", "/api/check?token=" + ui.token(), host, body)).status == 403);
}

TEST_CASE("a page of another origin, or of a name that only leads here, is refused") {
  if (!has_page()) return;
  const UiProgram ui;
  const std::string token = "x-sluice-token: " + ui.token() + "\r\n";
  const std::string port = std::to_string(ui.port());
  const auto status = [&](const std::string& fields) {
    return ui.ask(ui.request("GET", "/api/scenarios", token + fields)).status;
  };
  CHECK(status("host: " + ui.host() + "\r\n") == 200);
  CHECK(status("host: " + ui.host() + "\r\norigin: http://" + ui.host() + "\r\n") == 200);
  CHECK(status("host: localhost:" + port + "\r\norigin: http://localhost:" + port + "\r\n") == 200);
  for (const std::string& origin :
       std::vector<std::string>{"https://evil.example", "null", "http://127.0.0.1:1",
                                "http://localhost", "https://127.0.0.1"}) {
    CAPTURE(origin);
    CHECK(status("host: " + ui.host() + "\r\norigin: " + origin + "\r\n") == 403);
  }
  for (const std::string& host :
       std::vector<std::string>{"evil.example", "evil.example:" + port, "127.0.0.1.evil.example",
                                "localhost.evil.example:" + port, "127.0.0.1:", "127.0.0.1:x",
                                "127.0.0.1@evil.example"}) {
    CAPTURE(host);
    CHECK(status("host: " + host + "\r\n") >= 400);
  }
}

TEST_CASE("a preflight of another page gets no leave") {
  if (!has_page()) return;
  const UiProgram ui;
  const auto answer = ui.ask(ui.request(
      "OPTIONS", "/api/save",
      "host: " + ui.host() +
          "\r\norigin: https://evil.example\r\naccess-control-request-method: POST\r\n"));
  CHECK(answer.status == 403);
  CHECK(answer.field("access-control-allow-origin").empty());
}

TEST_CASE("what is served may be kept by nobody and load nothing from elsewhere") {
  if (!has_page()) return;
  const UiProgram ui;
  for (const std::string& path :
       std::vector<std::string>{"/", "/page.js", "/api/schema", "/nothing"}) {
    CAPTURE(path);
    const auto answer = ui.get(path);
    CHECK(answer.field("cache-control") == "no-store");
    CHECK(contains(answer.field("content-security-policy"), "default-src 'none'"));
    CHECK(contains(answer.field("content-security-policy"), "script-src 'self';"));
    CHECK(answer.field("x-content-type-options") == "nosniff");
    CHECK(answer.field("referrer-policy") == "no-referrer");
    CHECK(answer.field("cross-origin-resource-policy") == "same-origin");
  }
}

TEST_CASE("other methods and other paths are refused") {
  if (!has_page()) return;
  const UiProgram ui;
  CHECK(ui.get("/nothing").status == 404);
  CHECK(ui.get("/../own.json").status == 404);
  CHECK(ui.get("/api/../own.json").status == 404);
  CHECK(ui.get("/api/simulate").status == 405);
  for (const std::string& method : std::vector<std::string>{"PUT", "DELETE", "PATCH"}) {
    CAPTURE(method);
    CHECK(ui.ask(ui.request(method, "/api/save", ui.fields(), "{}")).status == 405);
    CHECK(ui.ask(ui.request(method, "/", ui.fields())).status == 405);
  }
  CHECK(ui.ask(ui.request("POST", "/api/schema", ui.fields())).status == 405);
}

TEST_CASE("a body that is too large, or no request of the page, is refused") {
  if (!has_page()) return;
  const UiProgram ui;
  const std::string large(3 * 1024 * 1024, ' ');
  CHECK(ui.ask(ui.request("POST", "/api/check", ui.fields(), large)).status == 413);
  CHECK(ui.ask(ui.request("POST", "/", ui.fields(), "x")).status == 413);
  for (const std::string& body :
       std::vector<std::string>{"", "{}", "[]", "not json", R"({"path":"","text":""})"}) {
    CAPTURE(body);
    CHECK(ui.ask(ui.request("POST", "/api/check", ui.fields(), body)).status == 400);
  }
}

TEST_CASE("a check names line, column and pointer of every error") {
  if (!has_page()) return;
  const UiProgram ui;
  json draft = ui.draft();
  draft["text"] = "{\n  \"sluice\": 1,\n  \"duratoin\": \"1m\",\n  \"workloads\": []\n}\n";
  const json answer = ui.post("/api/check", draft);
  REQUIRE(answer["ok"] == false);
  REQUIRE(answer["errors"].size() >= 2);
  CHECK(answer["errors"][0]["line"] == 3);
  CHECK(answer["errors"][0]["pointer"] == "/duratoin");
  CHECK(contains(answer["errors"][0]["message"], "did you mean"));
  CHECK(answer["errors"][1]["line"] == 4);

  const json good = ui.post("/api/check", ui.draft({"/seed=9"}));
  CHECK(good["ok"] == true);
  CHECK(good["effective"]["seed"] == 9);
  CHECK(good["effective"]["organization"]["burst"] == "1m");  // a default
}

TEST_CASE("what the page simulates is what the command line gives for the same overrides") {
  if (!has_page()) return;
  const UiProgram ui;
  const std::vector<std::string> overrides{"/duration=2m", "/workloads/0/arrivals/rate=1500/min"};
  std::vector<std::string> with_seed = overrides;
  with_seed.push_back("/seed=5");
  const json page = ui.post("/api/simulate", ui.draft(with_seed));
  const Finished run = sluice({"simulate", ui.own(), "--set", overrides[0], "--set", overrides[1],
                               "--seed", "5", "--format", "json"});
  CHECK(page["result"] == json::parse(run.out));
}

TEST_CASE("a long simulation tells how far it is, and ends when its page gives it up",
          "[threads]") {
  if (!has_page()) return;
  const UiProgram ui;
  const std::string body = ui.draft({"/duration=60d"}).dump();
  {
    test::HttpClient client(ui.port());
    client.send(ui.request("POST", "/api/simulate", ui.fields(), body));
    CHECK(client.read_head().status == 200);
    std::string line;
    while (!contains(line, "\"progress\":0.")) {
      const std::string more = client.read_some();
      REQUIRE_FALSE(more.empty());
      line += more;
    }
  }
  // One thread simulates: the next is answered, so the one before has ended.
  CHECK(ui.post("/api/simulate", ui.draft({"/duration=1m"})).contains("result"));
}

TEST_CASE("the explorer refuses what is too large for it, and says what would be right") {
  if (!has_page()) return;
  const UiProgram ui;
  const auto refusal = [&](const std::vector<std::string>& overrides) {
    const json answer = ui.post("/api/simulate", ui.draft(overrides));
    REQUIRE(answer.contains("errors"));
    REQUIRE(answer["errors"].size() == 1);
    return answer["errors"][0];
  };
  const json flood = refusal({"/duration=30m", "/workloads/0/arrivals/rate=1000000000/min"});
  CHECK(flood["pointer"] == "/workloads/0/arrivals/rate");
  CHECK(contains(flood["message"], "about 30,000,000,000 requests are planned"));
  CHECK(contains(flood["message"], "at most 6,666,666/min for "));

  const std::string crowd =
      R"("model":"sonnet-5.5","input":100,"output":10,"arrivals":{"type":"closed","users":)";
  const json users = refusal({R"(/workloads=[{"name":"one",)" + crowd +
                              R"(500001}},{"name":"two",)" + crowd + "600000}}]"});
  CHECK(users["pointer"] == "/workloads/1/arrivals/users");
  CHECK(contains(users["message"], "1,100,001 users are planned"));
}

TEST_CASE("the explorer stops a run with too many requests in flight, and says so", "[threads]") {
  if (!has_page()) return;
  const UiProgram ui;
  const json answer = ui.post(
      "/api/simulate", ui.draft({"/duration=6s", "/workloads/0/arrivals/rate=500000000/min"}));
  REQUIRE(answer.contains("errors"));
  CHECK(answer["errors"][0]["pointer"] == "/workloads/0/arrivals/rate");
  CHECK(contains(answer["errors"][0]["message"], "more than 1,000,000 requests were in flight"));
  CHECK(ui.post("/api/simulate", ui.draft({"/duration=1m"})).contains("result"));
}

TEST_CASE("Ctrl-C ends the explorer while it simulates", "[threads]") {
  if (!has_page()) return;
  UiProgram ui;
  test::HttpClient client(ui.port());
  client.send(ui.request("POST", "/api/simulate", ui.fields(), ui.draft({"/duration=60d"}).dump()));
  CHECK(client.read_head().status == 200);
  CHECK(ui.end() == 0);
}

TEST_CASE("save writes a file that check accepts, and asks before it replaces one") {
  if (!has_page()) return;
  const UiProgram ui;
  json order = {{"scenario", ui.draft({"/organization/tier=build"})}, {"name", "saved.json"}};
  CHECK(ui.post("/api/save", order)["saved"] == ui.folder() / "saved.json");
  const std::string saved = text_of(ui.folder() / "saved.json");
  CHECK(json::parse(saved)["organization"]["tier"] == "build");
  CHECK(sluice({"check", ui.folder() / "saved.json"}).exit == 0);
  CHECK(contains(ui.get("/api/scenarios").body, "saved.json"));

  order["scenario"] = ui.draft();
  CHECK(ui.post("/api/save", order)["exists"] == "saved.json");
  CHECK(text_of(ui.folder() / "saved.json") == saved);
  order["overwrite"] = true;
  CHECK(ui.post("/api/save", order).contains("saved"));
  CHECK(text_of(ui.folder() / "saved.json") == text_of(ui.own()));
  CHECK(ui.folder().files() == 2);  // nothing temporary is left
}

TEST_CASE("save leaves its folder by no name, and writes nothing that is wrong") {
  if (!has_page()) return;
  const UiProgram ui;
  json order = {{"scenario", ui.draft()}, {"overwrite", true}};
  for (const std::string& name : std::vector<std::string>{
           "../out.json", "/tmp/out.json", "a/b.json", "..", "", ".hidden.json", "out.txt", "out",
           "..\\out.json", "out.json\n", "%2e%2e%2fout.json", "~.json", "o\x01ut.json"}) {
    CAPTURE(name);
    order["name"] = name;
    CHECK(ui.post("/api/save", order).contains("errors"));
  }
  order["name"] = std::string(200, 'a') + ".json";
  CHECK(ui.post("/api/save", order).contains("errors"));
  order["name"] = "wrong.json";
  order["scenario"]["text"] = "{}";
  CHECK(ui.post("/api/save", order).contains("errors"));
  CHECK(ui.folder().files() == 1);
}

TEST_CASE("save does not write through a link") {
  if (!has_page()) return;
  const UiProgram ui;
  const TemporaryFolder elsewhere;
  const std::string target = elsewhere.write("target.json", "untouched");
  REQUIRE(symlink(target.c_str(), (ui.folder() / "link.json").c_str()) == 0);
  const json order = {{"scenario", ui.draft()}, {"name", "link.json"}, {"overwrite", true}};
  CHECK(ui.post("/api/save", order).contains("errors"));
  CHECK(text_of(target) == "untouched");
}

}  // namespace sluice::testing
