// Workload Identity Federation as a scenario writes it: who issues identity tokens, and which of
// those tokens may act as which service account (docs: workload identity federation, 2026-08). Only
// the mock server uses it; resolved, it is a FederationPlan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/ids.hpp"
#include "base/time.hpp"
#include "describe/describe.hpp"

namespace sluice::scenario {

struct IssuerConfig {
  std::string issuer;
  std::vector<std::string> audiences{"https://api.anthropic.com"};
  std::optional<describe::Value> jwks;
  std::optional<std::string> jwks_file;
  Duration token_lifetime_max = hours(1);
};

struct FederationMatchConfig {
  std::string subject = "*";
  std::vector<std::pair<std::string, std::string>> claims;
};

struct FederationRuleConfig {
  std::string id;
  std::string issuer;
  FederationMatchConfig match;
  std::vector<std::string> service_accounts;
  std::vector<std::string> workspaces{"default"};
  std::int64_t token_lifetime_seconds = 3600;
};

struct FederationConfig {
  std::vector<IssuerConfig> issuers;
  std::vector<FederationRuleConfig> rules;
};

void describe(describe::Fields& v, IssuerConfig& i);
void validate(const IssuerConfig& i, describe::Problems& problems);
void describe(describe::Fields& v, FederationMatchConfig& m);
void describe(describe::Fields& v, FederationRuleConfig& r);
void validate(const FederationRuleConfig& r, describe::Problems& problems);
void describe(describe::Fields& v, FederationConfig& f);

struct FederationPlan {
  struct Issuer {
    std::string issuer;
    std::vector<std::string> audiences;
    std::string jwks;   // JSON; its keys have not been looked at
    std::string where;  // the keys came from, for messages
    Duration token_lifetime_max{};
  };
  // A text, or one with * for anything: "repo:acme/*".
  struct Claim {
    std::string name;
    std::string pattern;
  };
  struct Rule {
    std::string id;
    std::size_t issuer = 0;  // into issuers
    std::vector<Claim> claims;
    std::vector<std::string> service_accounts;
    std::vector<WorkspaceId> workspaces;
    Duration token_lifetime{};
  };
  std::vector<Issuer> issuers;
  std::vector<Rule> rules;
  bool empty() const noexcept { return rules.empty(); }
};

}  // namespace sluice::scenario
