// Overrides from the command line: --set /workloads/0/arrivals/rate=20/s changes one node of a
// document before it is decoded, so that an override is checked like the file itself.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "describe/value.hpp"

namespace sluice::describe {

// "POINTER=VALUE": VALUE is read as JSON, else taken as a string. The parent must exist; a member
// is added or replaced, an array's item replaced, or appended with "-" as the last segment.
Result<void> apply_override(Value& root, std::string_view pointer_equals_value);

}  // namespace sluice::describe
