// Watches a long computation from beside it: a progress line on stderr once it has taken two
// seconds, with the time that is left by the pace since it began (not since an earlier run that it
// goes on from), and Ctrl-C, which asks it to stop so that what ran can be reported. The only real
// clock of the program outside net/.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "experiment/monitor.hpp"

namespace sluice::app {

class ProgressLine {
 public:
  // Shows on stderr if that is a terminal; elsewhere it says nothing. One at a time.
  ProgressLine(Monitor& monitor, std::string what);
  // Takes the line away again.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  // How far it was, and when.
  struct Mark {
    long long elapsed_ms;
    std::int64_t ppm;
  };

  void watch();
  void draw(Mark first, Mark now) const;

  Monitor& monitor_;
  std::string what_;
  bool shows_;
  bool drawn_ = false;
  bool done_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

// Whether Ctrl-C (or SIGTERM) came since the first ProgressLine. A second Ctrl-C ends the program
// at once.
bool was_interrupted();

}  // namespace sluice::app
