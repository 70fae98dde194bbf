#include "scenario/federation_config.hpp"

#include <algorithm>
#include <filesystem>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "scenario/read_file.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {

using describe::Fields;
using describe::Problems;

namespace {

constexpr std::string_view kIssuers = "/organization/federation/issuers";
constexpr std::string_view kRules = "/organization/federation/rules";

// A prefix and at least one letter or digit, as the API tags its ids.
bool is_tagged(std::string_view id, std::string_view prefix) {
  const auto is_plain = [](char c) { return ascii::is_alphanumeric(c) || c == '_' || c == '-'; };
  return id.size() > prefix.size() && id.starts_with(prefix) &&
         std::all_of(id.begin(), id.end(), is_plain);
}

// As a text, whether it stands in the scenario or in a file of its own.
std::string keys_of(Resolution& r, const IssuerConfig& issuer, const std::string& pointer) {
  if (issuer.jwks) return describe::to_json(*issuer.jwks, 0);
  if (!issuer.jwks_file) return {};  // validate() has said so
  const auto path = std::filesystem::path{r.folder} / *issuer.jwks_file;
  r.files.push_back(path.string());
  Result<std::string> text = read_file(path.string());
  if (text) return std::move(*text);
  r.findings.error(pointer + "/jwks_file", text.error().message);
  return {};
}

void resolve_issuers(Resolution& r, const std::vector<IssuerConfig>& all) {
  FederationPlan& plan = r.federation;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const IssuerConfig& one = all[i];
    const auto is_same = [&](const auto& other) { return other.issuer == one.issuer; };
    if (std::any_of(plan.issuers.begin(), plan.issuers.end(), is_same)) {
      r.findings.error(at(kIssuers, i, "/issuer"),
                       in_quotes(one.issuer) + " is there twice: give one issuer all its keys");
    }
    const std::string pointer = at(kIssuers, i);
    const bool is_inline = one.jwks.has_value();
    plan.issuers.push_back(
        {.issuer = one.issuer,
         .audiences = one.audiences,
         .jwks = keys_of(r, one, pointer),
         .where = is_inline ? pointer + "/jwks" : one.jwks_file.value_or(pointer),
         .token_lifetime_max = one.token_lifetime_max});
  }
}

std::size_t issuer_of(Resolution& r, const FederationRuleConfig& rule, const std::string& pointer) {
  const FederationPlan& plan = r.federation;
  const auto is_it = [&](const auto& issuer) { return issuer.issuer == rule.issuer; };
  const auto found = std::find_if(plan.issuers.begin(), plan.issuers.end(), is_it);
  if (found != plan.issuers.end()) return static_cast<std::size_t>(found - plan.issuers.begin());
  std::vector<std::string> names;
  for (const auto& issuer : plan.issuers) names.push_back(issuer.issuer);
  r.findings.error_unless_wrong(kIssuers, pointer,
                                in_quotes(rule.issuer) +
                                    " is not an issuer of /organization/federation/issuers" +
                                    suggestion(rule.issuer, names));
  return 0;
}

FederationPlan::Rule resolved(Resolution& r, const FederationRuleConfig& rule,
                              std::size_t position) {
  FederationPlan::Rule made;
  made.id = rule.id;
  made.issuer = issuer_of(r, rule, at(kRules, position, "/issuer"));
  made.claims.push_back({"sub", rule.match.subject});
  for (const auto& [name, pattern] : rule.match.claims) made.claims.push_back({name, pattern});
  made.service_accounts = rule.service_accounts;
  for (std::size_t i = 0; i < rule.workspaces.size(); ++i) {
    const std::string pointer = at(at(kRules, position, "/workspaces"), i);
    if (const auto found = r.workspace(rule.workspaces[i], pointer)) {
      made.workspaces.push_back(*found);
    }
  }
  made.token_lifetime = seconds(rule.token_lifetime_seconds);
  return made;
}

}  // namespace

void describe(Fields& v, IssuerConfig& i) {
  v.type("federation_issuer", "Whose identity tokens (JWT) are believed.");
  v.field("issuer", i.issuer, "the token's iss, letter by letter").required().not_empty();
  v.field("audiences", i.audiences, "one of them is the token's aud").not_empty();
  v.field("jwks", i.jwks, "its public keys as a JWK Set: RSA, or EC on P-256, P-384, P-521");
  v.field("jwks_file", i.jwks_file, "the same from a file beside the scenario").not_empty();
  v.field("token_lifetime_max", i.token_lifetime_max, "most that exp may lie behind iat")
      .range(minutes(1), hours(24));
}

void validate(const IssuerConfig& i, Problems& problems) {
  if (i.jwks.has_value() == i.jwks_file.has_value()) {
    problems.add("", "needs its keys, either as jwks or as jwks_file");
  }
}

void describe(Fields& v, FederationMatchConfig& m) {
  v.type("federation_match", "What a token has to say; * stands for anything.");
  v.shorthand("subject");
  v.field("subject", m.subject, "its sub, as \"repo:acme/app:*\"").not_empty();
  v.field("claims", m.claims, "other claims by name: texts, whole numbers, true or false");
}

void describe(Fields& v, FederationRuleConfig& r) {
  v.type("federation_rule", "Which tokens are exchanged for which service account's.");
  v.field("id", r.id, "its name, \"fdrl_...\"").required().not_empty();
  v.field("issuer", r.issuer, "the issuer's URL").required().not_empty();
  v.field("match", r.match, "absent: every token of the issuer");
  v.field("service_accounts", r.service_accounts, "that may be asked for, \"svac_...\"")
      .required()
      .not_empty();
  v.field("workspaces", r.workspaces, "in which they may act").not_empty();
  v.field("token_lifetime_seconds", r.token_lifetime_seconds, "of the tokens given out")
      .unit("seconds")
      .range<std::int64_t>(60, 86'400);
}

void validate(const FederationRuleConfig& r, Problems& problems) {
  if (!is_tagged(r.id, "fdrl_")) {
    problems.add("/id", in_quotes(r.id) + " is not a rule's id: write \"fdrl_ci\"");
  }
  for (std::size_t i = 0; i < r.service_accounts.size(); ++i) {
    const std::string& account = r.service_accounts[i];
    if (is_tagged(account, "svac_")) continue;
    problems.add("/service_accounts/" + std::to_string(i),
                 in_quotes(account) + " is not a service account's id: write \"svac_deploy\"");
  }
}

void describe(Fields& v, FederationConfig& f) {
  v.type("federation", "Workload Identity Federation; only `sluice mock` uses it.");
  v.field("issuers", f.issuers, "who issues identity tokens");
  v.field("rules", f.rules, "what they are good for");
}

void resolve_federation(Resolution& r) {
  if (!r.config.organization.federation) return;
  resolve_issuers(r, r.config.organization.federation->issuers);
  const std::vector<FederationRuleConfig>& rules = r.config.organization.federation->rules;
  FederationPlan& plan = r.federation;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto is_same = [&](const auto& other) { return other.id == rules[i].id; };
    if (std::any_of(plan.rules.begin(), plan.rules.end(), is_same)) {
      r.findings.error(at(kRules, i, "/id"), in_quotes(rules[i].id) + " is the id of two rules");
    }
    plan.rules.push_back(resolved(r, rules[i], i));
  }
}

}  // namespace sluice::scenario
