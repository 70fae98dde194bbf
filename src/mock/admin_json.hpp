// Parts that the answers of the Admin API share: errors about a query, opaque page tokens, ids and
// names as it writes them (docs: admin-api, rate-limits-api, usage-cost-api, 2026-08 to 2026-11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/ids.hpp"
#include "base/money.hpp"
#include "mock/state.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

// 400; the wording follows the API's "<field>: <what is wrong>" (inferred).
wire::ApiError invalid_field(std::string_view field, std::string_view what);
wire::ApiError no_such_object();  // 404 in the documentation's words

// "page_...", which stands for one number; none for any other text.
std::string page_token(std::int64_t place);
std::optional<std::int64_t> place_of(std::string_view token);

// The workspace of that id, the default one's included.
std::optional<WorkspaceId> workspace_of_id(const MockState& state, std::string_view id);
// Of a group of models in the plan's order, then of the batch and token-count groups: the group's
// id, "rlg_...", and that of the organization's limits for it, by which a workspace's are written
// (its prefix is not published).
std::string rate_limit_group_id(const MockState& state, std::size_t position);
std::string rate_limit_id(const MockState& state, std::size_t position);
// "claude-opus-5-5" -> "Claude Opus 5.5", "opus-4" -> "Claude Opus 4".
std::string display_name(std::string_view model_or_group);

// Cents as the Admin API writes money: "1234.5", exact.
std::string cents_text(Money money);
// Cents without a fraction, rounded up: a limit under a cent is not none.
std::string whole_cents_text(Money money);

}  // namespace sluice::mock
