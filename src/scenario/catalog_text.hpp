// The catalog as tables for people: models, limits and prices of one day, each row with how it is
// known, so that a guess is seen to be one.
#pragma once

#include <string>

#include "base/calendar.hpp"
#include "scenario/catalog.hpp"

namespace sluice::scenario {

// What was in effect on that day, with a footnote for every guess.
std::string catalog_text(const Catalog& catalog, CivilDate date);

}  // namespace sluice::scenario
