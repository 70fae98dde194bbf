// One field of a CSV file as RFC 4180 has it: in quotes where a comma, a quote or the end of a line
// stands in it, and every quote twice.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

std::string csv_field(std::string_view text);

}  // namespace sluice
