// Who may call: API keys that are created, disabled and rotated at run time, Admin keys, and
// short-lived tokens from Workload Identity Federation. Secrets are compared in constant time and
// never printed; they are held as SHA-256 hashes. A key's KeyId is its position in keys(), as in
// ApiModel: whoever creates one asks the model first.
//
//   NewKey made = state.credentials.create(state.api.add_key(workspace), name, workspace, now);
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/calendar.hpp"
#include "mock/call.hpp"
#include "mock/mock_plan.hpp"
#include "mock/secret_hash.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

enum class KeyStatus : std::uint8_t { kActive, kInactive, kArchived };

struct KeyRecord {
  std::string id;  // "apikey_..."; of a service account "svac_..."
  std::string name;
  std::string hint;  // "sk-ant-api03-moc...wxyz", as the Admin API shows it
  KeyStatus status = KeyStatus::kActive;
  KeyId key{};
  WorkspaceId workspace{};
  UnixTime created_at;
  bool is_service_account = false;  // stands for federation tokens, is no key of its own
};

// Which keys a route wants.
enum class Surface : std::uint8_t { kApi, kAdmin };
// 401 for an Admin key on the API's own routes, or any other on those of the Admin API (inferred).
std::optional<wire::ApiError> refusal_on(Surface surface, const Caller& caller);

class Credentials {
 public:
  explicit Credentials(const MockPlan& plan);

  // What the request's x-api-key or Authorization: Bearer header stands for, or the API's refusal
  // (401, 403). x-api-key counts if both are there; a token is one in the other header only. Which
  // routes the caller may use is refusal_on()'s to say.
  struct Identified {
    Caller caller;
    std::optional<wire::ApiError> error;
  };
  Identified identify(const net::HttpRequest& request, TimePoint now) const;

  // Keys at run time. Ids that do not exist: none. `key` is what ApiModel::add_key() answered, the
  // next position in keys(); has_room() was asked before.
  struct NewKey {
    KeyRecord record;
    std::string secret;  // shown this once
  };
  static constexpr std::size_t kKeysMax = 60'000;  // KeyId has 16 bits
  bool has_room() const noexcept { return keys_.size() < kKeysMax; }
  NewKey create(KeyId key, std::string name, WorkspaceId workspace, UnixTime now);
  bool set_status(std::string_view id, KeyStatus status);
  bool rename(std::string_view id, std::string name);
  // A new secret; the old one works for `overlap` longer.
  std::optional<std::string> rotate(std::string_view id, TimePoint now, Duration overlap);
  const std::vector<KeyRecord>& keys() const noexcept { return keys_; }
  const KeyRecord* find(std::string_view id) const noexcept;  // not service accounts

  // A service account acts in each workspace as a key of its own; none before its first token
  // there.
  std::optional<KeyId> service_account_key(std::string_view id,
                                           WorkspaceId workspace) const noexcept;
  void add_service_account(KeyId key, std::string id, WorkspaceId workspace, UnixTime now);
  // A bearer token "sk-ant-oat01-mock-..." that acts as `key`. At most kTokensMax are held: beyond
  // that the one that would expire first is forgotten.
  static constexpr std::size_t kTokensMax = 100'000;
  std::string issue_token(KeyId key, TimePoint now, Duration lifetime);

 private:
  struct Secret {
    std::size_t key = 0;  // into keys_
    TimePoint until = kNever;
    Caller::Kind kind = Caller::Kind::kApiKey;
  };
  // The map is searched by a secret's hash, which says nothing about the secret, and equality is
  // is_same_secret().
  struct FirstWord {
    std::size_t operator()(const SecretHash& hash) const noexcept;
  };
  struct Same {
    bool operator()(const SecretHash& a, const SecretHash& b) const noexcept {
      return is_same_secret(a, b);
    }
  };
  Identified act_as(const Secret& secret, TimePoint now) const;
  Identified unknown(std::string_view given, bool is_bearer) const;
  void hold(std::string_view text, const Secret& secret);
  void forget_expired(TimePoint now);
  std::optional<std::size_t> position(std::string_view id) const noexcept;

  std::vector<KeyRecord> keys_;
  std::unordered_map<SecretHash, Secret, FirstWord, Same> secrets_;
  std::multimap<TimePoint, SecretHash> expiring_;  // those that end, in the order in which they do
  std::uint64_t seed_;
  std::uint64_t made_ = 0;
  bool any_key_;
};

}  // namespace sluice::mock
