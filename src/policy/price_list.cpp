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

int128 plain_charge(std::int64_t tokens, std::int64_t per_token) noexcept {
  return static_cast<int128>(tokens) * per_token;
}

int128 charge(std::int64_t tokens, std::int64_t per_token, const Factor& factor) noexcept {
  // As a rule the multiplied price is a whole number too, which 64 bits find out several times
  // faster than 128.
  std::int64_t scaled = 0;
  if (!__builtin_mul_overflow(per_token, factor.numerator, &scaled) &&
      scaled % factor.denominator == 0) {
    return plain_charge(tokens, scaled / factor.denominator);
  }
  const int128 exact = static_cast<int128>(per_token) * factor.numerator * tokens;
  return floor_div(exact + factor.denominator / 2, factor.denominator);
}

// Each part is computed before the whole is written: writing zeros first costs more than pricing.
// `charge` takes tokens and a price per token.
template <class Charge>
Money price(const Usage& usage, const PriceBand& band, const Charge& charge, CostBreakdown& cost,
            Money& saved_by_cache) noexcept {
  const auto part = [&](CostCategory category, std::int64_t tokens) {
    return charge(tokens, band.per_token[static_cast<std::size_t>(category)]);
  };
  const auto money = [](int128 picodollars) { return Money::from_picodollars(picodollars); };
  const int128 input = part(CostCategory::kInput, usage.input_tokens);
  const int128 output = part(CostCategory::kOutput, usage.output_tokens);
  const std::int64_t prompt = usage.prompt_tokens();
  if (usage.input_tokens == prompt) {
    cost.by_category = {money(input), Money{}, Money{}, Money{}, money(output), Money{}};
    saved_by_cache = Money{};
    return money(input + output);
  }
  const int128 write_5m = part(CostCategory::kWrite5m, usage.cache_creation_5m_input_tokens);
  const int128 write_1h = part(CostCategory::kWrite1h, usage.cache_creation_1h_input_tokens);
  const int128 read = part(CostCategory::kCacheRead, usage.cache_read_input_tokens);
  const int128 all_input = input + write_5m + write_1h + read;
  cost.by_category = {money(input), money(write_5m), money(write_1h),
                      money(read),  money(output),   Money{}};
  saved_by_cache = money(part(CostCategory::kInput, prompt) - all_input);
  return money(all_input + output);
}

// Out of line, since the plain price needs few registers.
[[gnu::noinline]] std::optional<Money> multiplied_price(const Usage& usage, const PriceRow& row,
                                                        const PriceBand& band, PricedAs as,
                                                        CostBreakdown& cost,
                                                        Money& saved_by_cache) noexcept {
  const std::optional<Factor> factor = factor_of(row, as);
  if (!factor) return std::nullopt;
  const auto with_factor = [&factor](std::int64_t tokens, std::int64_t per_token) {
    return charge(tokens, per_token, *factor);
  };
  return price(usage, band, with_factor, cost, saved_by_cache);
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
      return price(usage, band, plain_charge, cost, saved_by_cache);
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
