// Calls that are answered before their endpoint sees them: refused for their key or version, or
// because their own sluice-fault header asks for it.
#pragma once

#include <string_view>

#include "mock/call.hpp"
#include "mock/state.hpp"

namespace sluice::mock {

// `journal_name` as the route has it: what has one is counted, journaled, logged and judged like
// any other call.
void refuse_call(MockState& state, Call& call, std::string_view journal_name,
                 const wire::ApiError& error);

// Whether the header has had its way: the call has been answered then, or its connection closed.
bool strike_call(MockState& state, Call& call, std::string_view journal_name);

}  // namespace sluice::mock
