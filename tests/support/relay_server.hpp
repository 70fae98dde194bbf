// Stands between a client and a server of this machine: passes bytes both ways, and cuts the
// connection after so many. With `is_tunnel` it is a proxy that is asked by CONNECT first; `piece`
// is how many bytes it passes at once.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>

#include <netinet/tcp.h>
#include <poll.h>

#include "support/raw_server.hpp"

namespace sluice::test {

struct RelayOptions {
  std::uint16_t target = 0;
  bool is_tunnel = false;
  std::size_t piece = 16 * 1024;
};

class RelayServer {
 public:
  explicit RelayServer(const RelayOptions& options)
      : options_(options), server_([this](RawServer::Peer& peer) { relay(peer); }) {}

  std::uint16_t port() const { return server_.port; }
  // Of the connections to come: the bytes that they carry, of both ways together.
  void cut_after(std::size_t bytes, bool by_reset) {
    cut_after_ = bytes;
    cuts_by_reset_ = by_reset;
  }
  std::string tunnel_request() {
    const std::scoped_lock lock(mutex_);
    return tunnel_request_;
  }

 private:
  void relay(RawServer::Peer& peer);
  int connect() const;
  // False: this way is over.
  bool pass(int from, int to, std::size_t& left);

  RelayOptions options_;
  std::atomic<std::size_t> cut_after_ = std::numeric_limits<std::size_t>::max();
  std::atomic<bool> cuts_by_reset_ = false;
  std::mutex mutex_;
  std::string tunnel_request_;
  RawServer server_;  // the last one, since its threads use the others
};

inline int RelayServer::connect() const {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.target);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("the relay's target does not listen");
  }
  return descriptor;
}

inline bool RelayServer::pass(int from, int to, std::size_t& left) {
  std::array<char, 16 * 1024> bytes;
  const std::size_t most = std::min({bytes.size(), left, options_.piece});
  const auto size = ::recv(from, bytes.data(), most, 0);
  if (size <= 0) return false;
  left -= static_cast<std::size_t>(size);
  return ::send(to, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
}

inline void RelayServer::relay(RawServer::Peer& peer) {
  std::size_t left = cut_after_;
  if (options_.is_tunnel) {
    const std::string request = peer.read_request();
    const std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    const std::scoped_lock lock(mutex_);
    tunnel_request_ = request;
    peer.send(std::string_view(answer).substr(0, left));
    left -= std::min(left, answer.size());
  }
  const int target = connect();
  const int now = 1;
  for (const int descriptor : {peer.descriptor(), target}) {
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
  }
  bool goes_on = true;
  while (goes_on && left > 0) {
    std::array<pollfd, 2> both{{{.fd = peer.descriptor(), .events = POLLIN, .revents = 0},
                                {.fd = target, .events = POLLIN, .revents = 0}}};
    if (::poll(both.data(), both.size(), -1) < 0) break;
    if (both[0].revents != 0) goes_on = pass(peer.descriptor(), target, left);
    if (goes_on && left > 0 && both[1].revents != 0) {
      goes_on = pass(target, peer.descriptor(), left);
    }
  }
  if (left == 0 && cuts_by_reset_) peer.reset();
  ::close(target);
}

}  // namespace sluice::test
