// A server that somebody else has written, as another process: it prints its address within its
// first lines and serves until the test ends.
//
//   const PeerProgram server({PeerProgram::node(), script});
//   sluice({"replay", scenario, "--target", server.url()})
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {

// The whole path of a program of the system; empty where it is not installed.
inline std::string find_program(const std::string& name) {
  const std::string folders = std::string(std::getenv("PATH")) + ":/usr/sbin:/usr/local/sbin";
  for (std::size_t begin = 0; begin < folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const std::string path = folders.substr(begin, end - begin) + "/" + name;
    if (access(path.c_str(), X_OK) == 0) return path;
    begin = end + 1;
  }
  return {};
}

// For servers that cannot choose one themselves. Nobody else is given it soon after.
inline std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const bare = reinterpret_cast<sockaddr*>(&address);
  const bool is_bound = ::bind(probe, bare, size) == 0 && ::getsockname(probe, bare, &size) == 0;
  ::close(probe);
  if (!is_bound) throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

class PeerProgram {
 public:
  explicit PeerProgram(std::vector<std::string> command) : process_(std::move(command)) {
    constexpr int kMilliseconds = 20'000;
    const std::string mark = "http://127.0.0.1:";
    for (int waited = 0; waited < kMilliseconds; ++waited) {
      const std::string out = process_.out();
      const std::size_t at = out.find(mark);
      const std::size_t end =
          at == out.npos ? at : out.find_first_not_of("0123456789", at + mark.size());
      if (end != out.npos) {
        url_ = out.substr(at, end - at);
        return;
      }
      usleep(1000);
    }
    FAIL("the server did not start: " << process_.out() << process_.err());
  }

  static std::string node() {
    const std::string path = find_program("node");
    return path.empty() ? find_program("nodejs") : path;
  }
  const std::string& url() const { return url_; }

 private:
  Process process_;
  std::string url_;
};

}  // namespace sluice::testing
