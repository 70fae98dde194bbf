// Prices of one context window of a usage report ("0-200k", "200k-1M"). A report's row is the sum
// of many prompts, whose band cannot be found from its size: the window says which it is.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/price_list.hpp"
#include "scenario/catalog.hpp"

namespace sluice::scenario {

// Prompts of the long window have more tokens than this (docs: usage-cost-api, 2026-08).
inline constexpr std::int64_t kLongWindowAbove = 200'000;

// As price_rows(), each with its one band of that window, for prompts of every length.
std::vector<PriceRow> price_rows_of_window(const Catalog& catalog, std::string_view model_id,
                                           bool is_long);

}  // namespace sluice::scenario
