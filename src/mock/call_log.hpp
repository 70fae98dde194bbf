// One line for a call that is over: the calendar's time, request id, what was asked, the status and
// its cause, tokens, milliseconds of model time. Neither bodies nor keys.
#pragma once

#include <string>

#include "mock/call.hpp"
#include "mock/served.hpp"
#include "mock/state.hpp"

namespace sluice::mock {

std::string log_line(const MockState& state, const ServedRequest& served);
// Of a call that is no business of the journal's.
std::string log_line(const MockState& state, const Call& call);

}  // namespace sluice::mock
