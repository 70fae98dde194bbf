// One connection of an HttpServer: it reads, for as long as there is somebody to read from, and is
// the reply to the request that it read last. While a reply is pending it reads on, which is how it
// notices that the client has gone. Private to net's .cpp files.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/asio.hpp"
#include "net/buffer_pool.hpp"
#include "net/http_handler.hpp"
#include "net/http_server.hpp"
#include "net/request_input.hpp"
#include "net/response_head.hpp"
#include "net/tls_session.hpp"

namespace sluice::net {

class Connection;

// What the connections of one server share.
struct ServerState {
  EventLoop::Parts& loop;
  HttpHandler& handler;
  ServerOptions options;
  ServerCounters counters{};
  std::unique_ptr<TlsContext> tls{};
  std::string date{};    // as a header's line; renewed by the sweep
  RequestHead head{};    // of the request that is being handled
  std::string output{};  // is put together here before it is sent
  BufferPool buffers{};
  std::vector<std::unique_ptr<Connection>> connections{};  // each knows its place
};

class Connection final : public HttpReply, private Reader {
 public:
  Connection(ServerState& server, Socket socket, std::size_t place);

  // Reads until the client has gone, and then removes itself from the server's connections.
  void serve();
  // The sweep: closes what has taken too long.
  void check_time();
  // The server is being closed.
  void abandon();

  void listen(ReplyListener* listener) noexcept override { listener_ = listener; }
  void send(int status, std::string_view fields, std::string_view body) override;
  void begin(int status, std::string_view fields) override;
  bool write(std::string_view bytes) override;
  void finish() override;
  void drop() override;

 private:
  enum class Stage : std::uint8_t {
    kHandshake,
    kOpen,
    kClosing,    // once what waits has been sent, this side is closed
    kLingering,  // until the client closes its side, or the answer might be lost on its way
    kClosed,
  };
  enum class Reply : std::uint8_t { kNone, kAwaited, kBegun };
  enum class Phase : std::uint8_t { kFresh, kIdle, kHead, kBody, kReply, kLinger };

  void shake_hands();
  void read_on();
  void begin_read() override;
  void hold_input();
  void receive();
  void receive_rest_of_body();
  void receive_tls();
  void received(ErrorWord error, std::size_t size);
  void input_ended();
  void advance();
  void handle_request();
  void refuse(TransportRefusal refusal);

  void transmit(std::string_view bytes);
  IoResult try_send(std::string_view bytes);
  void wait_for_room();
  void on_writable(ErrorWord error);
  void send_backlog();
  std::size_t backlog_size() const noexcept { return backlog_.size() - backlog_sent_; }

  void end_reply();
  void begin_close();
  void shut_down();
  void client_gone();
  void close();
  void wake();
  void release();
  void enter(Phase phase) noexcept;
  bool is_choked() const noexcept { return backlog_size() > kWriteBacklog; }
  bool holds_input() const noexcept;

  ServerState& server_;
  Socket socket_;
  RequestInput input_;
  std::unique_ptr<TlsSession> tls_;
  ReplyListener* listener_ = nullptr;
  std::string backlog_;
  std::size_t backlog_sent_ = 0;
  std::size_t place_;
  WallPoint since_;       // the beginning of the phase, or its last progress
  WallPoint written_at_;  // the last progress of the backlog
  int operations_ = 1;    // under way, that refer to this
  Stage stage_ = Stage::kOpen;
  Reply reply_ = Reply::kNone;
  Phase phase_ = Phase::kFresh;
  Framing framing_ = Framing::kLength;
  bool is_advancing_ = false;
  bool is_waiting_ = false;  // for input, or for the end of what holds it
  bool was_woken_ = false;   // and has not looked since
  bool is_waiting_for_room_ = false;
  bool is_told_to_wait_ = false;  // write() has answered false
  bool has_ended_input_ = false;
  bool is_dropped_ = false;
  bool is_broken_ = false;  // the client does not take what is sent
  bool keeps_alive_ = true;
  bool is_head_ = false;
  bool is_version_1_0_ = false;
};

}  // namespace sluice::net
