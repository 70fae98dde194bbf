// The command line: what there is to say, and which command it means. The only user of CLI11.
// Prints help and usage errors itself; every other output is the commands'.
#pragma once

#include "app/terminal.hpp"

namespace sluice::app {

Exit run_command_line(int argc, char** argv);

}  // namespace sluice::app
