// An HTTP/1.1 server on one EventLoop: keep-alive, pipelining, chunked requests, Expect:
// 100-continue, TLS. No input bloats it: headers and bodies have limits, slow senders a time-out,
// slow readers backpressure. Transport only: what is answered is the handler's.
//
//   SLUICE_TRY(auto server, HttpServer::listen(loop, {.port = 0}, handler));
//   print(server->url());                            // http://127.0.0.1:41234
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "net/event_loop.hpp"
#include "net/http_handler.hpp"
#include "net/tls.hpp"

namespace sluice::net {

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name; "::1" and "localhost" too
  std::uint16_t port = 0;          // 0: any free one
  std::optional<TlsIdentity> tls{};
  std::size_t header_limit = 64 * 1024;
  Duration header_timeout = seconds(30);  // wall time for a request's headers, once begun
  Duration body_timeout = seconds(60);    // wall time without progress of a body
  Duration idle_timeout = seconds(600);   // a kept-alive connection without a request
  Duration write_timeout = seconds(60);   // wall time without progress of a reader
  std::size_t connections_max = 60'000;   // more wait unaccepted
};

struct ServerCounters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;  // TransportRefusal
};

class HttpServer {
 public:
  // An address in use, a name that is not found, a bad certificate: one clear error.
  static Result<std::unique_ptr<HttpServer>> listen(EventLoop& loop, const ServerOptions& options,
                                                    HttpHandler& handler);
  ~HttpServer();  // closes all connections
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const noexcept;
  std::string url() const;  // "http://127.0.0.1:8080", without a slash at the end
  const ServerCounters& counters() const noexcept;

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::net
