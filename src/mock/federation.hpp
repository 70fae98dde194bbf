// Workload Identity Federation (docs: workload identity federation, 2026-08): a JWT of a configured
// issuer is checked for real and exchanged for a short-lived token of a service account. Every
// denial has a reason for the log; the client is told nothing but that it failed.
//
//   auto grant = federation.exchange({.assertion = jwt, .rule = "fdrl_ci", ...}, calendar_now);
//   if (!grant) return reply_error(..., 401, "Authentication failed");
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "api/ids.hpp"
#include "base/calendar.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "mock/mock_plan.hpp"
#include "scenario/federation_config.hpp"
#include "wire/jwk.hpp"
#include "wire/jwt.hpp"

namespace sluice::mock {

// What is wrong with the keys of the plan's issuers: to be asked before a server starts.
Errors check_federation(const scenario::FederationPlan& plan);

struct FederationRequest {
  std::string_view assertion;
  std::string_view rule;                 // "fdrl_..."
  std::string_view service_account;      // "svac_..."
  std::optional<WorkspaceId> workspace;  // none: the rule's only one
};

struct FederationGrant {
  std::string service_account;
  WorkspaceId workspace{};
  Duration lifetime{};
};

class Federation {
 public:
  // The plan's federation. Keys that check_federation() would complain about are as if absent.
  explicit Federation(const MockPlan& plan);

  enum class Denial : std::uint8_t {
    kNotConfigured,
    kUnknownRule,
    kToken,           // the JWT itself; jwt says why
    kClaims,          // it does not match the rule
    kReplayed,        // its jti has been used
    kServiceAccount,  // not one of the rule's
    kWorkspace,       // not one of the rule's
    kWorkspaceNeeded  // the rule spans several: 400, and not 401
  };
  struct Denied {
    Denial reason = Denial::kNotConfigured;
    std::optional<wire::JwtDenial> jwt{};
    std::string text() const;  // for a log, without anything of the token
  };
  tl::expected<FederationGrant, Denied> exchange(const FederationRequest& request, UnixTime now);

  bool is_configured() const noexcept { return !plan_.empty(); }
  // Uses are remembered until their tokens expire; beyond so many the earliest to expire go.
  static constexpr std::size_t kUsesMax = 100'000;
  std::size_t uses() const noexcept { return uses_.size(); }

 private:
  using Use = std::array<std::uint8_t, 32>;  // hash of issuer and jti
  // False: the token has been used before.
  bool remember(const wire::JwtClaims& claims, UnixTime now);

  scenario::FederationPlan plan_;
  std::vector<wire::JwkSet> keys_;  // as plan_.issuers
  std::set<Use> uses_;
  std::multimap<UnixTime, Use> forget_at_;
};

}  // namespace sluice::mock
