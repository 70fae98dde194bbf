// The exchange on a connection that is open: a request out, an answer in.
#include "net/client_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <fmt/format.h>

#include "base/check.hpp"

namespace sluice::net {
namespace {

// Up to here head and body are one piece, since copying costs less than a second piece.
constexpr std::size_t kBodyCopiedAtMost = 32 * 1024;

bool takes_length(std::string_view method) noexcept {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

void ClientConnection::start(HttpCall& call) {
  SLUICE_CHECK(call_ == nullptr && stage_ != Stage::kClosed);
  call_ = &call;
  call.connection = this;
  call.reused = was_used_;
  if (stage_ == Stage::kReady) write_request();
}

void ClientConnection::write_request() {
  const HttpCall& call = *call_;
  input_.begin(call.method == "HEAD" ? Asked::kHead : Asked::kContent);
  was_sent_ = false;
  if (was_used_) ++client_.counters.calls_reused;
  was_used_ = true;
  std::string& out = client_.output;
  out.clear();
  out.append(call.method).append(" ").append(client_.path).append(call.path);
  out.append(" HTTP/1.1\r\n").append(client_.fields).append(call.fields);
  if (!call.body.empty() || takes_length(call.method)) {
    const fmt::format_int length(call.body.size());
    out.append("content-length: ").append(length.data(), length.size()).append("\r\n");
  }
  out += "\r\n";
  const bool is_copied = call.body.size() <= kBodyCopiedAtMost;
  if (is_copied) out += call.body;
  unsent_ = out;
  unsent_body_ = is_copied ? std::string_view{} : call.body;
  push();
}

// At once if the socket takes it, else later.
void ClientConnection::push() {
  std::int64_t began = 0;
  while (has_unsent()) {
    began = steady_now();
    const IoResult result = try_send();
    if (result.status == IoStatus::kOver) return give_up_sending();
    // What waits within OpenSSL may be on its way in part.
    if (result.size > 0 || tls_ != nullptr) was_sent_ = true;
    if (result.status != IoStatus::kDone) {
      if (kept_.empty() && !unsent_.empty()) {
        kept_ = unsent_;
        unsent_ = kept_;
      }
      return wait_for_room();
    }
    consume(result.size);
  }
  if (call_ != nullptr) call_->written_at = began;
  if (!kept_.empty()) kept_ = {};
}

// The listener is told by who reads, who may find an answer there as well: shut down, the socket
// gives what has come and then ends.
void ClientConnection::give_up_sending() {
  is_broken_ = true;
  unsent_ = unsent_body_ = {};
  ErrorWord ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
}

void ClientConnection::consume(std::size_t size) noexcept {
  client_.counters.bytes_sent += size;
  const std::size_t head = std::min(size, unsent_.size());
  unsent_.remove_prefix(head);
  unsent_body_.remove_prefix(size - head);
}

IoResult ClientConnection::try_send() {
  if (tls_ != nullptr) return tls_->write(unsent_.empty() ? unsent_body_ : unsent_);
  // sendmsg() takes what it only reads as if it wrote it.
  std::array<iovec, 2> pieces{{{const_cast<char*>(unsent_.data()), unsent_.size()},
                               {const_cast<char*>(unsent_body_.data()), unsent_body_.size()}}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  const int descriptor = socket_.native_handle();
  while (true) {
    const auto sent =
        unsent_body_.empty()
            ? ::send(descriptor, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT)
            : ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return {.size = static_cast<std::size_t>(sent), .status = IoStatus::kDone};
    if (errno == EINTR) continue;
    const bool is_full = errno == EAGAIN || errno == EWOULDBLOCK;
    return {.size = 0, .status = is_full ? IoStatus::kWaitsToWrite : IoStatus::kOver};
  }
}

void ClientConnection::wait_for_room() {
  ++operations_;
  socket_.async_wait(Socket::wait_write, [this](ErrorWord) { complete([this] { push(); }); });
}

// Of all ways to wait, a pending receipt is the one that costs no call to the system but the
// receipt itself.
void ClientConnection::begin_read() {
  if (stage_ == Stage::kClosed) return read_completed(asio::error::operation_aborted, 0);
  if (tls_ != nullptr) {
    socket_.async_wait(tls_waits_for_, [this](ErrorWord error) { read_completed(error, 0); });
    return;
  }
  const std::span<char> room = input_.room();
  socket_.async_read_some(
      asio::mutable_buffer(room.data(), room.size()),
      [this](ErrorWord error, std::size_t size) { read_completed(error, size); });
}

void ClientConnection::read_completed(ErrorWord error, std::size_t size) {
  is_reading_ = false;
  // First of all, so that a timer that fires now does not choose a connection that has ended.
  const bool is_idle = stage_ == Stage::kReady && call_ == nullptr;
  if (is_idle) look_while_idle();
  complete([&] {
    if (is_idle) return;
    if (tls_ != nullptr && !error) return receive_tls();
    client_.counters.bytes_received += size;
    input_.commit(size);
    if (size > 0) received();
    if (error && stage_ != Stage::kClosed) input_ended(error == asio::error::eof);
  });
}

// Whatever comes to an idle connection ends it, but for what TLS says to itself.
void ClientConnection::look_while_idle() {
  if (tls_ == nullptr) return close();
  receive_tls();
}

void ClientConnection::receive_tls() {
  do {
    const IoResult result = tls_->read(input_.room());
    const bool waits_to_write = result.status == IoStatus::kWaitsToWrite;
    tls_waits_for_ = waits_to_write ? Socket::wait_write : Socket::wait_read;
    if (result.status == IoStatus::kOver) {
      return input_ended(tls_->has_heard_goodbye());
    }
    if (result.status != IoStatus::kDone) return;
    if (call_ == nullptr) return close();
    client_.counters.bytes_received += result.size;
    input_.commit(result.size);
    received();
  } while (stage_ != Stage::kClosed && tls_->has_more());
}

void ClientConnection::received() {
  if (stage_ == Stage::kTunnel) {
    read_tunnel_answer();
  } else {
    read_answer();
  }
}

void ClientConnection::read_answer() {
  // A listener that cancels its call closes the connection.
  while (stage_ == Stage::kReady) {
    switch (input_.next(client_.answer)) {
      case AnswerInput::Step::kNeedsMore:
        return;
      case AnswerInput::Step::kHead:
        call_->listener->on_head(
            {.status = client_.answer.status, .fields = client_.answer.fields});
        break;
      case AnswerInput::Step::kBody:
        call_->listener->on_body(input_.body());
        break;
      case AnswerInput::Step::kEnd:
        return finish_call();
      case AnswerInput::Step::kMalformed:
        return fail(TransportError::kMalformed, "what the server sent is no HTTP/1.1 answer");
    }
  }
}

// The connection is free before the listener hears it: its next call may go over it at once.
void ClientConnection::finish_call() {
  HttpCall* const call = std::exchange(call_, nullptr);
  call->connection = nullptr;
  if (input_.keeps_alive() && input_.is_empty() && !has_unsent() && !is_broken_) {
    since_ = client_.loop.wall;
    client_.put_back(*this);
  } else {
    close();
  }
  call->listener->on_end();
}

void ClientConnection::input_ended(bool is_eof) {
  switch (stage_) {
    case Stage::kTunnel:
      return fail(TransportError::kProxy, "the proxy closed the connection without an answer");
    case Stage::kReady:
      if (call_ == nullptr) return close();
      if (is_eof && input_.ends_with_connection()) return finish_call();
      return fail(
          TransportError::kClosed,
          fmt::format("the server {} the connection {}", is_eof ? "closed" : "reset",
                      input_.has_begun() ? "in the middle of its answer" : "before it answered"));
    case Stage::kConnecting:
    case Stage::kHandshake:
    case Stage::kClosed:
      return;
  }
}

void ClientConnection::fail(TransportError error, std::string message) {
  HttpCall* const call = std::exchange(call_, nullptr);
  if (stage_ != Stage::kReady) ++client_.counters.connections_failed;
  const bool was_sent = stage_ == Stage::kReady && was_sent_;
  close();
  if (call == nullptr) return;
  call->connection = nullptr;
  call->listener->on_failure({.error = error, .message = std::move(message), .was_sent = was_sent});
}

void ClientConnection::drop() {
  if (HttpCall* const call = std::exchange(call_, nullptr)) call->connection = nullptr;
  close();
}

bool ClientConnection::is_usable() noexcept {
  // A busy connection is looked at by the loop all the time; a call to the system is for others.
  constexpr auto kRecent = std::chrono::milliseconds(200);
  if (client_.loop.wall - since_ < kRecent) return true;
  char byte = 0;
  const auto seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen < 0 ? errno == EAGAIN || errno == EWOULDBLOCK : seen > 0 && tls_ != nullptr;
}

// What waits for the socket is called with an error, later, and is the last to know of this.
void ClientConnection::close() {
  if (stage_ == Stage::kClosed) return;
  if (tls_ != nullptr && stage_ == Stage::kReady && call_ == nullptr) tls_->say_goodbye();
  if (stage_ != Stage::kReady) --client_.opening;
  stage_ = Stage::kClosed;
  unsent_ = unsent_body_ = {};
  ErrorWord ignored;
  socket_.close(ignored);
  client_.forget(*this);
}

}  // namespace sluice::net
