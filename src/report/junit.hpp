// Expectations as test results in the XML that JUnit's runners write and CI systems read (Jenkins,
// GitHub, GitLab): of a run a test case per expectation and per --fail-if, of `verify` one per
// metric. Made of the JSON of either. No two test cases of a class have one name.
#pragma once

#include <string>
#include <string_view>

#include "describe/value.hpp"

namespace sluice {

// Whether the format of this result knows of anything that can pass or fail.
bool has_test_cases(const describe::Value& result);
// Requires has_test_cases.
std::string render_junit(const describe::Value& result);

// Text for XML 1.0, in elements and in attributes; characters that XML cannot hold become U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace sluice
