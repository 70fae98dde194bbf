// The writing half of a connection: answers, and what of them the client has not yet read.
#include <cerrno>
#include <sys/socket.h>

#include "base/check.hpp"
#include "net/connection.hpp"

namespace sluice::net {
namespace {

// Up to here head and body are one piece, since copying costs less than a second call.
constexpr std::size_t kCopiedAtMost = 32 * 1024;
constexpr std::size_t kBacklogKept = 16 * 1024;

}  // namespace

void Connection::send(int status, std::string_view fields, std::string_view body) {
  SLUICE_CHECK(reply_ == Reply::kAwaited);
  std::string& out = server_.output;
  out.clear();
  append_head(out, {.status = status,
                    .fields = fields,
                    .date_line = server_.date,
                    .framing = has_body(status) ? Framing::kLength : Framing::kNone,
                    .content_length = body.size(),
                    .keeps_alive = keeps_alive_});
  if (is_head_ || !has_body(status)) body = {};
  if (body.size() <= kCopiedAtMost) {
    out += body;
    transmit(out);
  } else {
    transmit(out);
    transmit(body);
  }
  end_reply();
}

void Connection::begin(int status, std::string_view fields) {
  SLUICE_CHECK(reply_ == Reply::kAwaited);
  reply_ = Reply::kBegun;
  framing_ = Framing::kChunked;
  if (!has_body(status)) {
    framing_ = Framing::kNone;
  } else if (is_version_1_0_) {
    framing_ = Framing::kClose;
    keeps_alive_ = false;
  }
  std::string& out = server_.output;
  out.clear();
  append_head(out, {.status = status,
                    .fields = fields,
                    .date_line = server_.date,
                    .framing = framing_,
                    .keeps_alive = keeps_alive_});
  transmit(out);
}

bool Connection::write(std::string_view bytes) {
  SLUICE_CHECK(reply_ == Reply::kBegun);
  if (!bytes.empty() && !is_head_ && framing_ != Framing::kNone) {
    if (framing_ == Framing::kChunked) {
      std::string& out = server_.output;
      out.clear();
      append_chunk_size(out, bytes.size());
      out += bytes;
      out += "\r\n";
      transmit(out);
    } else {
      transmit(bytes);
    }
  }
  is_told_to_wait_ = backlog_size() > kWriteBacklog;
  return !is_told_to_wait_;
}

void Connection::finish() {
  SLUICE_CHECK(reply_ == Reply::kBegun);
  if (framing_ == Framing::kChunked && !is_head_) transmit("0\r\n\r\n");
  end_reply();
}

void Connection::drop() {
  SLUICE_CHECK(reply_ != Reply::kNone);
  keeps_alive_ = false;
  is_dropped_ = true;
  end_reply();
}

void Connection::end_reply() {
  reply_ = Reply::kNone;
  listener_ = nullptr;
  is_told_to_wait_ = false;
  if (server_.output.capacity() > 4 * kCopiedAtMost) server_.output = {};
  if (!keeps_alive_) return begin_close();
  enter(Phase::kIdle);
  // Requests that were sent ahead are there already: nothing will be received for them.
  if (!is_advancing_ && !input_.is_empty()) wake();
}

void Connection::begin_close() {
  if (stage_ == Stage::kClosed || stage_ == Stage::kLingering) return;
  stage_ = Stage::kClosing;
  if (backlog_size() == 0) shut_down();
}

void Connection::shut_down() {
  stage_ = Stage::kLingering;
  enter(Phase::kLinger);
  if (tls_ != nullptr && !is_dropped_) tls_->say_goodbye();
  ErrorWord ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  if (has_ended_input_) return close();
  // The reader may be waiting for the end of a reply instead of input.
  if (!is_advancing_ && !input_.is_empty()) wake();
}

IoResult Connection::try_send(std::string_view bytes) {
  if (tls_ != nullptr) return tls_->write(bytes);
  while (true) {
    const auto sent =
        ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return {.size = static_cast<std::size_t>(sent), .status = IoStatus::kDone};
    if (errno == EINTR) continue;
    const bool is_full = errno == EAGAIN || errno == EWOULDBLOCK;
    return {.size = 0, .status = is_full ? IoStatus::kWaitsToWrite : IoStatus::kOver};
  }
}

// At once if the socket takes it, else later. An error is found by who reads: a reply is not told
// that its client has gone from within a call of its own.
void Connection::transmit(std::string_view bytes) {
  if (stage_ == Stage::kClosed || is_broken_) return;
  while (backlog_size() == 0 && !bytes.empty()) {
    const IoResult result = try_send(bytes);
    if (result.status == IoStatus::kOver) {
      is_broken_ = true;
      return wake();
    }
    if (result.status != IoStatus::kDone) break;
    bytes.remove_prefix(result.size);
  }
  if (bytes.empty()) return;
  if (backlog_size() == 0) written_at_ = server_.loop.wall;
  backlog_ += bytes;
  wait_for_room();
}

void Connection::wait_for_room() {
  if (is_waiting_for_room_) return;
  is_waiting_for_room_ = true;
  ++operations_;
  socket_.async_wait(Socket::wait_write, [this](ErrorWord error) { on_writable(error); });
}

void Connection::on_writable(ErrorWord error) {
  is_waiting_for_room_ = false;
  if (stage_ != Stage::kClosed && backlog_size() > 0) {
    // An abort came from wake(), which meant the reader.
    if (!error || error == asio::error::operation_aborted) send_backlog();
  }
  release();
}

void Connection::send_backlog() {
  const std::string_view waiting = std::string_view(backlog_).substr(backlog_sent_);
  const IoResult result = try_send(waiting);
  if (result.status == IoStatus::kOver) {
    is_broken_ = true;
    return wake();
  }
  if (result.size > 0) written_at_ = server_.loop.wall;
  const bool was_choked = is_choked();
  backlog_sent_ += result.size;
  if (was_choked && !is_choked() && reply_ == Reply::kNone && !input_.is_empty()) wake();
  if (backlog_size() > 0) {
    if (backlog_sent_ >= backlog_size()) {
      backlog_.erase(0, backlog_sent_);
      backlog_sent_ = 0;
    }
    wait_for_room();
  } else {
    backlog_.clear();
    backlog_sent_ = 0;
    if (backlog_.capacity() > kBacklogKept) backlog_ = {};
    if (stage_ == Stage::kClosing) return shut_down();
  }
  if (is_told_to_wait_ && backlog_size() <= kWriteBacklog / 2) {
    is_told_to_wait_ = false;
    server_.loop.catch_up();
    if (listener_ != nullptr && reply_ != Reply::kNone) listener_->on_drained();
    server_.loop.rearm();
  }
}

}  // namespace sluice::net
