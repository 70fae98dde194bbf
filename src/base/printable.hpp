// Names of somebody else's making, as of files, made fit for one line of a terminal: they cannot
// command it, nor end the line.
//
//   printable("a\nb\x1b[2J.csv");  // "a\x0ab\x1b[2J.csv", with backslashes
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Control characters, those of Unicode too, and bytes that are not UTF-8 are shown as \xNN; the
// rest is as it was.
std::string printable(std::string_view text);

}  // namespace sluice
