// What a catalog lacks or has wrong beyond its form, for whoever edits it: each finding at its file
// and line, with what would be right. What parse_catalog() refuses (unknown names, two prices on
// one day) is not looked for again.
#pragma once

#include "base/error.hpp"
#include "scenario/catalog.hpp"

namespace sluice::scenario {

// In the order of the files. Looked at are
// - completeness: every model has a price on each of its days, and its group limits in every tier
//   that has not ended; a cache minimum; every source names its day;
// - dates: rows of a tier, and of a tier and group, neither overlap nor leave days out, and begin
//   before they end;
// - prices: cache writes are 1.25 x (five minutes) and 2 x (an hour) the input, cache reads a
// tenth,
//   a batch is half; a longer prompt is not cheaper; what differs is named in the row's `note`.
// A model whose `note` says that its price or its limits are "not published" needs neither, nor
// does its group. Limits of a group without models are right where a note says what they are.
Errors check_catalog(const CatalogTexts& texts, const Catalog& catalog);

}  // namespace sluice::scenario
