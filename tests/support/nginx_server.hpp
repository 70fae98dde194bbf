// nginx of this machine, in a folder of its own, on a free port: a server that others have written.
// Ended by its process id. Where it is not installed, path() is empty and a test is skipped.
#pragma once

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

namespace sluice::test {

class NginxServer {
 public:
  static std::string path() {
    for (const char* place : {"/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx",
                              "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"}) {
      if (::access(place, X_OK) == 0) return place;
    }
    return {};
  }

  // `http` stands within nginx's http block, `server` within that of the server.
  explicit NginxServer(std::string_view http, std::string_view server,
                       std::string_view listen_options = {}) {
    std::string name = "/tmp/sluice_nginx_XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for nginx");
    folder = name;
    // nginx has no port 0 of which it tells: another may take a free one first, and then we retry.
    for (int attempt = 0; attempt < 5 && process_ < 0; ++attempt) {
      port = free_port();
      write_configuration(http, server, listen_options);
      start();
    }
    if (process_ < 0) {
      std::filesystem::remove_all(folder);
      throw std::runtime_error("nginx does not start");
    }
  }
  ~NginxServer() {
    if (process_ > 0) {
      ::kill(process_, SIGTERM);
      ::waitpid(process_, nullptr, 0);
    }
    std::filesystem::remove_all(folder);
  }
  NginxServer(const NginxServer&) = delete;
  NginxServer& operator=(const NginxServer&) = delete;

  std::filesystem::path folder;  // "{}" in what is configured
  std::uint16_t port = 0;

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static std::uint16_t free_port() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(descriptor);
    return ntohs(address.sin_port);
  }
  void write_configuration(std::string_view http, std::string_view server,
                           std::string_view listen_options) const {
    const std::string place = folder.string();
    std::string text = "worker_processes 1; daemon off; master_process off; error_log " + place +
                       "/error.log; pid " + place + "/pid;\nevents { worker_connections 1024; }\n" +
                       "http { access_log off; ";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      text += std::string(kind) + "_temp_path " + place + "/" + kind + "; ";
    }
    text += std::string(http) + "\nserver { listen 127.0.0.1:" + std::to_string(port) + " " +
            std::string(listen_options) + ";\n" + std::string(server) + "\n} }\n";
    for (std::size_t at = text.find("{}"); at != text.npos; at = text.find("{}")) {
      text.replace(at, 2, place);
    }
    std::ofstream(folder / "nginx.conf") << text;
  }
  void start() {
    const std::string program = path();
    const std::string configuration = folder / "nginx.conf";
    const std::string log = folder / "error.log";
    process_ = ::fork();
    if (process_ == 0) {
      ::execl(program.c_str(), "nginx", "-c", configuration.c_str(), "-e", log.c_str(), nullptr);
      ::_exit(127);
    }
    // It listens, or has ended, within moments.
    for (int i = 0; i < 2'000; ++i) {
      const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const sockaddr_in address = loopback(port);
      const bool is_up =
          ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
      ::close(descriptor);
      if (is_up) return;
      if (::waitpid(process_, nullptr, WNOHANG) == process_) break;
      ::poll(nullptr, 0, 5);
    }
    process_ = -1;
  }

  pid_t process_ = -1;
};

}  // namespace sluice::test
