#include "app/terminal_keys.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <signal.h>
#include <unistd.h>

#include <poll.h>
#include <termios.h>

#include "app/terminal.hpp"

namespace sluice::app {
namespace {

// What a signal handler needs; set before the handlers are.
termios before{};
termios raw{};
std::atomic<bool> is_raw{false};
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr std::array kDeadly = {SIGHUP,  SIGINT, SIGTERM, SIGQUIT, SIGABRT,
                                SIGSEGV, SIGBUS, SIGFPE,  SIGILL};
std::array<struct sigaction, kDeadly.size()> old_deadly{};
struct sigaction old_stop {};
struct sigaction old_continue {};

// Only the foreground may change the terminal; another would be stopped for it.
bool is_foreground() noexcept { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

void set(const termios& mode) noexcept {
  const int error = errno;  // of whatever a signal interrupts
  if (is_foreground()) tcsetattr(STDIN_FILENO, TCSANOW, &mode);
  errno = error;
}

// The terminal as it was, then what the signal does without us.
void on_deadly(int signal) {
  if (is_raw.exchange(false)) set(before);
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  raise(signal);
}

// Ctrl-Z: stopped with the terminal as it was, raw again when it goes on.
void on_stop(int) {
  set(before);
  raise(SIGSTOP);
  if (is_raw) set(raw);
}

// The shell's fg says so too when bg has let the program go on before, in the background.
void on_continue(int) {
  if (is_raw) set(raw);
}

// Those that somebody else already handles stay theirs: they end the program in order.
void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_deadly;
  for (std::size_t i = 0; i < kDeadly.size(); ++i) {
    sigaction(kDeadly[i], nullptr, &old_deadly[i]);
    if (old_deadly[i].sa_handler == SIG_DFL) sigaction(kDeadly[i], &action, nullptr);
  }
  action.sa_handler = on_stop;
  action.sa_flags = SA_RESTART;
  sigaction(SIGTSTP, nullptr, &old_stop);
  if (old_stop.sa_handler == SIG_DFL) sigaction(SIGTSTP, &action, nullptr);
  action.sa_handler = on_continue;
  sigaction(SIGCONT, &action, &old_continue);
}

void release_signals() {
  for (std::size_t i = 0; i < kDeadly.size(); ++i) {
    struct sigaction now {};
    sigaction(kDeadly[i], nullptr, &now);
    if (now.sa_handler == on_deadly) sigaction(kDeadly[i], &old_deadly[i], nullptr);
  }
  sigaction(SIGTSTP, &old_stop, nullptr);
  sigaction(SIGCONT, &old_continue, nullptr);
}

}  // namespace

TerminalKeys::TerminalKeys() {
  if (!is_terminal(stdin) || !is_terminal(stderr) || !is_foreground()) return;
  if (tcgetattr(STDIN_FILENO, &before) != 0) return;
  raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  catch_signals();
  is_raw = true;
  set(raw);
  active_ = true;
}

TerminalKeys::~TerminalKeys() {
  if (!active_) return;
  if (is_raw.exchange(false)) set(before);
  release_signals();
}

std::string TerminalKeys::typed() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  // In the background, reading would stop the program.
  if (!active_ || !is_foreground() || poll(&input, 1, 0) != 1) return {};
  std::array<char, 32> keys{};
  const ssize_t count = read(STDIN_FILENO, keys.data(), keys.size());
  if (count <= 0) return {};
  const std::string text(keys.data(), static_cast<std::size_t>(count));
  // A sequence comes in one piece, and begins with the escape.
  return text.substr(0, text.find('\x1b'));
}

}  // namespace sluice::app
