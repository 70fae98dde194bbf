// What tokens cost, exactly: integer picodollars, by date, prompt-length band, cache category and
// multipliers (docs/model.md, Money). Rows come from the dated catalog (scenarios/catalog), never
// from code.
//
// Every published price times its multipliers is a whole number of picodollars a token. Where a
// row's is not, each category of a request is rounded once, half up, so that the total is always
// the sum of its categories.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "api/cost.hpp"
#include "api/ids.hpp"
#include "api/usage.hpp"
#include "base/money.hpp"

namespace sluice {

// Prices of one prompt-length band, in picodollars per token ($1 per million tokens = 10^6
// picodollars a token).
struct PriceBand {
  std::int64_t prompt_above = 0;  // applies when input + cache reads + cache writes > this
  std::array<std::int64_t, kCostCategoryCount> per_token{};
  bool operator==(const PriceBand&) const = default;
};

// One dated row of a model's price. Multipliers are in thousandths (500 = half).
struct PriceRow {
  std::int64_t effective_from_ns = 0;  // Unix nanoseconds, UTC, inclusive
  std::int64_t effective_until_ns = std::numeric_limits<std::int64_t>::max();  // exclusive
  std::vector<PriceBand> bands;  // ascending prompt_above, the first at 0
  std::int64_t batch_permille = 500;
  std::optional<std::int64_t> fast_permille{};  // absent: no fast mode
  std::int64_t us_permille = 1000;              // data residency
  bool operator==(const PriceRow&) const = default;
};

struct PricedAs {
  bool batch = false;
  bool fast = false;
  bool us_only = false;  // inference_geo: "us"
};

// What one response costs, and what prompt caching saved of it: the price of the same tokens as
// plain input less the cost; negative where writing cost more than reading saved.
struct ResponsePrice {
  CostBreakdown cost;
  Money total;
  Money saved_by_cache;
};

class PriceList {
 public:
  // rows[model], in any order; a model without rows is unpriced. Where dates overlap, the earlier
  // row in the list wins.
  explicit PriceList(std::vector<std::vector<PriceRow>> rows);

  // The bill of `usage` for a request that started at `at_ns` (Unix nanoseconds). None if the model
  // has no price then, or none for fast mode: it is reported as unpriced, never as $0.
  std::optional<ResponsePrice> bill(ModelId model, std::int64_t at_ns, const Usage& usage,
                                    const PricedAs& as) const {
    ResponsePrice made;
    const auto total = bill(model, at_ns, usage, as, made.cost, made.saved_by_cache);
    if (!total) return std::nullopt;
    made.total = *total;
    return made;
  }
  // The same, written where it is wanted, which spares a copy: returns the total.
  std::optional<Money> bill(ModelId model, std::int64_t at_ns, const Usage& usage,
                            const PricedAs& as, CostBreakdown& cost, Money& saved_by_cache) const;
  // Its cost alone.
  std::optional<CostBreakdown> cost(ModelId model, std::int64_t at_ns, const Usage& usage,
                                    const PricedAs& as) const {
    const std::optional<ResponsePrice> made = bill(model, at_ns, usage, as);
    return made ? std::optional(made->cost) : std::nullopt;
  }

  // A price change within a run: between its dates this row replaces what the list said.
  void replace(ModelId model, PriceRow row);

 private:
  std::vector<std::vector<PriceRow>> rows_;  // by model; the first row whose dates fit applies
};

}  // namespace sluice
