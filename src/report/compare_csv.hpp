// A comparison as CSV: one line per row and measure, with its interval and its paired difference.
// RFC 4180, with a header.
#pragma once

#include <string>

#include "results/compare_result.hpp"

namespace sluice {

std::string render_csv(const ModelComparison& comparison);

}  // namespace sluice
