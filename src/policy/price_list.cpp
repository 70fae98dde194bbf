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

const PriceBand& band_of(const PriceRow& row, std::int64_t prompt_tokens) noexcept {
  std::size_t band = row.bands.size() - 1;
  while (band > 0 && prompt_tokens <= row.bands[band].prompt_above) --band;
  return row.bands[band];
}

Money charge(std::int64_t tokens, std::int64_t per_token, Factor factor) noexcept {
  if (factor.denominator == 1) {
    return Money::from_picodollars(static_cast<int128>(tokens) * per_token);
  }
  // As a rule the multiplied price is a whole number too, which 64 bits find out several times
  // faster than 128.
  std::int64_t scaled = 0;
  if (!__builtin_mul_overflow(per_token, factor.numerator, &scaled) &&
      scaled % factor.denominator == 0) {
    return Money::from_picodollars(static_cast<int128>(tokens) * (scaled / factor.denominator));
  }
  const int128 exact = static_cast<int128>(per_token) * factor.numerator * tokens;
  return Money::from_picodollars(floor_div(exact + factor.denominator / 2, factor.denominator));
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

std::optional<CostBreakdown> PriceList::cost(ModelId model, std::int64_t at_ns, const Usage& usage,
                                             PricedAs as) const {
  if (index(model) >= rows_.size()) return std::nullopt;
  for (const PriceRow& row : rows_[index(model)]) {
    if (at_ns < row.effective_from_ns || at_ns >= row.effective_until_ns) continue;
    const std::optional<Factor> factor = factor_of(row, as);
    if (!factor) return std::nullopt;
    const PriceBand& band = band_of(row, usage.prompt_tokens());
    CostBreakdown cost;
    const auto add = [&](CostCategory category, std::int64_t tokens) {
      if (tokens == 0) return;
      const auto place = static_cast<std::size_t>(category);
      cost.by_category[place] = charge(tokens, band.per_token[place], *factor);
    };
    add(CostCategory::kInput, usage.input_tokens);
    add(CostCategory::kWrite5m, usage.cache_creation_5m_input_tokens);
    add(CostCategory::kWrite1h, usage.cache_creation_1h_input_tokens);
    add(CostCategory::kCacheRead, usage.cache_read_input_tokens);
    add(CostCategory::kOutput, usage.output_tokens);
    return cost;
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
