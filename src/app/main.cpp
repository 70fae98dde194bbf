#include <csignal>

#include "app/cli.hpp"

int main(int argc, char** argv) {
  // A reader that goes away (a pager, head) ends the output, not the program.
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(sluice::app::run_command_line(argc, argv));
}
