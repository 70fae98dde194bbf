// A server of bare sockets that does to each connection what the test says, on a thread of its own:
// answers in pieces, half answers, resets, silence.
//
//   RawServer server([](RawServer::Peer& peer) {
//     peer.read_request();
//     peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
//   });
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace sluice::test {

class RawServer {
 public:
  class Peer {
   public:
    Peer(int descriptor, std::size_t which) : number(which), descriptor_(descriptor) {}
    // Head and body of the next request; empty: the client has closed its side.
    std::string read_request();
    // As it comes, at most `size` bytes.
    std::string read_some(std::size_t size = 64 * 1024);
    bool send(std::string_view bytes) {
      while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }
    void end_output() { ::shutdown(descriptor_, SHUT_WR); }
    // The connection ends with a reset instead of in order.
    void reset() {
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    void wait_for_close() {
      while (!read_some().empty()) {
      }
    }
    int descriptor() const { return descriptor_; }
    std::size_t number;  // of the connection, from 0

   private:
    int descriptor_;
    std::string pending_;
  };
  using Script = std::function<void(Peer&)>;

  explicit RawServer(Script script, bool is_v6 = false);
  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::scoped_lock lock(mutex_);
      for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port = 0;

 private:
  void accept_all();
  void serve(int descriptor, std::size_t number);

  Script script_;
  int listener_ = -1;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

inline std::string RawServer::Peer::read_some(std::size_t size) {
  std::string bytes(size, '\0');
  const auto received = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
  return bytes;
}

inline std::string RawServer::Peer::read_request() {
  while (true) {
    const std::size_t head = pending_.find("\r\n\r\n");
    if (head != pending_.npos) {
      std::size_t size = head + 4;
      const std::size_t length = pending_.find("content-length: ");
      if (length < head) size += std::stoul(pending_.substr(length + 16));
      if (pending_.size() >= size) {
        std::string request = pending_.substr(0, size);
        pending_.erase(0, size);
        return request;
      }
    }
    const std::string more = read_some();
    if (more.empty()) return {};
    pending_ += more;
  }
}

inline RawServer::RawServer(Script script, bool is_v6) : script_(std::move(script)) {
  sockaddr_storage address{};
  socklen_t size = is_v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (is_v6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address);
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  listener_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto* const bare = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, bare, size) != 0 || ::listen(listener_, 512) != 0) {
    ::close(listener_);
    throw std::runtime_error("cannot listen");
  }
  ::getsockname(listener_, bare, &size);
  port = ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);  // at one place in both
  acceptor_ = std::thread([this] { accept_all(); });
}

inline void RawServer::accept_all() {
  for (std::size_t number = 0;; ++number) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const std::scoped_lock lock(mutex_);
    open_.push_back(descriptor);
    threads_.emplace_back([this, descriptor, number] { serve(descriptor, number); });
  }
}

inline void RawServer::serve(int descriptor, std::size_t number) {
  Peer peer(descriptor, number);
  script_(peer);
  const std::scoped_lock lock(mutex_);
  std::erase(open_, descriptor);
  ::close(descriptor);
}

}  // namespace sluice::test
