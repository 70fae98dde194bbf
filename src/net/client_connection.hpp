// One connection of a HttpClient, and what the connections of one client share. A connection reads
// for as long as it is open, between calls too, which is how it notices that the server has gone.
// Nothing is said to a listener but from within the completion of an operation, or from the sweep.
// Private to net's .cpp files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/answer_input.hpp"
#include "net/asio.hpp"
#include "net/buffer_pool.hpp"
#include "net/http_client.hpp"
#include "net/tls_session.hpp"

namespace sluice::net {

struct ClientState {
  // An idle connection or a new one; if there may be none, the call waits.
  void assign(HttpCall& call);
  void open(HttpCall* call);
  // A connection that has become free: for who waits, or for later.
  void put_back(ClientConnection& connection);
  // It is closed: nobody is to find it here, and there is room for another.
  void forget(ClientConnection& connection);
  void destroy(std::size_t place);

  EventLoop::Parts& loop;
  ClientOptions options;
  ClientCounters counters{};
  std::vector<asio::ip::tcp::endpoint> addresses{};
  std::size_t address_first = 0;  // the one that answered last
  std::unique_ptr<TlsContext> tls{};
  std::string path{};            // before a call's own
  std::string fields{};          // of every request
  std::string tunnel_request{};  // to a proxy; empty: there is none
  ParsedAnswer answer{};         // that is being read
  std::string output{};          // is put together here before it is sent
  BufferPool buffers{};
  std::vector<std::unique_ptr<ClientConnection>> connections{};  // each knows its place
  std::vector<ClientConnection*> idle{};                         // the last used one is the last
  std::vector<ClientConnection*> unclaimed{};                    // being opened, for no call yet
  std::deque<HttpCall*> waiting{};
  std::size_t opening = 0;
  bool is_closed = false;
};

class ClientConnection final : Reader {
 public:
  ClientConnection(ClientState& client, std::size_t place);
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  void open();
  // Once it is open, if it is not.
  void start(HttpCall& call);
  // Forgets its call, and closes.
  void drop();
  // The sweep: gives up what has taken too long.
  void check_time();
  bool is_ready() const noexcept { return stage_ == Stage::kReady; }
  // False: the server has closed it, and the news is still on its way through the loop.
  bool is_usable() noexcept;
  WallPoint idle_since() const noexcept { return since_; }
  void close();

 private:
  friend struct ClientState;  // keeps its place
  enum class Stage : std::uint8_t { kConnecting, kTunnel, kHandshake, kReady, kClosed };

  void try_next_address();
  void connected(ErrorWord error, const asio::ip::tcp::endpoint& address);
  void ask_for_tunnel();
  void read_tunnel_answer();
  void begin_tls();
  void shake_hands();
  void become_ready();
  const char* stage_text() const noexcept;

  void begin_read() override;
  void read_completed(ErrorWord error, std::size_t size);
  void look_while_idle();
  void receive_tls();
  void received();
  void read_answer();
  void input_ended(bool is_eof);  // or the connection is broken
  void finish_call();
  void fail(TransportError error, std::string message);

  void write_request();
  void push();
  void give_up_sending();
  IoResult try_send();
  void consume(std::size_t size) noexcept;
  void wait_for_room();
  bool has_unsent() const noexcept { return !unsent_.empty() || !unsent_body_.empty(); }

  // What every completion of an operation consists of. This may be gone afterwards.
  template <class Work>
  void complete(Work&& work);

  ClientState& client_;
  Socket socket_;
  AnswerInput input_;
  std::unique_ptr<TlsSession> tls_;
  HttpCall* call_ = nullptr;
  std::string_view unsent_;       // of what was put together for the request
  std::string_view unsent_body_;  // of the body behind it
  std::string kept_;              // holds unsent_ while it has to wait
  std::size_t place_;
  std::size_t addresses_tried_ = 0;
  WallPoint since_;        // it is being opened, or idle, since then
  WallPoint tried_since_;  // the address
  int operations_ = 0;     // under way, that refer to this
  Stage stage_ = Stage::kConnecting;
  Socket::wait_type tls_waits_for_ = Socket::wait_read;
  bool was_used_ = false;
  bool was_sent_ = false;   // a part of the call's request
  bool is_broken_ = false;  // the server does not take what is sent
  bool is_reading_ = false;
};

template <class Work>
void ClientConnection::complete(Work&& work) {
  --operations_;
  if (stage_ != Stage::kClosed) {
    client_.loop.catch_up();
    if (stage_ != Stage::kClosed) work();
    client_.loop.rearm();
  }
  if (stage_ == Stage::kClosed) {
    if (operations_ == 0) client_.destroy(place_);
  } else if (!is_reading_ && (stage_ == Stage::kReady || stage_ == Stage::kTunnel)) {
    ++operations_;
    is_reading_ = true;
    client_.loop.read_later(*this);
  }
}

}  // namespace sluice::net
