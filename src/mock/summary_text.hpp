// What a mock says when it is shut down: what it served, refused and would have billed, by status,
// cause, limiter and model. Plain when pasted.
#pragma once

#include <string>

#include "mock/state_json.hpp"

namespace sluice::mock {

std::string summary_text(const StateView& view);

}  // namespace sluice::mock
