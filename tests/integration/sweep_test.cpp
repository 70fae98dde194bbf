// `sluice sweep` as people and scripts meet it: reports, files of runs, refusals and signals.
#include <algorithm>
#include <thread>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// Twelve quick runs: two tiers, two rates, three replications.
std::vector<std::string> quick_sweep(const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{
      "sweep",          scenario("quickstart"),
      "--set",          "/duration=30s",
      "--vary",         "/organization/tier=start,build",
      "--vary",         "/workloads/0/arrivals/rate=300/min..600/min:2",
      "--replications", "3"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("a sweep reports every cell on stdout, says nothing on stderr and exits with 0") {
  const Finished run = sluice(quick_sweep());
  CHECK(run.exit == 0);
  CHECK(run.err.empty());
  CHECK(contains(run.out, "goodput.share"));
  CHECK(contains(run.out, "build  600/min"));
  CHECK(contains(run.out, "rate is /workloads/0/arrivals/rate"));
}

TEST_CASE("threads and a file of runs do not change a byte of a sweep") {
  const TemporaryFolder folder;
  const std::string one = sluice(quick_sweep({"--format", "json"})).out;
  CHECK(one.size() > 1000);
  CHECK(sluice(quick_sweep({"--format", "json", "--threads", "2"})).out == one);
  const std::string path = folder / "runs.jsonl";
  CHECK(sluice(quick_sweep({"--format", "json", "--out", path})).out == one);
  const std::string runs = text_of(path);
  CHECK(sluice(quick_sweep({"--format", "json", "--out", path, "--threads", "2"})).out == one);
  CHECK(text_of(path) == runs);
}

TEST_CASE("a sweep that lost half of its runs, torn in the middle of a line, ends the same") {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  const std::string one = sluice(quick_sweep({"--format", "csv", "--out", path})).out;
  const std::string runs = text_of(path);
  folder.write("runs.jsonl", runs.substr(0, runs.size() / 2));
  CHECK(sluice(quick_sweep({"--format", "csv", "--out", path, "--threads", "2"})).out == one);
  CHECK(text_of(path) == runs);
}

TEST_CASE("reports of a sweep go to files as well") {
  const TemporaryFolder folder;
  const Finished run = sluice(quick_sweep({"--output", "json=" + (folder / "a.json"), "--output",
                                           "csv=" + (folder / "a.csv"), "--format", "csv"}));
  CHECK(run.exit == 0);
  CHECK(text_of(folder / "a.csv") == run.out);
  CHECK(contains(text_of(folder / "a.json"), "sluice-sweep"));
}

TEST_CASE("what cannot be swept is refused with 2, all of it at once, before anything runs") {
  const auto refused = [](const Finished& run, const std::string& says) {
    CAPTURE(run.out, run.err, says);
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(contains(run.err, says));
  };
  const Finished both = sluice(quick_sweep({"--vary", "/seed=1,x", "--vary", "/duration=5s,long"}));
  refused(both, "/seed");
  refused(both, "/duration");
  refused(sluice(quick_sweep({"--vary", "seed=1"})), "POINTER=VALUES");
  refused(sluice(quick_sweep({"--metric", "goodput.shar"})), "did you mean \"goodput.share\"");
  refused(sluice(quick_sweep({"--precision", "5"})), "--precision");
  refused(sluice(quick_sweep({"--format", "jsn"})), "did you mean \"json\"");
  refused(sluice(quick_sweep({"--output", "json"})), "FORMAT=PATH");
  refused(sluice({"sweep", scenario("quickstart")}), "--vary");
  refused(sluice({"sweep", "no-such-file.json", "--vary", "/seed=1,2"}), "no-such-file.json");
}

TEST_CASE("a file of another sweep is refused and stays as it was") {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  CHECK(sluice(quick_sweep({"--out", path})).exit == 0);
  const std::string runs = text_of(path);
  const Finished other = sluice(quick_sweep({"--out", path, "--set", "/seed=9"}));
  CHECK(other.exit == 2);
  CHECK(contains(other.err, "runs of another sweep: its scenario is"));
  CHECK(text_of(path) == runs);
}

TEST_CASE("a full disk ends a sweep with 1, and the same command goes on from what is there") {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  const std::vector<std::string> command = quick_sweep({"--format", "csv", "--out", path});
  std::vector<std::string> limited{"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 2; exec \"$@\"", "sh",
                                   SLUICE_BINARY};
  limited.insert(limited.end(), command.begin(), command.end());
  const Finished full = run_process(limited, {});
  CHECK(full.exit == 1);
  CHECK(contains(full.err, path + ": cannot be written: File too large"));
  const std::string rest = text_of(path);
  CHECK(std::count(rest.begin(), rest.end(), '\n') > 1);
  const Finished whole = sluice(command);
  CHECK(whole.exit == 0);
  CHECK(whole.out == sluice(quick_sweep({"--format", "csv"})).out);
}

TEST_CASE("Ctrl-C ends a sweep with 130, says how to go on, and loses no finished run") {
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  // Some thousand runs of a few milliseconds.
  const std::vector<std::string> command =
      quick_sweep({"--vary", "/seed=1..200:200", "--out", path});
  Process process(sluice_command(command));
  const auto lines = [&] {
    const std::string text = text_of(path);
    return std::count(text.begin(), text.end(), '\n');
  };
  while (lines() < 3) std::this_thread::yield();
  process.interrupt();
  CHECK(process.wait() == 130);
  CHECK(process.out().empty());
  CHECK(contains(process.err(), "finished runs: the same command goes on"));
  CHECK(lines() >= 3);
  CHECK(text_of(path).ends_with("\n"));
}

}  // namespace
}  // namespace sluice::testing
