// An HTTP/1.1 client on one EventLoop for one server: kept-alive connections, as many as there are
// calls at once, TLS with the certificate checked, a proxy. It sends what it is given when it is
// given it, once: no redirect, no retry, no pipelining, no queue but for connections_max.
//
//   SLUICE_TRY(auto client, HttpClient::make(loop, {.target = url}));
//   call.path = "/v1/messages"; call.fields = ...; call.body = ...; call.listener = this;
//   client->send(call);                             // the listener hears of it from the loop
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "net/event_loop.hpp"
#include "net/http_handler.hpp"
#include "net/url.hpp"

namespace sluice::net {

struct ClientOptions {
  Url target;
  std::optional<Url> proxy{};  // CONNECT for https; for http the whole address is asked for
  std::string ca_file{};       // PEM; empty: the system's store
  Duration connect_timeout = seconds(10);  // wall time for address, TCP, proxy and TLS together
  Duration idle_timeout = seconds(50);     // wall time; an unused connection is closed then
  // More calls wait for one that is free; at most half of the descriptors that this process may
  // have.
  std::size_t connections_max = 20'000;
  std::size_t head_limit = 64 * 1024;  // of an answer
};

// The proxy for a target by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY (in either case; hosts,
// .suffixes, *, addresses and address/bits; loopback never goes through one). `variable` looks one
// up: null where it is not set.
Result<std::optional<Url>> proxy_for(const Url& target, const char* (*variable)(const char* name));

struct AnswerHead {
  int status = 0;
  std::span<const HeaderField> fields;  // valid during the call only, as the body's bytes are
  // The first of that name, letters' case aside.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
};

enum class TransportError : std::uint8_t {
  kConnect,    // refused, unreachable
  kTimeout,    // connect_timeout
  kProxy,      // the proxy would not
  kTls,        // handshake or certificate
  kClosed,     // closed or reset before the answer was whole
  kMalformed,  // what came is no HTTP answer
};

struct TransportFailure {
  TransportError error = TransportError::kClosed;
  std::string message;    // "certificate has expired", without secrets
  bool was_sent = false;  // the request had been written, at least in part
};

// Hears of one call from the loop, in order; never from within send() or cancel(). After on_end()
// and on_failure() the call is over and may be used again or go.
class AnswerListener {
 public:
  virtual ~AnswerListener() = default;
  virtual void on_head(const AnswerHead& head) = 0;
  virtual void on_body(std::string_view bytes) = 0;
  virtual void on_end() = 0;
  virtual void on_failure(const TransportFailure& failure) = 0;
};

class ClientConnection;

// One request. Stays in place until it is over, what its views refer to until it has been written.
struct HttpCall {
  std::string_view method = "POST";
  std::string_view path;  // behind the target's own
  std::string_view
      fields;  // whole lines, ended by \r\n; host, content-length and connection are added
  std::string_view body;
  AnswerListener* listener = nullptr;
  // Written by the client.
  // steady_now() as the request's last byte was handed to the system, whose own work on it, as long
  // as tens of microseconds, is the network's.
  std::int64_t written_at = 0;
  bool reused = false;                     // an earlier call had used the connection
  ClientConnection* connection = nullptr;  // while it is under way
};

struct ClientCounters {
  std::uint64_t calls = 0;
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_failed = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t calls_reused = 0;  // went over a connection that had carried one before
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

class HttpClient {
 public:
  // Looks the address up (blocking, once). A name without an address, a CA file that cannot be
  // read: one clear error.
  static Result<std::unique_ptr<HttpClient>> make(EventLoop& loop, const ClientOptions& options);
  ~HttpClient();  // calls under way are dropped without a word to their listeners
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(HttpCall& call);
  // Closes its connection; the listener hears nothing more.
  void cancel(HttpCall& call);
  // Opens so many connections ahead of the first call; failures are silent here and come again.
  void warm_up(std::size_t connections);

  const ClientOptions& options() const noexcept;
  const ClientCounters& counters() const noexcept;

 private:
  struct Parts;
  explicit HttpClient(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::net
