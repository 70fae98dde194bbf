// One field of a CSV file as RFC 4180 has it: in quotes where a comma, a quote or the end of a line
// stands in it, and every quote twice. A text that a spreadsheet would take for a formula (it
// begins with = + - @, a tab or a carriage return, and is no number) gets an apostrophe before it.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

std::string csv_field(std::string_view text);

}  // namespace sluice
