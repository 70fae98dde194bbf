#include "scenario/window_prices.hpp"

#include <cstddef>

namespace sluice::scenario {

std::vector<PriceRow> price_rows_of_window(const Catalog& catalog, std::string_view model_id,
                                           bool is_long) {
  std::vector<PriceRow> rows = price_rows(catalog, model_id);
  for (PriceRow& row : rows) {
    std::size_t band = 0;
    while (is_long && band + 1 < row.bands.size() &&
           row.bands[band + 1].prompt_above <= kLongWindowAbove) {
      ++band;
    }
    row.bands = {row.bands[band]};
    row.bands.front().prompt_above = 0;
  }
  return rows;
}

}  // namespace sluice::scenario
