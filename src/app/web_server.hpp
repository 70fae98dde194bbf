// The server of a page of ours (what-if explorer, live dashboard): on loopback only, for whoever
// has the URL, which holds a token of 128 random bits. No request gets further without the token,
// under a host name that is not this machine's (DNS rebinding) or from another site's page. Nothing
// that it sends is kept by the browser, and its page can load nothing from anywhere else.
//
//   SLUICE_TRY(auto server, WebServer::start(page, api, {}));
//   print(server->url());                 // http://127.0.0.1:41234/?token=...: print it nowhere
//   else server->loop().stop_on_signals(); server->run();
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"
#include "net/http_handler.hpp"
#include "net/http_server.hpp"

namespace sluice::app {

// Views must outlive the server: parts that are embedded in the program (report/web_assets.hpp).
struct WebPage {
  std::string title;        // of the browser's tab
  std::string_view script;  // served as /page.js
  std::string_view style;   // served as /page.css
};

// What answers the page's own calls: every path but those of the page. All on the loop's thread.
class WebApi {
 public:
  virtual ~WebApi() = default;
  virtual std::size_t body_limit(std::string_view path) const noexcept = 0;
  // A request that has passed the checks. The token came as the header x-sluice-token or, with GET,
  // as the query's "token" (an EventSource can send no header).
  virtual void handle(const net::HttpRequest& request, net::HttpReply& reply) = 0;
};

// Header lines that every answer has: type, no-store and what the browser must not do with it.
std::string web_fields(std::string_view content_type);
// A whole answer with those lines.
void send_web(net::HttpReply& reply, int status, std::string_view content_type,
              std::string_view body);
// {"error": "..."}.
void send_web_error(net::HttpReply& reply, int status, std::string_view message);

// 32 hex digits from the system's generator.
std::string make_web_token();

// The checks and the page, without a socket.
class WebGate final : public net::HttpHandler {
 public:
  // `api` must outlive it.
  WebGate(const WebPage& page, WebApi& api, std::string token);

  std::size_t body_limit(std::string_view method, std::string_view path) const noexcept override;
  void handle(const net::HttpRequest& request, net::HttpReply& reply) override;
  void refuse(net::TransportRefusal refusal, net::HttpReply& reply) override;

  const std::string& token() const noexcept { return token_; }

 private:
  WebPage page_;
  WebApi& api_;
  std::string token_;
  std::string document_;
};

class WebServer {
 public:
  struct Options {
    std::uint16_t port = 0;  // 0: any free one
  };

  // Listens on 127.0.0.1; a port in use is one clear error. `api` must outlive the server.
  static Result<std::unique_ptr<WebServer>> start(const WebPage& page, WebApi& api,
                                                  const Options& options);
  WebServer(const WebPage& page, WebApi& api);  // does not listen yet: start() makes those that do
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::string url() const;  // with the token
  net::EventLoop& loop() noexcept { return loop_; }

  // Until loop().stop() or a signal; returns the signal, 0 for none.
  int run() { return loop_.run(); }

 private:
  TimerQueue timers_;
  net::EventLoop loop_;
  WebGate gate_;
  std::unique_ptr<net::HttpServer> server_;  // goes first: its connections answer through the gate
};

}  // namespace sluice::app
