#include "mock/federation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::mock {
namespace {

using scenario::FederationPlan;

constexpr Duration kShortestLifetime = seconds(60);

tl::unexpected<Federation::Denied> denied(Federation::Denial reason,
                                          std::optional<wire::JwtDenial> jwt = std::nullopt) {
  return tl::unexpected(Federation::Denied{reason, jwt});
}

// `*` stands for any characters, also none. Only the last star that was met is ever tried again, so
// that the time is at most the product of both lengths.
bool matches(std::string_view text, std::string_view pattern) noexcept {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = pattern.npos;
  std::size_t resume = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      resume = at;
    } else if (in < pattern.size() && pattern[in] == text[at]) {
      ++in;
      ++at;
    } else if (star != pattern.npos) {
      in = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in) == pattern.npos;
}

bool meets(const wire::JwtClaims& claims, const FederationPlan::Rule& rule) {
  return std::all_of(rule.claims.begin(), rule.claims.end(), [&](const auto& wanted) {
    const std::string* const text = claims.text(wanted.name);
    return text != nullptr && matches(*text, wanted.pattern);
  });
}

template <class T, class U>
bool contains(const std::vector<T>& all, const U& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// min(rule's, twice what is left of the JWT), at least a minute, in whole seconds.
Duration lifetime_of(const FederationPlan::Rule& rule, const wire::JwtClaims& claims,
                     UnixTime now) {
  const Duration left = std::min(rule.token_lifetime, 2 * (claims.expires_at - now));
  return std::max(left - left % seconds(1), kShortestLifetime);
}

constexpr std::array<std::string_view, 8> kReasons{"no federation is configured",
                                                   "unknown rule",
                                                   "token",
                                                   "claims do not match the rule",
                                                   "replayed jti",
                                                   "service account is not the rule's",
                                                   "workspace is not the rule's",
                                                   "the rule spans several workspaces"};

}  // namespace

Errors check_federation(const FederationPlan& plan) {
  Errors errors;
  for (const FederationPlan::Issuer& issuer : plan.issuers) {
    const auto keys = wire::JwkSet::parse(issuer.jwks, issuer.where);
    if (!keys) errors.push_back(keys.error());
  }
  return errors;
}

Federation::Federation(const MockPlan& plan) : plan_(plan.federation) {
  for (const FederationPlan::Issuer& issuer : plan_.issuers) {
    auto keys = wire::JwkSet::parse(issuer.jwks, issuer.where);
    keys_.push_back(keys ? std::move(*keys) : wire::JwkSet());
  }
}

std::string Federation::Denied::text() const {
  std::string text(kReasons[static_cast<std::size_t>(reason)]);
  if (jwt) text.append(": ").append(wire::name(*jwt));
  return text;
}

// The signature comes before all that a signed claim could say, and nothing is remembered of a
// token that is refused: a stranger can neither learn about rules nor use up a jti.
tl::expected<FederationGrant, Federation::Denied> Federation::exchange(
    const FederationRequest& request, UnixTime now) {
  if (plan_.empty()) return denied(Denial::kNotConfigured);
  const auto is_it = [&](const auto& rule) { return rule.id == request.rule; };
  const auto rule = std::find_if(plan_.rules.begin(), plan_.rules.end(), is_it);
  if (rule == plan_.rules.end()) return denied(Denial::kUnknownRule);
  const FederationPlan::Issuer& issuer = plan_.issuers[rule->issuer];

  const auto token = wire::Jwt::parse(request.assertion);
  if (!token) return denied(Denial::kToken, token.error());
  auto denial = token->check_signature(keys_[rule->issuer]);
  if (!denial) {
    denial = token->check_claims({.issuer = issuer.issuer,
                                  .audiences = issuer.audiences,
                                  .lifetime_max = issuer.token_lifetime_max},
                                 now);
  }
  if (denial) return denied(Denial::kToken, denial);
  if (!meets(token->claims(), *rule)) return denied(Denial::kClaims);

  if (!contains(rule->service_accounts, request.service_account)) {
    return denied(Denial::kServiceAccount);
  }
  if (!request.workspace && rule->workspaces.size() != 1) {
    return denied(Denial::kWorkspaceNeeded);
  }
  const WorkspaceId workspace = request.workspace.value_or(rule->workspaces.front());
  if (!contains(rule->workspaces, workspace)) return denied(Denial::kWorkspace);
  if (!remember(token->claims(), now)) return denied(Denial::kReplayed);
  return FederationGrant{.service_account = std::string(request.service_account),
                         .workspace = workspace,
                         .lifetime = lifetime_of(*rule, token->claims(), now)};
}

bool Federation::remember(const wire::JwtClaims& claims, UnixTime now) {
  while (!forget_at_.empty() && (forget_at_.begin()->first <= now || uses_.size() >= kUsesMax)) {
    uses_.erase(forget_at_.begin()->second);
    forget_at_.erase(forget_at_.begin());
  }
  if (claims.id.empty()) return true;
  // The length keeps ("ab", "c") and ("a", "bc") apart.
  const Use use = sha256(std::to_string(claims.issuer.size()) + ':' + claims.issuer + claims.id);
  const UnixTime over = claims.expires_at + wire::kJwtSkew;
  if (!uses_.insert(use).second) return false;
  forget_at_.emplace(over, use);
  return true;
}

}  // namespace sluice::mock
