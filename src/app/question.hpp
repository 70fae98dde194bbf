// A question before something that cannot be taken back: money spent, runs removed. Whoever says
// nothing has not agreed.
#pragma once

#include <string_view>

namespace sluice::app {

// Asks on stderr, as in "Send it? [y/N] "; true for an answer on stdin that begins with y or Y.
bool agrees_to(std::string_view question);

}  // namespace sluice::app
