#include "net/http_client.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/ascii.hpp"
#include "base/check.hpp"
#include "base/text.hpp"
#include "net/asio.hpp"
#include "net/client_connection.hpp"
#include "net/descriptor_limit.hpp"

namespace sluice::net {
namespace {

using asio::ip::tcp;

constexpr auto kClientSweepAtMost = std::chrono::milliseconds(250);
constexpr auto kClientSweepAtLeast = std::chrono::milliseconds(5);

std::string base64(std::string_view text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

Result<std::vector<tcp::endpoint>> find_addresses(EventLoop::Parts& loop, const Url& server) {
  ErrorWord error;
  asio::ip::basic_resolver<tcp, Executor> resolver(loop.context.get_executor());
  const auto found = resolver.resolve(server.host, std::to_string(server.port), error);
  if (error || found.empty()) {
    return io_error(server.authority(),
                    fmt::format("the name {} has no address ({}); is it spelt right, and is there "
                                "a network?",
                                in_quotes(server.host), error.message()));
  }
  std::vector<tcp::endpoint> addresses;
  for (const auto& entry : found) {
    // One that stands in the hosts file twice is found twice.
    if (std::ranges::find(addresses, entry.endpoint()) == addresses.end()) {
      addresses.push_back(entry.endpoint());
    }
  }
  return addresses;
}

// The line that a proxy is told who asks by; empty if it need not know.
std::string proxy_authorization(const Url& proxy) {
  if (proxy.credentials.empty()) return {};
  return fmt::format("proxy-authorization: Basic {}\r\n", base64(proxy.credentials));
}

std::string tunnel_request(const Url& target, const Url& proxy) {
  const std::string_view brackets = target.host.find(':') == target.host.npos ? "" : "[]";
  const std::string address = fmt::format("{}{}{}:{}", brackets.substr(0, 1), target.host,
                                          brackets.empty() ? "" : brackets.substr(1), target.port);
  return fmt::format("CONNECT {0} HTTP/1.1\r\nhost: {0}\r\n{1}\r\n", address,
                     proxy_authorization(proxy));
}

std::chrono::nanoseconds sweep_period(const ClientOptions& options) {
  const Duration least = std::min(options.connect_timeout, options.idle_timeout);
  return std::clamp<std::chrono::nanoseconds>(std::chrono::nanoseconds(ns(least) / 8),
                                              kClientSweepAtLeast, kClientSweepAtMost);
}

}  // namespace

std::optional<std::string_view> AnswerHead::header(std::string_view name) const noexcept {
  for (const HeaderField& field : fields) {
    if (field.name.size() == name.size() &&
        std::ranges::equal(field.name, name, {}, ascii::lower, ascii::lower)) {
      return field.value;
    }
  }
  return std::nullopt;
}

struct HttpClient::Parts final : Retired {
  Parts(EventLoop::Parts& loop, const ClientOptions& options)
      : state{.loop = loop, .options = options}, sweep(loop.context.get_executor()) {}

  Result<void> prepare();
  void sweep_later();
  void check_times();
  void close();

  ClientState state;
  WallTimer sweep;
};

Result<void> HttpClient::Parts::prepare() {
  const Url& target = state.options.target;
  const std::optional<Url>& proxy = state.options.proxy;
  if (!target.credentials.empty()) {
    return invalid(target.text(), "a user and a password do not belong into a target's URL");
  }
  if (proxy && proxy->tls) {
    return invalid(proxy->text(),
                   "a proxy that is itself spoken to by TLS is not supported; "
                   "most listen on plain http:// as well");
  }
  SLUICE_TRY(state.addresses, find_addresses(state.loop, proxy ? *proxy : target));
  state.path = target.path;
  state.fields = fmt::format("host: {}\r\n", target.authority());
  if (target.tls) {
    SLUICE_TRY(state.tls, TlsContext::for_client(state.options.ca_file));
    if (proxy) state.tunnel_request = tunnel_request(target, *proxy);
  } else if (proxy) {
    state.path = target.text();
    state.fields += proxy_authorization(*proxy);
  }
  return {};
}

void HttpClient::Parts::sweep_later() {
  sweep.expires_after(sweep_period(state.options));
  sweep.async_wait([this](ErrorWord error) {
    if (error || state.is_closed) return;
    check_times();
    if (!state.is_closed) sweep_later();
  });
}

void HttpClient::Parts::check_times() {
  if (state.opening == 0 && state.idle.empty()) return;
  state.loop.catch_up();
  // Nothing is removed from the list here: a connection goes when its operations have ended.
  for (std::size_t i = 0; state.opening > 0 && i < state.connections.size(); ++i) {
    state.connections[i]->check_time();
  }
  const auto limit = std::chrono::nanoseconds(ns(state.options.idle_timeout));
  // The one that has been idle longest is the first.
  while (!state.idle.empty() && state.loop.wall - state.idle.front()->idle_since() > limit) {
    state.idle.front()->close();
  }
  state.loop.rearm();
}

void HttpClient::Parts::close() {
  state.is_closed = true;
  state.waiting.clear();
  sweep.cancel();
  for (std::size_t i = 0; i < state.connections.size(); ++i) state.connections[i]->drop();
}

Result<std::unique_ptr<HttpClient>> HttpClient::make(EventLoop& loop,
                                                     const ClientOptions& options) {
  // Half of the descriptors: of a server in the same process the other ends are ours too.
  constexpr std::size_t kOthers = 128;
  const std::size_t descriptors = raise_descriptor_limit();
  ClientOptions within = options;
  within.connections_max =
      std::min(within.connections_max, (std::max(descriptors, 2 * kOthers) - kOthers) / 2);
  auto parts = std::make_unique<Parts>(loop.parts(), within);
  if (const Result<void> prepared = parts->prepare(); !prepared) {
    return tl::unexpected(prepared.error());
  }
  parts->sweep_later();
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(parts)));
}

HttpClient::HttpClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

// Operations of closed sockets are still to be called, with an error: the loop keeps what they
// need.
HttpClient::~HttpClient() {
  parts_->close();
  parts_->state.loop.retired.push_back(std::move(parts_));
}

void HttpClient::send(HttpCall& call) {
  SLUICE_CHECK(call.listener != nullptr && call.connection == nullptr);
  ++parts_->state.counters.calls;
  call.written_at = 0;
  call.reused = false;
  parts_->state.assign(call);
}

void HttpClient::cancel(HttpCall& call) {
  if (call.connection != nullptr) return call.connection->drop();
  std::erase(parts_->state.waiting, &call);
}

void HttpClient::warm_up(std::size_t connections) {
  ClientState& state = parts_->state;
  const std::size_t room = state.options.connections_max - state.counters.connections_open;
  for (std::size_t i = 0; i < std::min(connections, room); ++i) state.open(nullptr);
}

const ClientOptions& HttpClient::options() const noexcept { return parts_->state.options; }
const ClientCounters& HttpClient::counters() const noexcept { return parts_->state.counters; }

}  // namespace sluice::net
