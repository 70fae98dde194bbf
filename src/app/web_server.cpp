#include "app/web_server.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <sys/random.h>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "describe/json.hpp"
#include "describe/value.hpp"
#include "report/html.hpp"

namespace sluice::app {
namespace {

constexpr std::string_view kTokenField = "x-sluice-token";

// Styles stand in elements that the chart and editor libraries make, so they may be inline; scripts
// may not.
constexpr std::string_view kCommonFields =
    "cache-control: no-store\r\n"
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self' "
    "'unsafe-inline'; img-src 'self' data: blob:; font-src data:; connect-src 'self'; base-uri "
    "'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n"
    "referrer-policy: no-referrer\r\n"
    "x-content-type-options: nosniff\r\n";

std::string document_of(const WebPage& page, const std::string& token) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{0}</title>\n"
      "<link rel=\"icon\" href=\"data:,\">\n"
      "<link rel=\"stylesheet\" href=\"/page.css?token={1}\">\n"
      "<script type=\"module\" src=\"/page.js?token={1}\"></script>\n</head>\n<body>\n"
      "<noscript>This page needs JavaScript.</noscript>\n</body>\n</html>\n",
      html_text(page.title), token);
}

// The time it takes does not tell how much of a guess is right.
bool same_token(std::string_view given, std::string_view token) noexcept {
  if (given.size() != token.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(token[i]);
  }
  return difference == 0;
}

std::string_view query_value(std::string_view query, std::string_view name) noexcept {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') {
      return part.substr(name.size() + 1);
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

// A name of this machine's loopback, with any port: a tunnel may end at another one. A page that
// was loaded under another name, though it led here, is somebody else's.
bool is_loopback_host(std::string_view host) noexcept {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (!host.starts_with(name)) continue;
    std::string_view port = host.substr(name.size());
    if (port.empty()) return true;
    if (port.front() != ':' || port.size() == 1) return false;
    port.remove_prefix(1);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size();
  }
  return false;
}

// What is wrong with a request, or nothing.
std::optional<std::string_view> flaw_in(const net::HttpRequest& request, std::string_view token) {
  const auto host = request.header("host");
  if (!host || !is_loopback_host(*host)) {
    return "This server answers under 127.0.0.1 and localhost only.";
  }
  const auto origin = request.header("origin");
  if (origin && *origin != fmt::format("http://{}", *host)) {
    return "Only its own page may call this server.";
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  std::string_view given = request.header(kTokenField).value_or("");
  if (given.empty() && reads) given = query_value(request.query, "token");
  if (!same_token(given, token)) {
    return "The token is missing or wrong: open the address that sluice has printed, all of it.";
  }
  return std::nullopt;
}

}  // namespace

std::string web_fields(std::string_view content_type) {
  return fmt::format("content-type: {}\r\n{}", content_type, kCommonFields);
}

void send_web(net::HttpReply& reply, int status, std::string_view content_type,
              std::string_view body) {
  reply.send(status, web_fields(content_type), body);
}

void send_web_error(net::HttpReply& reply, int status, std::string_view message) {
  describe::Value error = describe::Value::object();
  error.set("error", message);
  send_web(reply, status, "application/json", describe::to_json(error, 0));
}

std::string make_web_token() {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = getrandom(bytes.data() + size, bytes.size() - size, 0);
    SLUICE_CHECK(got > 0 || errno == EINTR);
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

WebGate::WebGate(const WebPage& page, WebApi& api, std::string token)
    : page_(page), api_(api), token_(std::move(token)), document_(document_of(page_, token_)) {}

std::size_t WebGate::body_limit(std::string_view, std::string_view path) const noexcept {
  return api_.body_limit(path);
}

void WebGate::handle(const net::HttpRequest& request, net::HttpReply& reply) {
  if (const auto flaw = flaw_in(request, token_)) return send_web_error(reply, 403, *flaw);
  struct Part {
    std::string_view path, content_type, body;
  };
  const std::array parts{Part{"/", "text/html; charset=utf-8", document_},
                         Part{"/page.js", "text/javascript; charset=utf-8", page_.script},
                         Part{"/page.css", "text/css; charset=utf-8", page_.style}};
  for (const Part& part : parts) {
    if (part.path != request.path) continue;
    if (request.method == "GET" || request.method == "HEAD") {
      return send_web(reply, 200, part.content_type, part.body);
    }
    reply.send(405, "allow: GET, HEAD\r\n" + web_fields("text/plain"), "");
    return;
  }
  api_.handle(request, reply);
}

void WebGate::refuse(net::TransportRefusal refusal, net::HttpReply& reply) {
  switch (refusal) {
    case net::TransportRefusal::kBodyTooLarge:
      return send_web_error(reply, 413, "The request is too large.");
    case net::TransportRefusal::kHeaderTooLarge:
      return send_web_error(reply, 431, "The request's header is too large.");
    case net::TransportRefusal::kMalformed:
      return send_web_error(reply, 400, "This is no HTTP/1.1 request.");
    case net::TransportRefusal::kTooSlow:
      return send_web_error(reply, 408, "The request did not come in time.");
  }
}

WebServer::WebServer(const WebPage& page, WebApi& api)
    : loop_(timers_, {}), gate_(page, api, make_web_token()) {}

Result<std::unique_ptr<WebServer>> WebServer::start(const WebPage& page, WebApi& api,
                                                    const Options& options) {
  auto web = std::make_unique<WebServer>(page, api);
  net::ServerOptions server;
  server.port = options.port;
  SLUICE_TRY(web->server_, net::HttpServer::listen(web->loop_, server, web->gate_));
  return web;
}

std::string WebServer::url() const {
  return fmt::format("{}/?token={}", server_->url(), gate_.token());
}

}  // namespace sluice::app
