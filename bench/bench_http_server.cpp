// The transport alone, for bench/http_compare.py and by hand: every request gets one static answer.
// Prints its URL, serves until it is stopped by SIGINT or SIGTERM.
//
//   bench_http_server [port [body-size]]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"
#include "net/http_server.hpp"

namespace {

using namespace sluice;

class StaticHandler final : public net::HttpHandler {
 public:
  explicit StaticHandler(std::size_t size) : body_(size, 'x') {}
  std::size_t body_limit(std::string_view, std::string_view) const noexcept override {
    return std::size_t{32} << 20;
  }
  void handle(const net::HttpRequest&, net::HttpReply& reply) override {
    reply.send(200, kFields, body_);
  }
  void refuse(net::TransportRefusal, net::HttpReply& reply) override {
    reply.send(400, kFields, "{}");
  }

 private:
  static constexpr std::string_view kFields = "content-type: application/json\r\n";
  std::string body_;
};

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int at, unsigned long otherwise) {
    return count > at ? std::strtoul(arguments[at], nullptr, 10) : otherwise;
  };
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  StaticHandler handler(number(2, 537));
  const net::ServerOptions options{.port = static_cast<std::uint16_t>(number(1, 0))};
  const auto server = net::HttpServer::listen(loop, options, handler);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().text().c_str());
    return 1;
  }
  std::printf("%s\n", (*server)->url().c_str());
  std::fflush(stdout);
  loop.stop_on_signals();
  loop.run();
  return 0;
}
