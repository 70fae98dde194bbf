#include "live/federation_exchange.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "base/text.hpp"
#include "live/secret_file.hpp"
#include "wire/json_append.hpp"

namespace sluice::live {
namespace {

using nlohmann::json;

constexpr std::string_view kPath = "/v1/oauth/token";
constexpr std::string_view kFields =
    "content-type: application/json\r\n"
    "accept: application/json\r\n"
    "user-agent: sluice\r\n"
    "anthropic-beta: oauth-2025-04-20,oidc-federation-2026-04-01\r\n";
constexpr std::size_t kAnswerMax = 64 * 1024;
constexpr std::size_t kRequestIdMax = 64;
// An answer may take so many times what a connection may.
constexpr int kPatience = 3;
// Longer lifetimes than a year are the same to us, and fit into a Duration.
constexpr double kLifetimeMax = 366.0 * 86'400.0;

// The body is put together in a string that never grows, so that no copy of the identity token is
// left behind.
Secret body_of(const Federation& federation, const Secret& assertion) {
  std::string body;
  body.reserve(1024 + 6 * (assertion.reveal().size() + federation.rule_id.size() +
                           federation.organization_id.size() +
                           federation.service_account_id.size() + federation.workspace_id.size()));
  body += R"({"grant_type":"urn:ietf:params:oauth:grant-type:jwt-bearer")";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    body.append(",\"").append(name).append("\":\"");
    wire::append_json_text(body, value);
    body += '"';
  };
  add("assertion", assertion.reveal());
  add("federation_rule_id", federation.rule_id);
  add("organization_id", federation.organization_id);
  add("service_account_id", federation.service_account_id);
  add("workspace_id", federation.workspace_id);
  body += '}';
  return take_secret(body);
}

// The parts of a JWT are struck out too, for each says something of it.
void strike_out_jwt(std::string& text, std::string_view jwt) {
  constexpr std::size_t kPartMin = 8;
  strike_out(text, jwt);
  while (!jwt.empty()) {
    const std::size_t end = std::min(jwt.find('.'), jwt.size());
    if (end >= kPartMin) strike_out(text, jwt.substr(0, end));
    jwt.remove_prefix(std::min(end + 1, jwt.size()));
  }
}

// What the API says in its own shape or in that of OAuth (RFC 6749, 5.2); nothing else of the body,
// for it could be what was sent.
std::string message_of(const json& body) {
  if (!body.is_object()) return {};
  const auto text = [](const json& object, const char* name) {
    const auto found = object.find(name);
    const bool is_text = found != object.end() && found->is_string();
    return is_text ? found->get<std::string>() : std::string();
  };
  const auto error = body.find("error");
  if (error == body.end()) return {};
  if (error->is_object()) return text(*error, "message");
  const std::string description = text(body, "error_description");
  const std::string word = text(body, "error");
  return description.empty() ? word : fmt::format("{}: {}", word, description);
}

// On one line, and not without end.
std::string quoted(std::string text) {
  constexpr std::size_t kMessageMax = 400;
  if (text.size() > kMessageMax) text.replace(kMessageMax, text.npos, "...");
  std::ranges::replace_if(
      text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, ' ');
  return fmt::format("\"{}\"", text);
}

Error refused(const TokenAnswer& answer, const json& body, const Secret& assertion,
              const std::string& where) {
  std::string said = message_of(body);
  strike_out_jwt(said, assertion.reveal());
  std::string message = fmt::format("the token exchange was refused with status {}", answer.status);
  if (!said.empty()) message += ": " + quoted(std::move(said));
  if (!answer.request_id.empty()) message += fmt::format(" ({})", answer.request_id);
  if (answer.status >= 300 && answer.status < 400) message += "; a redirect is not followed";
  if (answer.status == 401) {
    message +=
        "; see that the federation rule matches the identity token, and set "
        "ANTHROPIC_WORKSPACE_ID if the rule spans several workspaces";
  }
  return {.code = ErrorCode::kIo, .where = where, .message = std::move(message)};
}

bool is_bearer(const std::string& type) {
  constexpr std::string_view kBearer = "bearer";
  return std::ranges::equal(type, kBearer, [](char given, char wanted) {
    return (given >= 'A' && given <= 'Z' ? static_cast<char>(given + ('a' - 'A')) : given) ==
           wanted;
  });
}

Result<AccessToken> token_in(json& body, const std::string& where) {
  const auto text = body.find("access_token");
  if (text == body.end() || !text->is_string()) {
    return io_error(where, "the answer to the token exchange has no access_token");
  }
  Result<Secret> secret =
      sendable(take_secret(text->get_ref<std::string&>()), where + ": access_token");
  if (!secret) return tl::unexpected(std::move(secret).error());
  const auto type = body.find("token_type");
  if (type != body.end() && !(type->is_string() && is_bearer(type->get<std::string>()))) {
    return io_error(where, "the token exchange gave a token that is no bearer token");
  }
  const auto lifetime = body.find("expires_in");
  const double left =
      lifetime != body.end() && lifetime->is_number() ? lifetime->get<double>() : 0.0;
  if (!(left > 0.0)) {
    return io_error(where, "the answer to the token exchange has no expires_in above 0");
  }
  const auto milli = static_cast<std::int64_t>(std::min(left, kLifetimeMax) * 1000.0);
  return AccessToken{.text = std::move(*secret), .lifetime = milliseconds(milli)};
}

}  // namespace

Result<AccessToken> read_token_answer(const TokenAnswer& answer, const Secret& assertion,
                                      const std::string& where) {
  json body = json::parse(answer.body, nullptr, false);
  if (answer.status < 200 || answer.status > 299) {
    return tl::unexpected(refused(answer, body, assertion, where));
  }
  if (!body.is_object()) {
    return io_error(where, "the answer to the token exchange is not a JSON object");
  }
  return token_in(body, where);
}

FederationExchange::FederationExchange(Federation federation, const net::ClientOptions& target,
                                       TokenListener& listener)
    : federation_(std::move(federation)),
      listener_(listener),
      where_(target.target.text() + std::string(kPath)),
      patience_(target.connect_timeout * kPatience) {}

Result<std::unique_ptr<FederationExchange>> FederationExchange::make(
    Federation federation, net::EventLoop& loop, const net::ClientOptions& target,
    TokenListener& listener) {
  if (!target.target.tls && !target.target.is_loopback()) {
    return invalid(target.target.text(),
                   "an identity token is not sent over plain http: use https, a key, or a target "
                   "on this machine");
  }
  // What cannot be read now would only be found when the loop runs.
  if (auto token = identity_token(federation); !token) {
    return tl::unexpected(std::move(token).error());
  }
  auto exchange = std::make_unique<FederationExchange>(std::move(federation), target, listener);
  net::ClientOptions options = target;
  options.connections_max = 1;
  SLUICE_TRY(exchange->client_, net::HttpClient::make(loop, options));
  return exchange;
}

Result<void> FederationExchange::begin(std::int64_t now) {
  SLUICE_CHECK(!is_under_way_);
  SLUICE_TRY(assertion_, identity_token(federation_));
  body_ = body_of(federation_, assertion_);
  status_ = 0;
  request_id_.clear();
  call_ = {};
  call_.method = "POST";
  call_.path = kPath;
  call_.fields = kFields;
  call_.body = body_.reveal();
  call_.listener = this;
  began_at_ = now;
  is_under_way_ = true;
  client_->send(call_);
  return {};
}

void FederationExchange::watch(std::int64_t now) {
  if (!is_under_way_ || now - began_at_ < ns(patience_)) return;
  client_->cancel(call_);
  end(io_error(where_, "the token exchange had no answer within " + short_text(patience_)));
}

void FederationExchange::on_head(const net::AnswerHead& head) {
  status_ = head.status;
  const std::string_view id = head.header("request-id").value_or("");
  const bool is_plain = std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
  if (is_plain && id.size() <= kRequestIdMax) request_id_ = id;
  answer_.reserve(kAnswerMax);
}

void FederationExchange::on_body(std::string_view bytes) {
  answer_ += bytes.substr(0, kAnswerMax - answer_.size());
}

void FederationExchange::on_end() {
  end(read_token_answer({.status = status_, .body = answer_, .request_id = request_id_}, assertion_,
                        where_));
}

void FederationExchange::on_failure(const net::TransportFailure& failure) {
  end(io_error(where_, "the token exchange failed: " + failure.message));
}

void FederationExchange::end(Result<AccessToken> token) {
  is_under_way_ = false;
  wipe(answer_);
  assertion_ = {};
  body_ = {};
  listener_.on_exchange(std::move(token));
}

}  // namespace sluice::live
