// The bundles of web/ that are part of the program: scripts and style sheets by name, as
// "report.js", "report.css". Which there are is decided when the program is built: without npm
// there are none, and everything else works.
#pragma once

#include <string_view>

namespace sluice {

// Empty where this build has no such bundle.
std::string_view web_asset(std::string_view name) noexcept;

// Why this build has no bundles, as "npm was not found"; empty where it has them.
std::string_view why_no_web() noexcept;

}  // namespace sluice
