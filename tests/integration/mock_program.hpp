// `sluice mock` as another process, for tests of whatever talks to it: started on a free port,
// ended with the test.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/http_client.hpp"

namespace sluice::testing {

// A mock that has said where it listens.
class MockProgram {
 public:
  explicit MockProgram(std::vector<std::string> arguments)
      : process_(sluice_command(with_port(std::move(arguments)))) {
    const std::string mark = "ANTHROPIC_BASE_URL=http";
    while (process_.out().find("Ctrl-C") == std::string::npos) {
      REQUIRE(process_.err().empty());
      usleep(1000);
    }
    const std::string out = process_.out();
    const std::size_t end = out.find('\n', out.find(mark));
    port_ = static_cast<std::uint16_t>(std::stoi(out.substr(out.rfind(':', end) + 1)));
  }

  std::uint16_t port() const { return port_; }
  std::string out() const { return process_.out(); }
  std::string err() const { return process_.err(); }
  test::HttpAnswer ask(const std::string& request) const {
    test::HttpClient client(port_);
    client.send(request);
    return client.read();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int end() {
    process_.interrupt();
    return process_.wait();
  }

 private:
  static std::vector<std::string> with_port(std::vector<std::string> arguments) {
    const bool has_port = std::count(arguments.begin(), arguments.end(), "--port") > 0;
    if (!has_port) arguments.insert(arguments.begin(), {"--port", "0"});
    arguments.insert(arguments.begin(), "mock");
    return arguments;
  }
  Process process_;
  std::uint16_t port_ = 0;
};

}  // namespace sluice::testing
