// How a connection of a client comes to be: address, TCP, the proxy's tunnel, TLS.
#include <sys/socket.h>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "base/check.hpp"
#include "base/text.hpp"
#include "net/client_connection.hpp"

namespace sluice::net {
namespace {

using asio::ip::tcp;

std::string text_of(const tcp::endpoint& address) {
  const std::string host = address.address().to_string();
  const bool is_v6 = address.address().is_v6();
  return is_v6 ? fmt::format("[{}]:{}", host, address.port())
               : fmt::format("{}:{}", host, address.port());
}

std::string connect_problem(const ErrorWord& error, const tcp::endpoint& address) {
  if (error == asio::error::connection_refused) {
    return fmt::format("connection refused by {}", text_of(address));
  }
  if (error == asio::error::no_descriptors) {
    return "too many open files: raise the limit (ulimit -n)";
  }
  if (error.value() == EADDRNOTAVAIL) {
    return fmt::format("no local port is free for another connection to {}", text_of(address));
  }
  return fmt::format("cannot connect to {}: {}", text_of(address), error.message());
}

}  // namespace

ClientConnection::ClientConnection(ClientState& client, std::size_t place)
    : client_(client),
      socket_(client.loop.context.get_executor()),
      input_(client.options.head_limit, client.buffers),
      place_(place),
      since_(Clock::now()),
      tried_since_(since_) {}

void ClientConnection::open() {
  ++client_.opening;
  try_next_address();
}

// A failure that shows at once is heard from the loop like any other.
void ClientConnection::try_next_address() {
  const std::size_t count = client_.addresses.size();
  const tcp::endpoint& address =
      client_.addresses[(client_.address_first + addresses_tried_) % count];
  ++addresses_tried_;
  ErrorWord error;
  socket_.open(address.protocol(), error);
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  ++operations_;
  if (error) {
    asio::post(client_.loop.context, [this, error, &address] { connected(error, address); });
  } else {
    socket_.async_connect(address,
                          [this, &address](ErrorWord result) { connected(result, address); });
  }
}

void ClientConnection::connected(ErrorWord error, const tcp::endpoint& address) {
  complete([&] {
    if (!error) {
      client_.address_first = static_cast<std::size_t>(&address - client_.addresses.data());
      return client_.tunnel_request.empty() ? begin_tls() : ask_for_tunnel();
    }
    ErrorWord ignored;
    socket_.close(ignored);
    if (addresses_tried_ < client_.addresses.size()) {
      tried_since_ = client_.loop.wall;
      try_next_address();
    } else if (error == asio::error::operation_aborted || error == asio::error::timed_out) {
      fail(TransportError::kTimeout, fmt::format("{} does not answer", text_of(address)));
    } else {
      fail(TransportError::kConnect, connect_problem(error, address));
    }
  });
}

void ClientConnection::ask_for_tunnel() {
  stage_ = Stage::kTunnel;
  input_.begin(Asked::kTunnel);
  unsent_ = client_.tunnel_request;
  push();
}

void ClientConnection::read_tunnel_answer() {
  switch (input_.next(client_.answer)) {
    case AnswerInput::Step::kNeedsMore:
      return;
    case AnswerInput::Step::kHead:
      break;
    case AnswerInput::Step::kBody:
    case AnswerInput::Step::kEnd:
    case AnswerInput::Step::kMalformed:
      return fail(TransportError::kProxy, "what the proxy sent is no HTTP/1.1 answer");
  }
  constexpr int kWantsCredentials = 407;
  const int status = client_.answer.status;
  if (status == kWantsCredentials) {
    return fail(TransportError::kProxy,
                "the proxy wants a user and a password, or others (status 407): "
                "http://USER:PASSWORD@HOST:PORT");
  }
  if (status >= 300) {
    return fail(TransportError::kProxy, fmt::format("the proxy refused with status {}", status));
  }
  if (!input_.is_empty()) {
    return fail(TransportError::kProxy, "the proxy sent more than its answer");
  }
  begin_tls();
}

void ClientConnection::begin_tls() {
  if (client_.tls == nullptr) return become_ready();
  stage_ = Stage::kHandshake;
  tls_ = std::make_unique<TlsSession>(*client_.tls, socket_.native_handle(),
                                      client_.options.target.host);
  shake_hands();
}

void ClientConnection::shake_hands() {
  const IoStatus status = tls_->handshake();
  if (status == IoStatus::kDone) return become_ready();
  if (status == IoStatus::kOver) return fail(TransportError::kTls, tls_->problem());
  const auto direction = status == IoStatus::kWaitsToRead ? Socket::wait_read : Socket::wait_write;
  ++operations_;
  socket_.async_wait(direction, [this](ErrorWord) { complete([this] { shake_hands(); }); });
}

void ClientConnection::become_ready() {
  stage_ = Stage::kReady;
  since_ = client_.loop.wall;
  --client_.opening;
  ++client_.counters.connections_opened;
  if (call_ != nullptr) return write_request();
  std::erase(client_.unclaimed, this);
  client_.put_back(*this);
}

void ClientConnection::check_time() {
  if (stage_ == Stage::kReady || stage_ == Stage::kClosed) return;
  const auto limit = std::chrono::nanoseconds(ns(client_.options.connect_timeout));
  const WallPoint now = client_.loop.wall;
  if (now - since_ > limit) {
    return fail(TransportError::kTimeout,
                fmt::format("no connection within {}: {}",
                            short_text(client_.options.connect_timeout), stage_text()));
  }
  // An address that does not answer leaves time for the others.
  const auto share = limit / static_cast<std::int64_t>(client_.addresses.size());
  const bool is_last = addresses_tried_ == client_.addresses.size();
  if (stage_ == Stage::kConnecting && !is_last && now - tried_since_ > share) {
    ErrorWord ignored;
    socket_.close(ignored);
  }
}

const char* ClientConnection::stage_text() const noexcept {
  switch (stage_) {
    case Stage::kConnecting:
      return "the address does not answer";
    case Stage::kTunnel:
      return "the proxy does not answer";
    case Stage::kHandshake:
      return "the TLS handshake does not end";
    case Stage::kReady:
    case Stage::kClosed:
      break;
  }
  return "";
}

}  // namespace sluice::net
