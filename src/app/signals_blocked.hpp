// For as long as it lives the calling thread takes no signals, nor do threads that it starts:
// signals are for the thread that reports, and not while it writes a file. Those that come
// meanwhile are taken at its end.
#pragma once

#include <csignal>

namespace sluice::app {

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace sluice::app
