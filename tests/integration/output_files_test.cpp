// Files of --output under trouble: one that cannot be written, and Ctrl-C in the middle of a write.
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

std::vector<std::string> short_run(const std::string& command,
                                   const std::vector<std::string>& more) {
  std::vector<std::string> arguments{command, scenario("quickstart"), "--set", "/duration=1m"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// A program that is stopped at every call of the system of its first thread.
class TracedProgram {
 public:
  explicit TracedProgram(std::vector<std::string> arguments) {
    std::vector<std::string> words = sluice_command(std::move(arguments));
    std::vector<char*> command;
    for (std::string& word : words) command.push_back(word.data());
    command.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      const int nothing = open("/dev/null", O_WRONLY);
      dup2(nothing, 1);
      dup2(nothing, 2);
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      execv(command[0], command.data());
      _exit(127);
    }
    waitpid(pid_, &status_, 0);
    ptrace(PTRACE_SETOPTIONS, pid_, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  }
  TracedProgram(const TracedProgram&) = delete;
  TracedProgram& operator=(const TracedProgram&) = delete;
  ~TracedProgram() {
    if (!runs()) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
  }

  bool runs() const { return !WIFEXITED(status_) && !WIFSIGNALED(status_); }
  void send(int signal) const { kill(pid_, signal); }
  // Goes on until it is before or behind a call of the system, gets a signal, or ends. The signal
  // that it is about to take, or 0.
  int step() {
    ptrace(PTRACE_SYSCALL, pid_, nullptr, static_cast<long>(signal_));
    waitpid(pid_, &status_, 0);
    const int stop = runs() ? WSTOPSIG(status_) : 0;
    signal_ = stop == (SIGTRAP | 0x80) || stop == SIGTRAP ? 0 : stop;
    return signal_;
  }
  // As Process::wait().
  int exit() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : 1000 + WTERMSIG(status_); }

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  int signal_ = 0;
};

struct Interrupted {
  bool was_sent_while_writing = false;
  bool was_whole_when_taken = false;  // and nothing temporary beside it
  int exit = -1;
};

bool is_whole(const std::string& path) { return nlohmann::json::accept(text_of(path)); }

// Runs a command that writes `file`, the first one in `folder`, and sends it a signal as soon as
// there is anything of it.
Interrupted interrupt(const std::vector<std::string>& arguments, const TemporaryFolder& folder,
                      const std::string& file, int signal) {
  const std::size_t files = folder.files();
  Interrupted interrupted;
  TracedProgram program(arguments);
  while (program.runs()) {
    const int taken = program.step();
    if (!interrupted.was_sent_while_writing && program.runs() && folder.files() > files) {
      interrupted.was_sent_while_writing = !std::filesystem::exists(file);
      program.send(signal);
    }
    if (taken == signal) {
      interrupted.was_whole_when_taken = is_whole(file) && folder.files() == files + 1;
    }
  }
  interrupted.exit = program.exit();
  return interrupted;
}

}  // namespace

TEST_CASE("an output that cannot be written is named, ends in code 1 and keeps back no other") {
  const TemporaryFolder folder;
  const std::string run = folder / "run.json";
  REQUIRE(sluice(short_run("simulate", {"--output", "json=" + run})).exit == 0);
  for (std::vector<std::string> command :
       {short_run("simulate", {}), short_run("simulate", {"--fail-if", "requests.offered > 0"}),
        short_run("sweep", {"--vary", "/seed=1,2", "--replications", "1"}),
        short_run("compare", {"--replications", "2"}), short_run("plan", {}),
        std::vector<std::string>{"report", run}}) {
    CAPTURE(command);
    const std::string file = folder / (command.front() + ".md");
    command.insert(command.end(), {"--output", "json=/dev/full", "--output", "markdown=" + file});
    const Finished finished = sluice(command);
    CAPTURE(finished.err);
    CHECK(finished.exit == 1);
    CHECK(contains(finished.err, "/dev/full: cannot be written: No space left on device"));
    CHECK(contains(text_of(file), "## "));
    CHECK(std::filesystem::remove(file));
  }
}

TEST_CASE("an output to a pipe is written where somebody reads, and nobody is waited for") {
  const TemporaryFolder folder;
  const std::string pipe = folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const std::vector<std::vector<std::string>> commands = {
      short_run("simulate", {"--output", "json=" + pipe}),
      short_run("replay", {"--speed", "60", "--output", "json=" + pipe})};
  for (const auto& command : commands) {
    CAPTURE(command);
    const Finished alone = sluice(command);
    CHECK(alone.exit == 1);
    CHECK(contains(alone.err, pipe + ": cannot be opened for writing: nobody reads from this pipe; "
                                     "start its reader first"));
    const std::string copy = folder / "copy.json";
    std::vector<std::string> read{
        "/bin/sh",    "-c", "cat \"$1\" > \"$2\" & shift 2; \"$@\"; code=$?; wait; exit $code",
        "sh",         pipe, copy,
        SLUICE_BINARY};
    read.insert(read.end(), command.begin(), command.end());
    CHECK(replayed_well(run_process(read, {})));
    CHECK(is_whole(copy));
  }
}

TEST_CASE(
    "Ctrl-C while a report is written waits until it is whole, and leaves nothing beside it") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    CAPTURE(signal);
    const Interrupted run =
        interrupt(short_run("simulate", {"--output", "json=" + folder / "run.json"}), folder,
                  folder / "run.json", signal);
    CHECK(run.was_sent_while_writing);
    CHECK(run.was_whole_when_taken);
    CHECK(run.exit == 0);  // its result was complete
    // A command that calculates nothing handles no signals: it ends by them, but not before.
    const Interrupted again =
        interrupt({"report", folder / "run.json", "--output", "json=" + folder / "again.json"},
                  folder, folder / "again.json", signal);
    CHECK(again.was_sent_while_writing);
    CHECK(again.was_whole_when_taken);
    CHECK(again.exit == 1000 + signal);
  }
}

TEST_CASE("Ctrl-C between two reports lets the command write the second, and ends in code 0") {
  for (std::vector<std::string> command :
       {short_run("simulate", {}), short_run("compare", {"--replications", "2"}),
        short_run("plan", {}),
        short_run("sweep", {"--vary", "/seed=1,2", "--replications", "1"})}) {
    CAPTURE(command);
    const TemporaryFolder folder;
    command.insert(command.end(), {"--output", "json=" + folder / "a.json", "--output",
                                   "markdown=" + folder / "b.md"});
    const Interrupted run = interrupt(command, folder, folder / "a.json", SIGINT);
    CHECK(run.was_whole_when_taken);
    CHECK(run.exit == 0);
    CHECK(contains(text_of(folder / "b.md"), "## "));
  }
}

}  // namespace sluice::testing
