// The verdict of --grade for people: what happened, why it hurts, what to do; then the rules that
// nothing was found against. Some twenty lines, plain when pasted.
#pragma once

#include <string>

#include "mock/grade.hpp"

namespace sluice::mock {

std::string grade_text(const Verdict& verdict);

}  // namespace sluice::mock
