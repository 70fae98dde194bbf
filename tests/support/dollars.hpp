// Money by its amount in dollars, for tests: dollars("0.25").
// A text that is no amount ends the test.
#pragma once

#include <string_view>

#include "base/money.hpp"

namespace sluice::testing {

inline Money dollars(std::string_view amount) { return Money::from_decimal(amount).value(); }

}  // namespace sluice::testing
