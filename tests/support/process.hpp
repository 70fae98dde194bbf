// Runs the real program: arguments in; exit code, standard output and error out. Files live in a
// folder of the test's own that disappears with it.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "support/temporary_folder.hpp"

namespace sluice::testing {

inline std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A started program whose output goes to files.
class Process {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  explicit Process(std::vector<std::string> command, const Environment& environment = {},
                   int output = -1) {
    std::vector<char*> arguments;
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const std::string out = folder_ / "out";
    const std::string err = folder_ / "err";
    pid_ = fork();
    if (pid_ != 0) return;
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    const int to = output >= 0 ? output : open(out.c_str(), O_WRONLY | O_CREAT, 0600);
    const int errors = open(err.c_str(), O_WRONLY | O_CREAT, 0600);
    if (dup2(to, 1) < 0 || dup2(errors, 2) < 0) _exit(126);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      wait();
    }
  }

  // Until the program runs and handles SIGINT, which it says in /proc; false if it has ended
  // before. A child that has not become the program yet still has our own handlers.
  bool wait_for_interrupt_handler() const {
    const std::string folder = "/proc/" + std::to_string(pid_);
    const std::string path = folder + "/status";
    std::error_code ignored;
    while (std::filesystem::read_symlink(folder + "/exe", ignored) ==
           std::filesystem::read_symlink("/proc/self/exe", ignored)) {
      usleep(1000);
    }
    for (;;) {
      const std::string status = text_of(path);
      const std::size_t at = status.find("SigCgt:");
      if (at == std::string::npos || status.find("State:\tZ") != std::string::npos) return false;
      const std::uint64_t caught = std::strtoull(status.c_str() + at + 7, nullptr, 16);
      if ((caught >> (SIGINT - 1) & 1U) != 0) return true;
      usleep(1000);
    }
  }
  void interrupt() const { kill(pid_, SIGINT); }

  // The exit code; 1000 + the signal that ended it.
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  std::string out() const { return text_of(folder_ / "out"); }
  std::string err() const { return text_of(folder_ / "err"); }

 private:
  TemporaryFolder folder_;
  pid_t pid_ = -1;
};

struct Finished {
  int exit = -1;
  std::string out;
  std::string err;
};

inline Finished run_process(std::vector<std::string> command,
                            const Process::Environment& environment = {}) {
  Process process(std::move(command), environment);
  const int exit = process.wait();
  return {.exit = exit, .out = process.out(), .err = process.err()};
}

}  // namespace sluice::testing
