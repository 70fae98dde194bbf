// Prices that others have published as packages of npm, and where the catalog differs from them:
// a second pair of eyes, not a source. They lag behind and are wrong at times, so that a difference
// is something to look at and nothing more.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "scenario/catalog.hpp"

namespace sluice::scenario {

struct PriceComparison {
  std::string table;       // "@pydantic/genai-prices 0.1.8"
  std::string why_not;     // empty: it was compared
  std::size_t models = 0;  // of the catalog that it names
  std::size_t prices = 0;  // that were compared
  Errors differences;      // each at the line of prices.json
};

// @pydantic/genai-prices and @earendil-works/pi-ai in `folder`, a node_modules; the catalog's
// prices of its newest date are held against theirs of that day. Text is read, no script is run.
std::vector<PriceComparison> compare_price_tables(const std::string& folder,
                                                  const CatalogTexts& texts,
                                                  const Catalog& catalog);

}  // namespace sluice::scenario
