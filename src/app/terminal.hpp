// Where the program prints, and what it says at its end: whether a person reads it there, with
// colours or not, how wide; and the exit codes.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace sluice::app {

// Exit codes (src/README.md): what a script can tell a run's end by.
enum class Exit : int {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,
  kExpectation = 3,
  kBudget = 4,   // a load run was stopped by its spending cap
  kLimited = 5,  // a load run whose own lateness spoils what it says
  // Before the result was whole; one that is whole ends as if nothing had come.
  kInterrupted = 130,
};

// A terminal, colours not refused (NO_COLOR, https://no-color.org), TERM not "dumb".
bool wants_colour(std::FILE* stream);
bool is_terminal(std::FILE* stream);
// A terminal that is no "dumb" one, in a locale whose characters are UTF-8 (LC_ALL, LC_CTYPE or
// LANG, the first that is set).
bool wants_charts(std::FILE* stream);
// Columns of the terminal, 96 where there is none; between 60 and 120.
int width_of(std::FILE* stream);
// Columns as they are; 96 where there is no terminal.
int columns_of(std::FILE* stream);
// Lines of the terminal; 24 where there is none.
int height_of(std::FILE* stream);

// Writes all of it; false if the reader has gone or the disk is full.
bool print(std::FILE* stream, std::string_view text);

}  // namespace sluice::app
