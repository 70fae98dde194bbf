#include "mock/credentials.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/ascii.hpp"
#include "base/check.hpp"
#include "mock/ids.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;

constexpr std::string_view kKeyPrefix = "sk-ant-api03-";
constexpr std::string_view kTokenPrefix = "sk-ant-oat01-";
constexpr std::string_view kAdminPrefix = "sk-ant-admin";
constexpr std::string_view kBearer = "bearer ";
// An expired token is remembered for so long, to be told that it has expired.
constexpr Duration kRemembered = hours(1);

// docs: errors, 2026-08; observed to 2026-03.
ApiError invalid_key() { return {ErrorKind::kAuthentication, "invalid x-api-key", ""}; }

// Observed 2026-09.
ApiError missing_key() { return {ErrorKind::kAuthentication, "x-api-key header is required", ""}; }

// The status and type are documented (docs: errors, 2026-08), the words are ours.
ApiError disabled_key(KeyStatus status) {
  return {ErrorKind::kPermission,
          status == KeyStatus::kArchived ? "This API key has been archived."
                                         : "This API key has been disabled.",
          ""};
}

// The status is documented (docs: workload identity federation, 2026-08), the words are ours.
ApiError expired_token() {
  return {ErrorKind::kAuthentication,
          "OAuth token has expired. Please obtain a new token or refresh your existing token.", ""};
}

struct Given {
  std::string_view secret;  // empty: none
  bool is_bearer = false;
};

Given secret_of(const net::HttpRequest& request) noexcept {
  if (const auto key = request.header("x-api-key"); key && !ascii::trimmed(*key).empty()) {
    return {.secret = ascii::trimmed(*key)};
  }
  const std::string_view value = request.header("authorization").value_or("");
  const bool is_bearer =
      value.size() > kBearer.size() && ascii::is_same(value.substr(0, kBearer.size()), kBearer);
  if (!is_bearer) return {};
  return {.secret = ascii::trimmed(value.substr(kBearer.size())), .is_bearer = true};
}

}  // namespace

std::optional<ApiError> refusal_on(Surface surface, const Caller& caller) {
  const bool is_admin = caller.kind == Caller::Kind::kAdminKey;
  if (caller.kind == Caller::Kind::kNone) return missing_key();
  if (is_admin == (surface == Surface::kAdmin)) return std::nullopt;
  return invalid_key();
}

std::size_t Credentials::FirstWord::operator()(const SecretHash& hash) const noexcept {
  std::size_t word = 0;
  std::memcpy(&word, hash.data(), sizeof word);
  return word;
}

Credentials::Credentials(const MockPlan& plan)
    : seed_(plan.run.seed), any_key_(plan.options.any_key) {
  SLUICE_CHECK(!plan.run.keys.empty() && plan.run.keys.size() == plan.key_secrets.size());
  for (std::size_t i = 0; i < plan.run.keys.size(); ++i) {
    keys_.push_back({.id = plan.key_ids[i],
                     .name = plan.run.keys[i].name,
                     .hint = secret_hint(plan.key_secrets[i]),
                     .key = KeyId(i),
                     .workspace = plan.run.keys[i].workspace,
                     .created_at = UnixTime{plan.run.start_unix_ns}});
    hold(plan.key_secrets[i], {.key = i});
  }
  if (!plan.admin_secret.empty()) hold(plan.admin_secret, {.kind = Caller::Kind::kAdminKey});
}

Credentials::Identified Credentials::identify(const net::HttpRequest& request,
                                              TimePoint now) const {
  const auto [given, is_bearer] = secret_of(request);
  if (given.empty()) return {.caller = {}, .error = missing_key()};
  const auto found = secrets_.find(hash_of_secret(given));
  if (found == secrets_.end()) return unknown(given, is_bearer);
  // "Authorization: Bearer" (docs: workload identity federation, 2026-08): a token is no key.
  const bool is_token = found->second.kind == Caller::Kind::kToken;
  if (is_token && !is_bearer) return {.caller = {}, .error = invalid_key()};
  return act_as(found->second, now);
}

Credentials::Identified Credentials::act_as(const Secret& secret, TimePoint now) const {
  if (secret.kind == Caller::Kind::kAdminKey) return {.caller = {.kind = secret.kind}, .error = {}};
  if (now >= secret.until) {
    const bool is_token = secret.kind == Caller::Kind::kToken;
    return {.caller = {}, .error = is_token ? expired_token() : invalid_key()};
  }
  const KeyRecord& key = keys_[secret.key];
  if (key.status != KeyStatus::kActive) return {.caller = {}, .error = disabled_key(key.status)};
  return {.caller = {.kind = secret.kind, .key = key.key, .workspace = key.workspace}, .error = {}};
}

// Whatever looks like an Admin key and is none is nobody, or a mistyped one would buy tokens.
Credentials::Identified Credentials::unknown(std::string_view given, bool is_bearer) const {
  if (!any_key_ || given.starts_with(kAdminPrefix)) {
    const bool is_token = is_bearer && given.starts_with(kTokenPrefix);
    if (!is_token) return {.caller = {}, .error = invalid_key()};
    return {.caller = {},
            .error = ApiError{ErrorKind::kAuthentication, "Invalid bearer token", ""}};
  }
  const KeyRecord& first = keys_.front();
  if (first.status != KeyStatus::kActive) {
    return {.caller = {}, .error = disabled_key(first.status)};
  }
  return {.caller = {.kind = Caller::Kind::kApiKey, .key = first.key, .workspace = first.workspace},
          .error = {}};
}

void Credentials::hold(std::string_view text, const Secret& secret) {
  const SecretHash hash = hash_of_secret(text);
  secrets_.insert_or_assign(hash, secret);
  if (secret.until != kNever) expiring_.emplace(secret.until, hash);
}

// The table of expiries may name a secret whose end has moved since: then its later entry counts.
void Credentials::forget_expired(TimePoint now) {
  while (!expiring_.empty()) {
    const auto first = expiring_.begin();
    const bool is_over = first->first <= now && now - first->first >= kRemembered;
    if (!is_over && expiring_.size() <= kTokensMax) return;
    const auto held = secrets_.find(first->second);
    if (held != secrets_.end() && held->second.until == first->first) secrets_.erase(held);
    expiring_.erase(first);
  }
}

Credentials::NewKey Credentials::create(KeyId key, std::string name, WorkspaceId workspace,
                                        UnixTime now) {
  SLUICE_CHECK(has_room() && index(key) == keys_.size());
  const std::uint64_t number = ++made_;
  const std::string secret = make_secret(kKeyPrefix, seed_, number);
  keys_.push_back({.id = make_id("apikey_01", seed_, number),
                   .name = std::move(name),
                   .hint = secret_hint(secret),
                   .key = key,
                   .workspace = workspace,
                   .created_at = now});
  hold(secret, {.key = index(key)});
  return {.record = keys_.back(), .secret = secret};
}

std::optional<std::size_t> Credentials::position(std::string_view id) const noexcept {
  const auto is_it = [id](const KeyRecord& key) { return !key.is_service_account && key.id == id; };
  const auto found = std::find_if(keys_.begin(), keys_.end(), is_it);
  if (found == keys_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - keys_.begin());
}

const KeyRecord* Credentials::find(std::string_view id) const noexcept {
  const auto at = position(id);
  return at ? &keys_[*at] : nullptr;
}

bool Credentials::set_status(std::string_view id, KeyStatus status) {
  const auto at = position(id);
  if (at) keys_[*at].status = status;
  return at.has_value();
}

bool Credentials::rename(std::string_view id, std::string name) {
  const auto at = position(id);
  if (at) keys_[*at].name = std::move(name);
  return at.has_value();
}

std::optional<std::string> Credentials::rotate(std::string_view id, TimePoint now,
                                               Duration overlap) {
  const auto at = position(id);
  if (!at) return std::nullopt;
  forget_expired(now);
  for (auto& [hash, secret] : secrets_) {
    const bool ends =
        secret.kind == Caller::Kind::kApiKey && secret.key == *at && now + overlap < secret.until;
    if (!ends) continue;
    secret.until = now + overlap;
    expiring_.emplace(secret.until, hash);
  }
  const std::string secret = make_secret(kKeyPrefix, seed_, ++made_);
  keys_[*at].hint = secret_hint(secret);
  hold(secret, {.key = *at});
  return secret;
}

std::optional<KeyId> Credentials::service_account_key(std::string_view id,
                                                      WorkspaceId workspace) const noexcept {
  for (const KeyRecord& key : keys_) {
    if (key.is_service_account && key.id == id && key.workspace == workspace) return key.key;
  }
  return std::nullopt;
}

void Credentials::add_service_account(KeyId key, std::string id, WorkspaceId workspace,
                                      UnixTime now) {
  SLUICE_CHECK(has_room() && index(key) == keys_.size());
  keys_.push_back({.id = id,
                   .name = std::move(id),
                   .hint = "",
                   .key = key,
                   .workspace = workspace,
                   .created_at = now,
                   .is_service_account = true});
}

std::string Credentials::issue_token(KeyId key, TimePoint now, Duration lifetime) {
  SLUICE_CHECK(index(key) < keys_.size());
  const std::string token = make_secret(kTokenPrefix, seed_, ++made_);
  hold(token, {.key = index(key), .until = now + lifetime, .kind = Caller::Kind::kToken});
  forget_expired(now);
  return token;
}

}  // namespace sluice::mock
