// Who may call: API keys that are created, disabled and rotated at run time, Admin keys, and
// short-lived tokens from Workload Identity Federation. Secrets are compared in constant time and
// never printed; they are held as SHA-256 hashes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "mock/call.hpp"
#include "mock/mock_plan.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

enum class KeyStatus : std::uint8_t { kActive, kInactive, kArchived };

struct KeyRecord {
  std::string id;  // "apikey_..."
  std::string name;
  std::string hint;  // "sk-ant-api03-abc...wxyz", as the Admin API shows it
  KeyStatus status = KeyStatus::kActive;
  KeyId key{};
  WorkspaceId workspace{};
  UnixTime created_at;
  bool is_service_account = false;  // stands for federation tokens, is no key of its own
};

class Credentials {
 public:
  explicit Credentials(const MockPlan& plan);

  // What the request's x-api-key or Authorization: Bearer header stands for, or the API's refusal
  // (401, 403). x-api-key counts if both are there.
  struct Identified {
    Caller caller;
    std::optional<wire::ApiError> error;
  };
  Identified identify(const net::HttpRequest& request, TimePoint now) const;

  // Keys at run time. Ids that do not exist: none.
  struct NewKey {
    KeyRecord record;
    std::string secret;  // shown this once
  };
  NewKey create(std::string name, WorkspaceId workspace, UnixTime now);
  bool set_status(std::string_view id, KeyStatus status);
  bool rename(std::string_view id, std::string name);
  // A new secret; the old one works for `overlap` longer.
  std::optional<std::string> rotate(std::string_view id, TimePoint now, Duration overlap);
  const std::vector<KeyRecord>& keys() const noexcept { return keys_; }
  const KeyRecord* find(std::string_view id) const noexcept;

  // A bearer token "sk-ant-oat01-..." for a service account in a workspace.
  std::string issue_token(std::string_view service_account, WorkspaceId workspace, TimePoint now,
                          Duration lifetime);

 private:
  using Hash = std::array<std::uint8_t, 32>;
  struct Secret {
    Hash hash{};
    std::size_t key = 0;  // into keys_
    TimePoint until = kNever;
    Caller::Kind kind = Caller::Kind::kApiKey;
  };
  std::vector<KeyRecord> keys_;
  std::vector<Secret> secrets_;
  bool any_key_ = true;
  std::uint64_t issued_ = 0;
};

}  // namespace sluice::mock
