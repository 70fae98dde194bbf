// `sluice ui` as another process, for tests of what its page can ask: begun with a copy of the
// quickstart in a folder of its own, ended with the test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "integration/sluice.hpp"
#include "report/web_assets.hpp"
#include "support/catch.hpp"
#include "support/http_client.hpp"

namespace sluice::testing {

// False in a build without web parts.
inline bool has_page() { return !web_asset("ui.js").empty(); }

// An explorer that has said where it listens, begun with a copy of the quickstart.
class UiProgram {
 public:
  explicit UiProgram(const std::vector<std::string>& options = {})
      : own_(folder_.write("own.json", text_of(scenario("quickstart")))),
        process_(command(own_, options)) {
    while (process_.out().find("Ctrl-C") == std::string::npos) {
      REQUIRE(process_.err().empty());
      usleep(1000);
    }
    const std::string out = process_.out();
    const std::size_t at = out.find("/?token=");
    token_ = out.substr(at + 8, out.find('\n', at) - at - 8);
    port_ = static_cast<std::uint16_t>(std::stoi(out.substr(out.rfind(':', at) + 1)));
  }

  test::HttpAnswer ask(const std::string& request) const {
    test::HttpClient client(port_);
    client.send(request);
    return client.read();
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string request(std::string_view method, std::string_view target, std::string_view fields,
                      std::string_view body = {}) const {
    std::string text(method);
    text += " " + std::string(target) + " HTTP/1.1\r\n" + std::string(fields);
    if (!body.empty()) text += "content-length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + std::string(body);
  }
  // What its page sends.
  std::string fields() const {
    return "host: " + host() + "\r\nx-sluice-token: " + token_ + "\r\n";
  }
  test::HttpAnswer get(std::string_view target) const {
    return ask(request("GET", target, fields()));
  }
  nlohmann::json post(std::string_view target, const nlohmann::json& body) const {
    const auto answer = ask(request("POST", target, fields(), body.dump()));
    REQUIRE(answer.status == 200);
    return nlohmann::json::parse(
        answer.body.substr(answer.body.rfind('\n', answer.body.size() - 2) + 1));
  }
  nlohmann::json draft(const std::vector<std::string>& overrides = {}) const {
    return {{"path", own_}, {"text", text_of(own_)}, {"overrides", overrides}};
  }

  const TemporaryFolder& folder() const { return folder_; }
  const std::string& own() const { return own_; }
  const std::string& token() const { return token_; }
  std::uint16_t port() const { return port_; }
  std::string out() const { return process_.out(); }
  std::string err() const { return process_.err(); }
  int end() {
    process_.interrupt();
    return process_.wait();
  }

 private:
  static std::vector<std::string> command(const std::string& own,
                                          const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"ui", own};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return sluice_command(arguments);
  }

  TemporaryFolder folder_;
  std::string own_;
  Process process_;
  std::string token_;
  std::uint16_t port_ = 0;
};

}  // namespace sluice::testing
