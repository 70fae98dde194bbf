// What --header gives: sent instead of sluice's own, and in nothing that the program leaves.
#include <algorithm>
#include <string>
#include <vector>

#include "integration/made_up_secret.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/raw_server.hpp"

namespace sluice::testing {
namespace {

// Answers with the request's own lines, in a header and in the body.
class EchoServer {
 public:
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port); }

 private:
  test::RawServer server_{[](test::RawServer::Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty();
         request = peer.read_request()) {
      std::string lines = request.substr(0, request.find("\r\n\r\n"));
      std::erase(lines, '\n');
      std::replace(lines.begin(), lines.end(), '\r', '|');
      const std::string body =
          R"({"type":"error","error":{"type":"invalid_request_error","message":"given: )" + lines +
          R"("}})";
      peer.send("HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nx-given: " + lines +
                "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
  }};
};

}  // namespace

TEST_CASE("a server that says what --header gave it is not quoted") {
  const Place place;
  const EchoServer server;
  const MadeUpSecret key = api_key();
  const MadeUpSecret bearer;
  const MadeUpSecret cookie;
  const MadeUpSecret token;
  const std::vector<std::string> given{"--header", "Authorization: Bearer " + bearer.text(),
                                       "--header", "cookie: first=1; session=" + cookie.text(),
                                       "--header", "X-Gateway-Token:" + token.text(),
                                       "--header", "anthropic-beta: context-1m-2025-08-07"};
  const auto hides_all = [&](std::vector<std::string> more, const std::string& shown_in) {
    std::vector<std::string> command{"replay", place.scenario, "--target", server.url()};
    command.insert(command.end(), given.begin(), given.end());
    command.insert(command.end(), more.begin(), more.end());
    const Finished run = sluice(command, place.with_key(key));
    INFO(run.err);
    CHECK(run.exit == 1);
    const std::string shown = shown_in.empty() ? run.out : text_of(shown_in);
    // A record keeps the beginning of a long message.
    CHECK((contains(shown, "uthorization: (not shown)") || contains(shown, "cookie: (not shown)")));
    CHECK(contains(shown, "X-Gateway-Token:(not shown)"));
    for (const MadeUpSecret* const secret : {&key, &bearer, &cookie, &token}) {
      check_hidden(*secret, run, place.folder);
    }
    return run.out;
  };
  const std::string records = place.folder / "records.jsonl";
  hides_all({"--set", "/duration=1s", "--records", records, "--output",
             "json=" + (place.folder / "report.json")},
            records);
  const std::string shown = hides_all({"--debug"}, "");
  CHECK(contains(shown, "Authorization: (masked)"));
  CHECK(contains(shown, "X-Gateway-Token: (masked)"));
  // What is no secret can be read, in the request and where the server says it.
  const std::string beta = "anthropic-beta: context-1m-2025-08-07";
  CHECK(shown.find(beta) != shown.rfind(beta));
}

TEST_CASE("a credential of --header is sent instead of the one that would be looked for") {
  const Place place;
  const EchoServer server;
  const auto sent = [&](const std::vector<std::string>& given, Process::Environment environment) {
    std::vector<std::string> command{"replay", place.scenario, "--target", server.url(), "--debug"};
    for (const std::string& line : given) command.insert(command.end(), {"--header", line});
    const Finished run = sluice(command, environment);
    INFO(run.err);
    CHECK(run.exit == 1);
    const std::size_t begin = run.out.find("x-given: ");
    REQUIRE(begin != std::string::npos);
    return run.out.substr(begin, run.out.find('\n', begin) - begin);
  };
  for (const char* const own : {"X-Api-Key: mine", "Authorization: Bearer mine"}) {
    for (const char* const name : {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"}) {
      INFO(own << " " << name);
      const std::string lines = sent({own}, {{name, "of-the-environment"}});
      CHECK(contains(lines, "|" + std::string(own).substr(0, std::string(own).find(':')) + ": "));
      CHECK_FALSE(contains(lines, "of-the-environment"));
      CHECK(contains(lines, "x-api-key") + contains(lines, "X-Api-Key") +
                contains(lines, "uthorization") ==
            1);
    }
  }
  // None need be found then.
  CHECK(contains(sent({"x-api-key: mine"}, {{"ANTHROPIC_API_KEY", " "}}), "|x-api-key: mine|"));
}

TEST_CASE("a header that frames the request is refused, with the reason") {
  const Place place;
  for (const char* const name : {"Host", "content-length", "Transfer-Encoding", "connection"}) {
    INFO(name);
    const auto replayed =
        sluice({"replay", place.scenario, "--header", std::string(name) + ": 7", "--debug"});
    CHECK(replayed.exit == 2);
    CHECK(contains(replayed.err, "--header: \"" + std::string(name) + "\" is not to be given"));
    CHECK(lines_of(replayed.err).size() == 1);
    CHECK(replayed.out.empty());
  }
}

}  // namespace sluice::testing
