// Keys as they are pressed, from the terminal that stdin is: no line to finish, no echo. The
// terminal is as before when this is destroyed, when a signal ends the program (crashes and a
// failed check included) and while Ctrl-Z has it stopped; Ctrl-C stays a signal.
#pragma once

#include <string>

namespace sluice::app {

class TerminalKeys {
 public:
  // Takes the terminal if stdin is one, stderr too, and the program is in its foreground;
  // otherwise there never is a key. One at a time.
  TerminalKeys();
  ~TerminalKeys();
  TerminalKeys(const TerminalKeys&) = delete;
  TerminalKeys& operator=(const TerminalKeys&) = delete;

  bool active() const noexcept { return active_; }
  // What was typed since the last call, at most a few; never waits. Arrows and other keys that
  // send a sequence are left out.
  std::string typed();

 private:
  bool active_ = false;
};

}  // namespace sluice::app
