// The pages of a replay's live view, on a terminal of their own.
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <utmp.h>

#include "sluice.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

// A replay of the quickstart that has a terminal of 80 columns and 24 lines.
class Terminal {
 public:
  Terminal() {
    winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(openpty(&ours_, &theirs_, nullptr, nullptr, &size) == 0);
    REQUIRE(tcgetattr(ours_, &before_) == 0);
    const std::string scenario = testing::scenario("quickstart");
    child_ = fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      login_tty(theirs_);
      setenv("LC_ALL", "C.UTF-8", 1);
      setenv("TERM", "xterm", 1);
      execl(SLUICE_BINARY, "sluice", "replay", scenario.c_str(), "--speed", "20", nullptr);
      _exit(127);
    }
  }
  ~Terminal() {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    close(ours_);
    close(theirs_);
  }

  void type(const std::string& keys) {
    REQUIRE(write(ours_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }
  void send(int signal) { kill(child_, signal); }

  // Reads until the text has come; false after half a minute without it.
  bool shows(const std::string& text) {
    for (int i = 0; i < 300; ++i) {
      const std::size_t at = text_.find(text, seen_);
      if (at != std::string::npos) {
        seen_ = at + text.size();
        return true;
      }
      read_some();
    }
    return false;
  }

  // The exit status, when the program has ended by itself.
  int ended() {
    int status = 0;
    for (int i = 0; i < 300; ++i) {
      read_some();
      if (waitpid(child_, &status, WNOHANG) != child_) continue;
      child_ = 0;
      return status;
    }
    return -1;
  }

  bool is_raw() const {
    termios now{};
    tcgetattr(ours_, &now);
    return (now.c_lflag & (ICANON | ECHO)) == 0;
  }
  bool is_as_before() const {
    termios now{};
    tcgetattr(ours_, &now);
    return now.c_lflag == before_.c_lflag;
  }

 private:
  void read_some() {
    pollfd output{.fd = ours_, .events = POLLIN, .revents = 0};
    if (poll(&output, 1, 100) != 1) return;
    char buffer[4096];
    const ssize_t count = read(ours_, buffer, sizeof buffer);
    if (count > 0) text_.append(buffer, static_cast<std::size_t>(count));
  }

  int ours_ = -1;
  int theirs_ = -1;
  pid_t child_ = 0;
  termios before_{};
  std::string text_;
  std::size_t seen_ = 0;
};

}  // namespace

TEST_CASE("keys turn the pages of a replay, and Ctrl-C leaves the terminal as it was") {
  Terminal terminal;
  REQUIRE(terminal.shows("[1 overview]"));
  CHECK(terminal.is_raw());
  terminal.type("2");
  CHECK(terminal.shows("[2 limits]"));
  terminal.type("\t");
  CHECK(terminal.shows("[3 cost]"));
  terminal.type("q\x1b[1;2C");  // neither of them a key of ours
  CHECK(terminal.shows("[3 cost]"));
  terminal.type("4");
  CHECK(terminal.shows("[4 latency]"));
  terminal.type("\t");
  CHECK(terminal.shows("[1 overview]"));
  terminal.type("\x03");
  const int status = terminal.ended();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(terminal.is_as_before());
  CHECK(terminal.shows("What got through"));
}

TEST_CASE("a replay that a signal ends leaves the terminal as it was") {
  for (const int signal : {SIGHUP, SIGQUIT, SIGABRT}) {
    INFO("signal " << signal);
    Terminal terminal;
    REQUIRE(terminal.shows("[1 overview]"));
    REQUIRE(terminal.is_raw());
    terminal.send(signal);
    const int status = terminal.ended();
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    CHECK(terminal.is_as_before());
  }
}
