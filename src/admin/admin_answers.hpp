// Pages of the Admin API about an organization's limits, as values. Both shapes of rate limits are
// understood: `group_type` (2023-06-01) and a `group` object (2026-10-21); docs: rate-limits-api,
// 2026-11. Types and groups that sluice does not know stay as text. Names are made harmless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/money.hpp"

namespace sluice::admin {

struct AnsweredLimit {
  std::string type;                   // "requests_per_minute", ...
  std::optional<std::int64_t> value;  // empty: null, not limited
  bool is_inherited = false;          // a workspace's that is the organization's own
  bool operator==(const AnsweredLimit&) const = default;
};

struct AnsweredGroup {
  std::string type;                 // "model_group", "batch", "token_count", "files", ...
  std::string display_name;         // empty: the answer has none
  std::vector<std::string> models;  // ids and aliases; of a model group
  std::vector<AnsweredLimit> limits;
  bool operator==(const AnsweredGroup&) const = default;
};

struct AnsweredWorkspace {
  std::string id;
  std::string name;
  bool operator==(const AnsweredWorkspace&) const = default;
};

struct AnsweredSpendLimit {
  std::string scope;         // "organization", "workspace", "usage_tier", "user", ...
  std::string workspace_id;  // of that scope
  std::optional<Money> amount;
  std::string currency;
  std::string period;  // "daily", "weekly", "monthly"
  bool is_enabled = true;
  bool operator==(const AnsweredSpendLimit&) const = default;
};

template <class Item>
struct AnsweredPage {
  std::vector<Item> items;
  std::string next;  // the next page's token, or the id to go on after; empty: it is the last
};

struct AnsweredOrganization {
  std::string id;
  std::string name;
};

// `where` names the answer in errors: something that is missing or of another kind.
Result<AnsweredOrganization> parse_organization(std::string_view body, const std::string& where);
Result<AnsweredPage<AnsweredGroup>> parse_rate_limits(std::string_view body,
                                                      const std::string& where);
Result<AnsweredPage<AnsweredWorkspace>> parse_workspaces(std::string_view body,
                                                         const std::string& where);
Result<AnsweredPage<AnsweredSpendLimit>> parse_spend_limits(std::string_view body,
                                                            const std::string& where);

}  // namespace sluice::admin
