#include "importer/spending.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/calendar.hpp"
#include "base/integer.hpp"
#include "importer/log_model.hpp"
#include "scenario/window_prices.hpp"

namespace sluice::importer {
namespace {

using ingest::ImportedCall;
using scenario::Catalog;
using scenario::ModelRow;

constexpr std::int64_t kDay = ns(hours(24));

PriceList price_list(const Catalog& catalog) {
  std::vector<std::vector<PriceRow>> rows;
  for (const ModelRow& model : catalog.models) rows.push_back(price_rows(catalog, model.id));
  return PriceList(std::move(rows));
}

PriceList window_list(const Catalog& catalog, bool is_long) {
  std::vector<std::vector<PriceRow>> rows;
  for (const ModelRow& model : catalog.models) {
    rows.push_back(price_rows_of_window(catalog, model.id, is_long));
  }
  return PriceList(std::move(rows));
}

// The models whose alias is a family without a version, "haiku": each family's newest.
std::vector<const ModelRow*> newest_of_families(const Catalog& catalog, const std::string& tier) {
  std::vector<const ModelRow*> rows;
  for (const ModelRow& row : catalog.models) {
    const bool is_newest = std::any_of(row.aliases.begin(), row.aliases.end(), [](const auto& a) {
      return a.find_first_of("0123456789") == std::string::npos;
    });
    if (is_newest && is_offered(row, catalog, tier, catalog.newest_date)) rows.push_back(&row);
  }
  return rows;
}

std::int64_t scaled(std::int64_t tokens, std::int64_t to, std::int64_t from) {
  if (to == from) return tokens;
  return static_cast<std::int64_t>(floor_div(int128{tokens} * to * 2 + from, int128{from} * 2));
}

Usage scaled(const Usage& usage, std::int64_t to, std::int64_t from) {
  return {.input_tokens = scaled(usage.input_tokens, to, from),
          .cache_creation_5m_input_tokens = scaled(usage.cache_creation_5m_input_tokens, to, from),
          .cache_creation_1h_input_tokens = scaled(usage.cache_creation_1h_input_tokens, to, from),
          .cache_read_input_tokens = scaled(usage.cache_read_input_tokens, to, from),
          .output_tokens = scaled(usage.output_tokens, to, from)};
}

// Tokens that the call reads from a cache in which prefixes live for `ttl`.
std::int64_t read_with(CacheTtl ttl, const Usage& usage, const CachedBefore& before) {
  const std::int64_t read = usage.cache_read_input_tokens;
  if (ttl == before.ttl || !before.idle) return read;
  if (*before.idle >= duration(ttl)) {
    return duration(ttl) < duration(before.ttl) ? 0 : read;
  }
  return *before.idle >= duration(before.ttl) ? before.readable : read;
}

Usage with_ttl(std::optional<CacheTtl> ttl, const Usage& usage, const CachedBefore& before) {
  Usage other;
  other.output_tokens = usage.output_tokens;
  if (!ttl) {
    other.input_tokens = usage.prompt_tokens();
    return other;
  }
  const std::int64_t prefix = usage.cache_read_input_tokens + usage.cache_creation_input_tokens();
  other.input_tokens = usage.input_tokens;
  other.cache_read_input_tokens = read_with(*ttl, usage, before);
  const std::int64_t written = prefix - other.cache_read_input_tokens;
  (*ttl == CacheTtl::kOneHour ? other.cache_creation_1h_input_tokens
                              : other.cache_creation_5m_input_tokens) = written;
  return other;
}

void add_to(SpentOn& sum, const Usage& usage, const std::optional<Money>& cost) {
  ++sum.calls;
  sum.tokens += usage;
  if (cost) {
    sum.cost += *cost;
  } else {
    ++sum.unpriced;
  }
}

template <class Price>
void add_to(SpentOtherwise& sum, const std::optional<Price>& price) {
  if (price) {
    sum.cost += price->total();
  } else {
    ++sum.unpriced;
  }
}

// Of a thousand.
std::optional<Money> price_of_searches(const Catalog& catalog) {
  for (const scenario::ToolPriceRow& row : catalog.tool_prices) {
    if (row.name == "web_search" && row.unit == "1,000 searches") return row.dollars;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<const char*, std::optional<CacheTtl>>, 3> kLifetimes = {
    {{"5m", CacheTtl::kFiveMinutes}, {"1h", CacheTtl::kOneHour}, {"none", std::nullopt}}};

}  // namespace

Spending::Spending(const Catalog& catalog, const std::string& tier)
    : catalog_(catalog),
      prices_(price_list(catalog)),
      short_prices_(window_list(catalog, false)),
      long_prices_(window_list(catalog, true)),
      thousand_searches_(price_of_searches(catalog)),
      today_ns_(UnixTime::midnight(catalog.newest_date).nanoseconds),
      others_(newest_of_families(catalog, tier)) {
  sums_.prices_from = catalog.newest_date.text();
  for (const ModelRow* row : others_) sums_.on_models.push_back({row->id, {}, 0});
  all_on_models_ = sums_.on_models;
  for (const auto& [name, ttl] : kLifetimes) sums_.with_ttls.push_back({name, {}, 0});
}

const PriceList& Spending::list_of(const ImportedCall& call) const noexcept {
  if (!call.is_long_context) return prices_;
  return *call.is_long_context ? long_prices_ : short_prices_;
}

std::optional<Spending::Price> Spending::price(const ModelRow& model, std::int64_t at_ns,
                                               const Usage& usage, const ImportedCall& call) const {
  if (!call.other_tier.empty()) return std::nullopt;
  const auto id = ModelId(&model - catalog_.models.data());
  const PriceList& prices = list_of(call);
  PricedAs as{.batch = call.is_batch, .fast = call.is_fast, .us_only = call.is_us_only};
  auto tokens = prices.cost(id, at_ns, usage, as);
  if (!tokens && as.fast && at_ns == today_ns_) {  // a model that has no fast mode answers normally
    as.fast = false;
    tokens = prices.cost(id, at_ns, usage, as);
  }
  if (!tokens || (call.web_searches > 0 && !thousand_searches_)) return std::nullopt;
  const Money searches = thousand_searches_.value_or(Money{}) * call.web_searches;
  return Price{.tokens = *tokens, .searches = searches.divided_rounded(1000)};
}

void Spending::add(const ImportedCall& call, const ModelRow* model, const CachedBefore& before,
                   bool has_dates) {
  const Usage& usage = *call.usage;
  const std::int64_t at_ns = has_dates ? ns(call.request.at) : today_ns_;
  const auto paid = call.cost          ? std::optional(Price{*call.cost, {}})
                    : model == nullptr ? std::nullopt
                                       : price(*model, at_ns, usage, call);
  const auto cost = paid ? std::optional(paid->total()) : std::nullopt;
  std::string name = call.request.model;
  if (!call.other_tier.empty()) name += " (" + call.other_tier + ")";
  SpentOn& on = by_model_[name];
  if (on.calls == 0) on.name = std::move(name);
  ++sums_.calls;
  add_to(on, usage, cost);
  if (has_dates) add_to(by_day_[static_cast<std::int64_t>(floor_div(at_ns, kDay))], usage, cost);
  if (paid) {
    sums_.by_category += paid->tokens;
    sums_.web_searches += call.web_searches;
    sums_.web_search_cost += paid->searches;
    sums_.total += *cost;
  } else {
    ++sums_.unpriced;
  }
  add_otherwise(call, model, before);
}

void Spending::add_otherwise(const ImportedCall& call, const ModelRow* model,
                             const CachedBefore& before) {
  const Usage& usage = *call.usage;
  const std::int64_t own = model == nullptr ? 1000 : model->tokenizer_permille;
  const auto now = model == nullptr ? std::nullopt : price(*model, today_ns_, usage, call);
  for (std::size_t i = 0; i < others_.size(); ++i) {
    const Usage tokens = scaled(usage, others_[i]->tokenizer_permille, own);
    const auto other = price(*others_[i], today_ns_, tokens, call);
    add_to(all_on_models_[i], other);
    if (now) add_to(sums_.on_models[i], other);
  }
  if (!now) return;
  ++sums_.calls_today;
  sums_.today += now->total();
  if (usage.prompt_tokens() > usage.input_tokens) ++sums_.cached_calls;
  for (std::size_t i = 0; i < kLifetimes.size(); ++i) {
    const Usage tokens = with_ttl(kLifetimes[i].second, usage, before);
    add_to(sums_.with_ttls[i], price(*model, today_ns_, tokens, call));
  }
}

CostSoFar Spending::result() const {
  CostSoFar all = sums_;
  if (all.calls_today == 0) all.on_models = all_on_models_;
  for (const auto& [name, on] : by_model_) all.by_model.push_back(on);
  std::sort(all.by_model.begin(), all.by_model.end(), [](const SpentOn& a, const SpentOn& b) {
    return a.cost != b.cost ? a.cost > b.cost : a.name < b.name;
  });
  std::map<std::pair<std::int32_t, std::int32_t>, Money> months;
  for (const auto& [day, on] : by_day_) {
    const CivilDate date = civil_from_days(day);
    all.by_day.push_back(on);
    all.by_day.back().name = date.text();
    months[{date.year, date.month}] += on.cost;
  }
  for (const auto& [month, cost] : months) {
    all.dearest_month = std::max(all.dearest_month.value_or(Money{}), cost);
  }
  return all;
}

}  // namespace sluice::importer
