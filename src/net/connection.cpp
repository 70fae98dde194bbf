#include "net/connection.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "base/check.hpp"

namespace sluice::net {
namespace {

// Requests that a client sends ahead while an answer is pending; then it is not read any more.
constexpr std::size_t kAheadAtMost = 64 * 1024;
constexpr Duration kLingerTime = seconds(2);

bool has_passed(WallPoint now, WallPoint since, Duration limit) noexcept {
  return now - since > std::chrono::nanoseconds(ns(limit));
}

}  // namespace

Connection::Connection(ServerState& server, Socket socket, std::size_t place)
    : server_(server),
      socket_(std::move(socket)),
      input_(server.options.header_limit, server.buffers),
      place_(place),
      since_(server.loop.wall),
      written_at_(server.loop.wall) {
  ErrorWord ignored;  // of a connection that is gone already: the first read says so
  socket_.non_blocking(true, ignored);
  if (server.tls == nullptr) return;
  tls_ = std::make_unique<TlsSession>(*server.tls, socket_.native_handle());
  stage_ = Stage::kHandshake;
}

Awaitable<void> Connection::serve() {
  if (stage_ == Stage::kHandshake) co_await shake_hands();
  bool goes_on = stage_ != Stage::kClosed;
  while (goes_on) {
    if (tls_ != nullptr || holds_input()) {
      goes_on = co_await receive();
      continue;
    }
    const std::span<char> room = input_.room();
    const asio::mutable_buffer buffer(room.data(), room.size());
    const auto [error, size] = co_await socket_.async_read_some(buffer, kAwait);
    received(error, size);
    receive_rest_of_body();
    goes_on = stage_ != Stage::kClosed && !has_ended_input_;
  }
  release();
}

Awaitable<void> Connection::shake_hands() {
  IoStatus status = tls_->handshake();
  while (status != IoStatus::kDone && stage_ == Stage::kHandshake) {
    if (status == IoStatus::kOver) {
      close();
      co_return;
    }
    const auto direction =
        status == IoStatus::kWaitsToRead ? Socket::wait_read : Socket::wait_write;
    const auto [error] = co_await socket_.async_wait(direction, kAwait);
    if (stage_ != Stage::kHandshake) co_return;
    status = error ? IoStatus::kOver : tls_->handshake();
  }
  if (stage_ == Stage::kHandshake) stage_ = Stage::kOpen;
}

// What has come of a body is taken at once: to wait in line for every piece would put short
// requests before long ones that were sent earlier.
void Connection::receive_rest_of_body() {
  while (stage_ == Stage::kOpen && !has_ended_input_ && input_.is_in_body() && !holds_input()) {
    const std::span<char> room = input_.room();
    ErrorWord error;
    const std::size_t size =
        socket_.read_some(asio::mutable_buffer(room.data(), room.size()), error);
    if (error == asio::error::would_block) return;
    received(error, size);
  }
}

// The ways to read that are not the fast one. False: there is nothing to read any more.
Awaitable<bool> Connection::receive() {
  const bool is_full = holds_input();
  if (is_full || !tls_->has_more()) {
    const auto event = is_full ? Socket::wait_error : Socket::wait_read;
    const auto [error] = co_await socket_.async_wait(event, kAwait);
    if (is_full || error) {
      // Woken because the reply has ended, or the connection has.
      const bool is_woken = error == asio::error::operation_aborted;
      received(is_woken ? error : asio::error::connection_reset, 0);
      co_return stage_ != Stage::kClosed && !has_ended_input_;
    }
  }
  const IoResult result = tls_->read(input_.room());
  ErrorWord error;
  if (result.status == IoStatus::kOver) error = asio::error::eof;
  if (result.status == IoStatus::kDone || error) received(error, result.size);
  co_return stage_ != Stage::kClosed && !has_ended_input_;
}

bool Connection::holds_input() const noexcept {
  return (reply_ != Reply::kNone || is_choked()) && input_.size() >= kAheadAtMost;
}

void Connection::received(ErrorWord error, std::size_t size) {
  if (stage_ == Stage::kClosed) return;
  server_.loop.catch_up();
  input_.commit(size);
  if (is_broken_) error = asio::error::connection_reset;
  if (error && error != asio::error::operation_aborted) {
    if (error == asio::error::eof) {
      input_ended();
    } else {
      client_gone();
      close();
    }
  } else if (stage_ == Stage::kOpen) {
    advance();
  }
  if (stage_ == Stage::kClosing || stage_ == Stage::kLingering) input_.clear();
  server_.loop.rearm();
}

// A client that closes its side waits for nothing, or so servers take it. What has been answered is
// still sent.
void Connection::input_ended() {
  has_ended_input_ = true;
  const bool is_pending = reply_ != Reply::kNone;
  client_gone();
  if (is_pending || backlog_size() == 0) {
    close();
  } else {
    begin_close();
  }
}

// Who asks and asks and does not read the answers is not answered for a while.
void Connection::advance() {
  is_advancing_ = true;
  while (reply_ == Reply::kNone && stage_ == Stage::kOpen && !is_choked()) {
    const RequestInput::Step step = input_.next(server_.handler, server_.head);
    if (step == RequestInput::Step::kRequest) {
      handle_request();
    } else if (step == RequestInput::Step::kRefusal) {
      refuse(input_.refusal());
    } else {
      if (input_.takes_continue()) transmit("HTTP/1.1 100 Continue\r\n\r\n");
      if (input_.is_in_body()) {
        enter(Phase::kBody);
      } else if (!input_.is_empty()) {
        enter(Phase::kHead);
      }
      break;
    }
  }
  is_advancing_ = false;
}

void Connection::handle_request() {
  const RequestHead& head = server_.head;
  const HttpRequest request{.method = head.method,
                            .path = head.path,
                            .query = head.query,
                            .headers = head.fields,
                            .body = input_.body()};
  keeps_alive_ = head.keeps_alive;
  is_head_ = head.method == "HEAD";
  is_version_1_0_ = head.is_version_1_0;
  reply_ = Reply::kAwaited;
  phase_ = Phase::kReply;
  ++server_.counters.requests;
  server_.handler.handle(request, *this);
  input_.consume();
}

void Connection::refuse(TransportRefusal refusal) {
  keeps_alive_ = false;
  is_head_ = is_version_1_0_ = false;
  reply_ = Reply::kAwaited;
  phase_ = Phase::kReply;
  ++server_.counters.refused;
  server_.handler.refuse(refusal, *this);
}

// Progress counts for a body; a head has to be there in one time.
void Connection::enter(Phase phase) noexcept {
  if (phase == phase_ && phase != Phase::kBody) return;
  phase_ = phase;
  since_ = server_.loop.wall;
}

void Connection::check_time() {
  const WallPoint now = server_.loop.wall;
  const ServerOptions& options = server_.options;
  if (stage_ == Stage::kClosed) return;
  if (backlog_size() > 0) {
    if (!has_passed(now, written_at_, options.write_timeout)) return;
    client_gone();
    return close();
  }
  switch (phase_) {
    case Phase::kFresh:
      if (has_passed(now, since_, options.header_timeout)) close();
      return;
    case Phase::kIdle:
      if (has_passed(now, since_, options.idle_timeout)) close();
      return;
    case Phase::kHead:
      if (has_passed(now, since_, options.header_timeout)) refuse(TransportRefusal::kTooSlow);
      return;
    case Phase::kBody:
      if (has_passed(now, since_, options.body_timeout)) refuse(TransportRefusal::kTooSlow);
      return;
    case Phase::kReply:
      return;
    case Phase::kLinger:
      if (has_passed(now, since_, kLingerTime)) close();
      return;
  }
}

void Connection::abandon() {
  client_gone();
  close();
}

void Connection::client_gone() {
  if (reply_ == Reply::kNone) return;
  reply_ = Reply::kNone;
  if (ReplyListener* const listener = std::exchange(listener_, nullptr)) listener->on_gone();
}

// What waits for the socket is called with an error, later.
void Connection::close() {
  if (stage_ == Stage::kClosed) return;
  if (tls_ != nullptr && stage_ == Stage::kOpen && phase_ == Phase::kIdle) tls_->say_goodbye();
  stage_ = Stage::kClosed;
  ErrorWord ignored;
  socket_.close(ignored);
}

// Lets the coroutine look again though nothing was received.
void Connection::wake() {
  ErrorWord ignored;
  socket_.cancel(ignored);
}

void Connection::release() {
  if (--operations_ > 0) return;
  close();
  --server_.counters.connections_open;
  std::vector<std::unique_ptr<Connection>>& all = server_.connections;
  const std::size_t place = place_;
  SLUICE_CHECK(all[place].get() == this);
  const std::unique_ptr<Connection> self = std::move(all[place]);
  if (place + 1 < all.size()) {
    all[place] = std::move(all.back());
    all[place]->place_ = place;
  }
  all.pop_back();
}

}  // namespace sluice::net
