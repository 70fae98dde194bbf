#include "net/http_server.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>

#include "base/text.hpp"
#include "net/asio.hpp"
#include "net/connection.hpp"
#include "net/descriptor_limit.hpp"

namespace sluice::net {
namespace {

using asio::ip::tcp;

constexpr auto kPause = std::chrono::milliseconds(50);
constexpr auto kServerSweepAtMost = std::chrono::seconds(1);
constexpr auto kServerSweepAtLeast = std::chrono::milliseconds(5);

Result<tcp::endpoint> find_endpoint(EventLoop::Parts& loop, const ServerOptions& options) {
  ErrorWord error;
  asio::ip::basic_resolver<tcp, Executor> resolver(loop.context.get_executor());
  const auto found =
      resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return io_error(options.host, "is no address or name of this machine: try 127.0.0.1 or ::1");
  }
  for (const auto& entry : found) {
    if (entry.endpoint().address().is_v4()) return entry.endpoint();
  }
  return found.begin()->endpoint();
}

std::string listen_problem(const ErrorWord& error) {
  if (error == asio::error::address_in_use) {
    return "the port is in use; stop what listens there, or take --port 0 for any free one";
  }
  if (error == asio::error::access_denied) {
    return "permission denied: ports below 1024 are for the superuser; take a higher one";
  }
  if (error.value() == EADDRNOTAVAIL) return "is no address of this machine";
  if (error == asio::error::no_descriptors) {
    return "too many open files: raise the limit (ulimit -n)";
  }
  return error.message();
}

std::string host_text(const ServerOptions& options, const tcp::endpoint& endpoint) {
  if (endpoint.address().is_unspecified())
    return endpoint.address().is_v4() ? "127.0.0.1" : "[::1]";
  return options.host.find(':') == std::string::npos ? options.host : "[" + options.host + "]";
}

std::chrono::nanoseconds sweep_period(const ServerOptions& options) {
  const Duration least = std::min(
      {options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout});
  return std::clamp<std::chrono::nanoseconds>(std::chrono::nanoseconds(ns(least) / 4),
                                              kServerSweepAtLeast, kServerSweepAtMost);
}

}  // namespace

struct HttpServer::Parts final : Retired {
  Parts(EventLoop::Parts& loop, const ServerOptions& options, HttpHandler& handler)
      : state{.loop = loop, .handler = handler, .options = options},
        acceptor(loop.context.get_executor()),
        pause(loop.context.get_executor()),
        sweep(loop.context.get_executor()) {}

  Result<void> open();
  Awaitable<void> accept_all();
  void sweep_later();
  void check_times();
  void close();

  ServerState state;
  Acceptor acceptor;
  WallTimer pause;
  WallTimer sweep;
  std::string host;
  std::uint16_t port = 0;
  bool is_closed = false;
};

Result<void> HttpServer::Parts::open() {
  SLUICE_TRY(const tcp::endpoint endpoint, find_endpoint(state.loop, state.options));
  ErrorWord error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  // Connections inherit it: an event of a stream must not wait for the one before to be confirmed.
  if (!error) acceptor.set_option(tcp::no_delay(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return io_error(fmt::format("{}:{}", host_text(state.options, endpoint), state.options.port),
                    listen_problem(error));
  }
  host = host_text(state.options, endpoint);
  port = acceptor.local_endpoint(error).port();
  return {};
}

Awaitable<void> HttpServer::Parts::accept_all() {
  while (!is_closed) {
    if (state.connections.size() < state.options.connections_max) {
      auto [error, socket] = co_await acceptor.async_accept(kAwait);
      if (is_closed) co_return;
      if (!error) {
        ++state.counters.connections_accepted;
        ++state.counters.connections_open;
        state.loop.wall = Clock::now();
        state.connections.push_back(
            std::make_unique<Connection>(state, std::move(socket), state.connections.size()));
        state.connections.back()->serve();
        continue;
      }
      if (error == asio::error::connection_aborted) continue;
    }
    // Full, or out of descriptors or memory: there may be room when others have gone.
    pause.expires_after(kPause);
    [[maybe_unused]] const auto [error] = co_await pause.async_wait(kAwait);
  }
}

// Also when a second of the calendar begins, which the Date of answers shows.
void HttpServer::Parts::sweep_later() {
  const std::int64_t in_second = wall_clock_now().nanoseconds % ns(seconds(1));
  const std::chrono::nanoseconds to_next{ns(seconds(1)) - in_second};
  sweep.expires_after(std::min<std::chrono::nanoseconds>(sweep_period(state.options), to_next));
  sweep.async_wait([this](ErrorWord error) {
    if (error || is_closed) return;
    check_times();
    sweep_later();
  });
}

void HttpServer::Parts::check_times() {
  state.date = date_line(wall_clock_now());
  state.loop.catch_up();
  // Nothing is removed from the list here: a connection goes when it has stopped reading.
  for (std::size_t i = 0; i < state.connections.size(); ++i) state.connections[i]->check_time();
  state.loop.rearm();
}

void HttpServer::Parts::close() {
  is_closed = true;
  ErrorWord ignored;
  acceptor.close(ignored);
  pause.cancel();
  sweep.cancel();
  for (std::size_t i = 0; i < state.connections.size(); ++i) state.connections[i]->abandon();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(EventLoop& loop,
                                                       const ServerOptions& options,
                                                       HttpHandler& handler) {
  raise_descriptor_limit();
  auto parts = std::make_unique<Parts>(loop.parts(), options, handler);
  if (options.tls) {
    SLUICE_TRY(parts->state.tls, TlsContext::make(*options.tls));
  }
  if (const Result<void> opened = parts->open(); !opened) {
    return tl::unexpected(opened.error());
  }
  parts->state.date = date_line(wall_clock_now());
  parts->sweep_later();
  asio::co_spawn(loop.parts().context, parts->accept_all(), asio::detached);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(parts)));
}

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

// Operations of closed sockets are still to be called, with an error: the loop keeps what they
// need.
HttpServer::~HttpServer() {
  parts_->close();
  parts_->state.loop.retired.push_back(std::move(parts_));
}

std::uint16_t HttpServer::port() const noexcept { return parts_->port; }

std::string HttpServer::url() const {
  const std::string_view scheme = parts_->state.tls != nullptr ? "https" : "http";
  return fmt::format("{}://{}:{}", scheme, parts_->host, parts_->port);
}

const ServerCounters& HttpServer::counters() const noexcept { return parts_->state.counters; }

}  // namespace sluice::net
