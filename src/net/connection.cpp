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

void Connection::serve() {
  if (stage_ == Stage::kHandshake) return shake_hands();
  read_on();
}

void Connection::shake_hands() {
  if (stage_ != Stage::kHandshake) return release();
  const IoStatus status = tls_->handshake();
  if (status == IoStatus::kDone) {
    stage_ = Stage::kOpen;
    return read_on();
  }
  if (status == IoStatus::kOver) {
    close();
    return release();
  }
  const auto direction = status == IoStatus::kWaitsToRead ? Socket::wait_read : Socket::wait_write;
  socket_.async_wait(direction, [this](ErrorWord error) {
    if (error) close();
    shake_hands();
  });
}

void Connection::read_on() {
  if (stage_ == Stage::kClosed || has_ended_input_) return release();
  server_.loop.read_later(*this);
}

void Connection::begin_read() {
  if (std::exchange(was_woken_, false)) {
    received(asio::error::operation_aborted, 0);
    read_on();
  } else if (stage_ == Stage::kClosed) {
    release();
  } else if (holds_input()) {
    hold_input();
  } else {
    receive();
  }
}

// Nothing more is read until the reply has ended, or the connection has.
void Connection::hold_input() {
  is_waiting_ = true;
  socket_.async_wait(Socket::wait_error, [this](ErrorWord error) {
    is_waiting_ = false;
    const bool is_woken = error == asio::error::operation_aborted;
    received(is_woken ? error : asio::error::connection_reset, 0);
    read_on();
  });
}

void Connection::receive() {
  if (tls_ != nullptr) {
    if (tls_->has_more()) return receive_tls();
    is_waiting_ = true;
    socket_.async_wait(Socket::wait_read, [this](ErrorWord error) {
      is_waiting_ = false;
      if (!error) return receive_tls();
      received(error, 0);
      read_on();
    });
    return;
  }
  is_waiting_ = true;
  const std::span<char> room = input_.room();
  socket_.async_read_some(asio::mutable_buffer(room.data(), room.size()),
                          [this](ErrorWord error, std::size_t size) {
                            is_waiting_ = false;
                            received(error, size);
                            receive_rest_of_body();
                            read_on();
                          });
}

void Connection::receive_tls() {
  const IoResult result = tls_->read(input_.room());
  ErrorWord error;
  if (result.status == IoStatus::kOver) error = asio::error::eof;
  if (result.status == IoStatus::kDone || error) received(error, result.size);
  read_on();
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

// Lets it look again though nothing was received.
void Connection::wake() {
  was_woken_ = true;
  if (!is_waiting_) return;  // before it waits again it looks
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
