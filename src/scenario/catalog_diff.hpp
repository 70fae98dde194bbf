// What differs between two catalogs, row by row and member by member, as text that can be pasted
// into a message or a commit.
#pragma once

#include <string>

#include "scenario/catalog.hpp"

namespace sluice::scenario {

// One line for every row that is new (+), gone (-) or changed (~), models, tiers, limits, other
// limits, prices and tools apart. A row is known by its names and the day from which it holds; rows
// for several models or groups are compared one by one and shown together where they say the same.
// Sources and notes count. Empty: the two say the same.
std::string catalog_diff_text(const Catalog& before, const Catalog& after);

}  // namespace sluice::scenario
