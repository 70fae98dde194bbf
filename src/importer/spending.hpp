// What the calls of a log have cost, by model, day and category, at the prices of each call's day;
// and what the same calls cost today: as they are, on other models (token counts times the ratio of
// the tokenizers), and with other lifetimes of the prompt cache. Web searches cost the same
// everywhere; inference in the US costs what the model's price says. A log that says what a call
// cost is believed. What has no price (unknown models, Priority Tier) is unpriced, never free.
//
// The rule of the lifetimes: a prefix lives for its lifetime from its last use, read or write. With
// a longer one, a call whose prefix had expired in the log but is younger than the new lifetime
// reads what the prefix before it held; with a shorter one, a call whose prefix was idle for longer
// reads nothing and writes all of it. Without a cache all of the prompt is plain input.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "importer/cache_history.hpp"
#include "ingest/imported_call.hpp"
#include "policy/price_list.hpp"
#include "results/import_result.hpp"
#include "scenario/catalog.hpp"

namespace sluice::importer {

class Spending {
 public:
  // Other models are the newest of each family that `tier` offers.
  Spending(const scenario::Catalog& catalog, const std::string& tier);

  // `model` nullptr: the catalog does not know it, so that its calls are unpriced. Calls without
  // usage are not for this.
  void add(const ingest::ImportedCall& call, const scenario::ModelRow* model,
           const CachedBefore& before, bool has_dates);
  bool empty() const noexcept { return by_model_.empty(); }
  CostSoFar result() const;

 private:
  using Rows = std::vector<const scenario::ModelRow*>;

  struct Price {
    CostBreakdown tokens;
    Money searches;
    Money total() const noexcept { return tokens.total() + searches; }
  };

  const PriceList& list_of(const ingest::ImportedCall& call) const noexcept;
  // None also where the call searched and the catalog has no price of a search.
  std::optional<Price> price(const scenario::ModelRow& model, std::int64_t at_ns,
                             const Usage& usage, const ingest::ImportedCall& call) const;
  void add_otherwise(const ingest::ImportedCall& call, const scenario::ModelRow* model,
                     const CachedBefore& before);

  const scenario::Catalog& catalog_;
  PriceList prices_;
  PriceList short_prices_;  // of the two context windows of a usage report
  PriceList long_prices_;
  std::optional<Money> thousand_searches_;
  std::int64_t today_ns_;
  Rows others_;
  CostSoFar sums_;                             // on_models: of the calls that have a price today
  std::vector<SpentOtherwise> all_on_models_;  // of all
  std::unordered_map<std::string, SpentOn> by_model_;
  std::map<std::int64_t, SpentOn> by_day_;  // days since 1970
};

}  // namespace sluice::importer
