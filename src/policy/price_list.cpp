#include "policy/price_list.hpp"

#include <utility>

#include "base/check.hpp"

namespace sluice {
namespace {

// A factor as a fraction; multipliers stack by multiplication.
struct Factor {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;

  void apply_permille(std::int64_t permille) noexcept {
    if (permille == 1000) return;
    numerator *= permille;
    denominator *= 1000;
  }
};

std::optional<Factor> factor_of(const PriceRow& row, PricedAs as) noexcept {
  Factor factor;
  if (as.fast) {
    if (!row.fast_permille) return std::nullopt;
    factor.apply_permille(*row.fast_permille);
  }
  if (as.batch) factor.apply_permille(row.batch_permille);
  if (as.us_only) factor.apply_permille(row.us_permille);
  return factor;
}

bool is_plain(PricedAs as) noexcept { return !as.batch && !as.fast && !as.us_only; }

const PriceBand& band_of(const PriceRow& row, std::int64_t prompt_tokens) noexcept {
  const PriceBand* band = &row.bands.back();
  while (band != &row.bands.front() && prompt_tokens <= band->prompt_above) --band;
  return *band;
}

// What so many tokens cost at a price for each.
struct PlainCharge {
  int128 operator()(std::int64_t tokens, std::int64_t per_token) const noexcept {
    return static_cast<int128>(tokens) * per_token;
  }
};

struct MultipliedCharge {
  Factor factor;

  int128 operator()(std::int64_t tokens, std::int64_t per_token) const noexcept {
    // As a rule the multiplied price is a whole number too, which 64 bits find out several times
    // faster than 128.
    std::int64_t scaled = 0;
    if (!__builtin_mul_overflow(per_token, factor.numerator, &scaled) &&
        scaled % factor.denominator == 0) {
      return PlainCharge{}(tokens, scaled / factor.denominator);
    }
    const int128 exact = static_cast<int128>(per_token) * factor.numerator * tokens;
    return floor_div(exact + factor.denominator / 2, factor.denominator);
  }
};

// Part by part, each computed before: a copy of the whole would read 16 bytes at once, which waits
// for the two stores of eight bytes that have just written them.
[[gnu::always_inline]] inline void write(
    CostBreakdown& cost, const std::array<int128, kCostCategoryCount>& picodollars) noexcept {
#pragma GCC unroll 6
  for (std::size_t i = 0; i < picodollars.size(); ++i) {
    cost.by_category[i] = Money::from_picodollars(picodollars[i]);
  }
}

template <class Charge>
int128 part(CostCategory category, std::int64_t tokens, const PriceBand& band,
            const Charge& charge) noexcept {
  return charge(tokens, band.per_token[static_cast<std::size_t>(category)]);
}

// With parts in a cache; out of line, since the plain price needs few registers. Returns the total.
template <class Charge>
[[gnu::noinline]] Money price_cached(const Usage& usage, const PriceBand& band, Charge charge,
                                     CostBreakdown& cost, Money& saved_by_cache) noexcept {
  const auto of = [&](CostCategory category, std::int64_t tokens) {
    return part(category, tokens, band, charge);
  };
  const int128 input = of(CostCategory::kInput, usage.input_tokens);
  const int128 write_5m = of(CostCategory::kWrite5m, usage.cache_creation_5m_input_tokens);
  const int128 write_1h = of(CostCategory::kWrite1h, usage.cache_creation_1h_input_tokens);
  const int128 read = of(CostCategory::kCacheRead, usage.cache_read_input_tokens);
  const int128 output = of(CostCategory::kOutput, usage.output_tokens);
  const int128 all_input = input + write_5m + write_1h + read;
  write(cost, {input, write_5m, write_1h, read, output, 0});
  const int128 uncached = of(CostCategory::kInput, usage.prompt_tokens());
  saved_by_cache = Money::from_picodollars(uncached - all_input);
  return Money::from_picodollars(all_input + output);
}

template <class Charge>
Money price(const Usage& usage, const PriceBand& band, Charge charge, CostBreakdown& cost,
            Money& saved_by_cache) noexcept {
  if (usage.uses_cache()) return price_cached(usage, band, charge, cost, saved_by_cache);
  const int128 input = part(CostCategory::kInput, usage.input_tokens, band, charge);
  const int128 output = part(CostCategory::kOutput, usage.output_tokens, band, charge);
  write(cost, {input, 0, 0, 0, output, 0});
  saved_by_cache = Money{};
  return Money::from_picodollars(input + output);
}

// Out of line, as price_cached() is.
[[gnu::noinline]] std::optional<Money> multiplied_price(const Usage& usage, const PriceRow& row,
                                                        const PriceBand& band, PricedAs as,
                                                        CostBreakdown& cost,
                                                        Money& saved_by_cache) noexcept {
  const std::optional<Factor> factor = factor_of(row, as);
  if (!factor) return std::nullopt;
  return price(usage, band, MultipliedCharge{*factor}, cost, saved_by_cache);
}

void check_row(const PriceRow& row) {
  SLUICE_CHECK(!row.bands.empty() && row.bands.front().prompt_above == 0);
  for (std::size_t i = 1; i < row.bands.size(); ++i) {
    SLUICE_CHECK(row.bands[i - 1].prompt_above < row.bands[i].prompt_above);
  }
}

}  // namespace

PriceList::PriceList(std::vector<std::vector<PriceRow>> rows) : rows_(std::move(rows)) {
  for (const std::vector<PriceRow>& model : rows_) {
    for (const PriceRow& row : model) check_row(row);
  }
}

std::optional<Money> PriceList::bill(ModelId model, std::int64_t at_ns, const Usage& usage,
                                     const PricedAs& as, CostBreakdown& cost,
                                     Money& saved_by_cache) const {
  if (index(model) >= rows_.size()) return std::nullopt;
  for (const PriceRow& row : rows_[index(model)]) {
    if (at_ns < row.effective_from_ns || at_ns >= row.effective_until_ns) continue;
    const PriceBand& band = band_of(row, usage.prompt_tokens());
    if (is_plain(as)) [[likely]]
      return price(usage, band, PlainCharge{}, cost, saved_by_cache);
    return multiplied_price(usage, row, band, as, cost, saved_by_cache);
  }
  return std::nullopt;
}

void PriceList::replace(ModelId model, PriceRow row) {
  check_row(row);
  if (index(model) >= rows_.size()) rows_.resize(index(model) + 1);
  std::vector<PriceRow>& rows = rows_[index(model)];
  rows.insert(rows.begin(), std::move(row));
}

}  // namespace sluice
