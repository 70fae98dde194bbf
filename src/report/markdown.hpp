// A result as Markdown for a pull request (GitHub's dialect): the verdict, expectations with pass
// and fail, the key figures, the limits, and what was run in a fold below. Made of the JSON of any
// of our results. Names and texts show as they are: they are neither markup nor mentions.
#pragma once

#include <string>

#include "describe/value.hpp"

namespace sluice {

// `result` has one of our formats: "sluice-result", "sluice-plan", ...
std::string render_markdown(const describe::Value& result);

}  // namespace sluice
