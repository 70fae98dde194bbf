// usage_report/messages and cost_report, from what the mock really served (docs: usage-cost-api,
// 2026-08). Unlike the API's, which lag by five minutes, they hold everything that is over.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "mock/admin_json.hpp"
#include "mock/endpoints.hpp"
#include "mock/report_query.hpp"

namespace sluice::mock {
namespace {

using nlohmann::ordered_json;

// What a booking is in each dimension; empty: nothing, which is written null.
using Place = std::array<std::string, kDimensionCount>;

std::string& at(Place& place, Dimension dimension) {
  return place[static_cast<std::size_t>(dimension)];
}
const std::string& at(const Place& place, Dimension dimension) {
  return place[static_cast<std::size_t>(dimension)];
}

Place place_of(const MockState& state, const UsageKey& key) {
  Place place;
  SLUICE_CHECK(index(key.key) < state.credentials.keys().size());
  const KeyRecord& record = state.credentials.keys()[index(key.key)];
  at(place, record.is_service_account ? Dimension::kServiceAccount : Dimension::kApiKey) =
      record.id;
  at(place, Dimension::kContextWindow) = key.long_context ? "200k-1M" : "0-200k";
  at(place, Dimension::kGeo) = key.us_only ? "us" : "global";
  at(place, Dimension::kModel) = state.plan.models[index(key.model)].id;
  at(place, Dimension::kServiceTier) = key.batch ? "batch" : "standard";
  at(place, Dimension::kSpeed) = key.fast ? "fast" : "standard";
  if (index(key.workspace) != 0) {  // the default workspace is null (docs: usage-cost-api)
    at(place, Dimension::kWorkspace) = state.plan.workspace_ids[index(key.workspace)];
  }
  return place;
}

bool passes(const Place& place, const ReportQuery& query) {
  for (std::size_t i = 0; i < kDimensionCount; ++i) {
    const auto& wanted = query.filters[i];
    if (wanted.empty()) continue;
    if (std::find(wanted.begin(), wanted.end(), place[i]) == wanted.end()) return false;
  }
  return true;
}

// Only what is grouped by stays.
Place grouped(Place place, const ReportQuery& query) {
  for (std::size_t i = 0; i < kDimensionCount; ++i) {
    if (!query.grouped[i]) place[i].clear();
  }
  return place;
}

ordered_json or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json usage_item(const Place& place, const Usage& usage) {
  ordered_json item{{"uncached_input_tokens", usage.input_tokens},
                    {"cache_creation",
                     {{"ephemeral_1h_input_tokens", usage.cache_creation_1h_input_tokens},
                      {"ephemeral_5m_input_tokens", usage.cache_creation_5m_input_tokens}}},
                    {"cache_read_input_tokens", usage.cache_read_input_tokens},
                    {"output_tokens", usage.output_tokens},
                    {"server_tool_use", {{"web_search_requests", 0}}}};
  for (std::size_t i = 0; i < kDimensionCount; ++i) {
    item[std::string(name(static_cast<Dimension>(i)))] = or_null(place[i]);
  }
  return item;
}

ordered_json usage_results(const MockState& state, const ReportQuery& query,
                           const UsageLedger::Cells& cells) {
  std::map<Place, Usage> sums;
  for (const auto& [key, sum] : cells) {
    const Place place = place_of(state, key);
    if (passes(place, query)) sums[grouped(place, query)] += sum.usage;
  }
  ordered_json results = ordered_json::array();
  for (const auto& [place, usage] : sums) results.push_back(usage_item(place, usage));
  return results;
}

struct TokenType {
  CostCategory category;
  std::string_view name;  // empty: no tokens
  std::string_view words;
};
constexpr std::array<TokenType, kCostCategoryCount> kTokenTypes{
    TokenType{CostCategory::kInput, "uncached_input_tokens", "Input Tokens"},
    TokenType{CostCategory::kWrite5m, "cache_creation.ephemeral_5m_input_tokens",
              "Input Tokens, Cache Write 5m"},
    TokenType{CostCategory::kWrite1h, "cache_creation.ephemeral_1h_input_tokens",
              "Input Tokens, Cache Write 1h"},
    TokenType{CostCategory::kCacheRead, "cache_read_input_tokens", "Input Tokens, Cache Read"},
    TokenType{CostCategory::kOutput, "output_tokens", "Output Tokens"},
    TokenType{CostCategory::kTools, "", "Web Search"}};

// "Claude Opus 5.5 Usage - Input Tokens, Batch": what tells two items of one model apart.
std::string description(const Place& place, const TokenType& type) {
  std::string text = display_name(at(place, Dimension::kModel)) + " Usage - ";
  text += type.words;
  if (at(place, Dimension::kServiceTier) == "batch") text += ", Batch";
  if (at(place, Dimension::kSpeed) == "fast") text += ", Fast";
  if (at(place, Dimension::kGeo) == "us") text += ", US";
  if (at(place, Dimension::kContextWindow) == "200k-1M") text += ", Long Context";
  return text;
}

// `type` none: money of all kinds together.
ordered_json cost_item(const Place& place, const TokenType* type, Money money) {
  const bool is_tokens = type != nullptr && !type->name.empty();
  const ordered_json kind =
      type == nullptr ? ordered_json() : ordered_json(is_tokens ? "tokens" : "web_search");
  return {
      {"amount", cents_text(money)},
      {"currency", "USD"},
      {"description", type == nullptr ? ordered_json() : ordered_json(description(place, *type))},
      {"cost_type", kind},
      {"token_type", is_tokens ? ordered_json(type->name) : ordered_json()},
      {"model", or_null(at(place, Dimension::kModel))},
      {"service_tier", or_null(at(place, Dimension::kServiceTier))},
      {"context_window", or_null(at(place, Dimension::kContextWindow))},
      {"inference_geo", or_null(at(place, Dimension::kGeo))},
      {"workspace_id", or_null(at(place, Dimension::kWorkspace))}};
}

// A place without what cost items do not tell apart.
Place cost_place(Place place, const ReportQuery& query) {
  if (!query.by_description) return grouped(std::move(place), query);
  at(place, Dimension::kApiKey).clear();
  at(place, Dimension::kServiceAccount).clear();
  if (!query.grouped[static_cast<std::size_t>(Dimension::kWorkspace)]) {
    at(place, Dimension::kWorkspace).clear();
  }
  return place;
}

ordered_json cost_results(const MockState& state, const ReportQuery& query,
                          const UsageLedger::Cells& cells) {
  std::map<Place, CostBreakdown> sums;
  for (const auto& [key, sum] : cells) {
    sums[cost_place(place_of(state, key), query)] += sum.cost;
  }
  ordered_json results = ordered_json::array();
  for (const auto& [place, cost] : sums) {
    if (!query.by_description) {
      results.push_back(cost_item(place, nullptr, cost.total()));
      continue;
    }
    for (const TokenType& type : kTokenTypes) {
      const Money money = cost.by_category[static_cast<std::size_t>(type.category)];
      if (money != Money{}) results.push_back(cost_item(place, &type, money));
    }
  }
  return results;
}

template <class Results>
void reply_report(MockState& state, Call& call, ReportKind kind, const Results& results) {
  ReportQuery query;
  const UnixTime now = state.calendar(call.now);
  if (const auto error = read_report_query(call.request.query, kind, now, query)) {
    return reply_error(state, call, *error);
  }
  ordered_json data = ordered_json::array();
  for (const UnixTime start : query.intervals) {
    data.push_back({{"starting_at", start.text()},
                    {"ending_at", (start + UsageLedger::length(query.width)).text()},
                    {"results", results(state, query, state.usage.at(query.width, start))}});
  }
  const ordered_json body{
      {"data", std::move(data)},
      {"has_more", query.next_page.has_value()},
      {"next_page", query.next_page ? ordered_json(*query.next_page) : ordered_json()}};
  reply_json(state, call, 200, body.dump());
}

}  // namespace

void usage_report(MockState& state, Call& call) {
  reply_report(state, call, ReportKind::kUsage, usage_results);
}

void cost_report(MockState& state, Call& call) {
  reply_report(state, call, ReportKind::kCost, cost_results);
}

}  // namespace sluice::mock
