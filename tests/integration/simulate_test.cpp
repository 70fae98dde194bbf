// `sluice simulate` as people and scripts meet it: exit codes, options, files and signals.
#include <filesystem>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// A minute of the quickstart, quickly over.
std::vector<std::string> quick_simulation(const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"simulate", scenario("quickstart"), "--set", "/duration=1m"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("a simulation reports on stdout, says nothing on stderr and exits with 0") {
  const Finished run = sluice(quick_simulation());
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "quickstart"));
  CHECK(contains(run.out, "What it costs"));
  CHECK(run.err.empty());
}

TEST_CASE("the same command gives the same bytes; another seed others") {
  const Finished first = sluice(quick_simulation({"--format", "json"}));
  CHECK(first.exit == 0);
  CHECK(sluice(quick_simulation({"--format", "json"})).out == first.out);
  CHECK(sluice(quick_simulation({"--format", "json", "--seed", "1"})).out == first.out);
  const Finished other = sluice(quick_simulation({"--format", "json", "--seed", "2"}));
  CHECK(other.out != first.out);
  CHECK(contains(other.out, "\"seed\": \"2\""));
}

TEST_CASE("threads do not change a byte of the result, nor does the kind of event queue") {
  const std::vector<std::string> base = {"--format", "json", "--replications", "5"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = base;
    all.insert(all.end(), more.begin(), more.end());
    const Finished run = sluice(quick_simulation(all));
    CHECK(run.exit == 0);
    return run.out;
  };
  const std::string one = with({"--threads", "1"});
  CHECK(one.size() > 1000);
  CHECK(with({"--threads", "2"}) == one);
  CHECK(with({"--threads", "2", "--event-queue", "heap"}) == one);
}

TEST_CASE("--set changes what is simulated, several times if asked") {
  const Finished run =
      sluice(quick_simulation({"--set", "/workloads/0/arrivals/rate=60/min", "--set",
                               "/workloads/0/arrivals/type=constant", "--format", "json"}));
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "\"offered\": 60,"));
}

TEST_CASE("what cannot be simulated is refused with 2 and one clear line") {
  const auto refused = [](const Finished& run, const std::string& says) {
    CAPTURE(run.out, run.err, says);
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(contains(run.err, says));
  };
  refused(sluice({"simulate", "no-such-file.json"}), "no-such-file.json");
  refused(sluice(quick_simulation({"--set", "/nope=1"})), "/nope");
  refused(sluice(quick_simulation({"--set", "/workloads/0/model=haikoo"})), "haikoo");
  refused(sluice(quick_simulation({"--format", "jason"})), "did you mean \"json\"");
  refused(sluice(quick_simulation({"--fail-if", "attempts.rate_limit > 1"})),
          "attempts.rate_limit");
  refused(sluice(quick_simulation({"--fail-if", "requests.offered >"})), "--fail-if");
  refused(sluice(quick_simulation({"--output", "json"})), "FORMAT=PATH");
  refused(sluice(quick_simulation({"--bogus"})), "--bogus");
  refused(sluice(quick_simulation({"--threads", "0"})), "--threads");
  refused(sluice(quick_simulation({"--replications", "two"})), "--replications");
  refused(sluice(quick_simulation({"--event-queue", "list"})), "--event-queue");
  refused(sluice(quick_simulation({"--seed", "-1"})), "seed");
  refused(sluice({"simulate"}), "scenario");
  refused(sluice({"simulat", scenario("quickstart")}), "simulat");
}

TEST_CASE("--fail-if and expectations decide between 0 and 3, and say what was found") {
  CHECK(sluice(quick_simulation({"--fail-if", "requests.offered < 1"})).exit == 0);
  const Finished run = sluice(quick_simulation({"--fail-if", "requests.offered > 1"}));
  CHECK(run.exit == 3);
  CHECK(contains(run.err, "requests.offered"));
  CHECK(contains(run.out, "What it costs"));  // the report is complete nevertheless
  const Finished two = sluice(quick_simulation(
      {"--fail-if", "requests.offered < 1", "--fail-if", "requests.succeeded >= 1"}));
  CHECK(two.exit == 3);
}

TEST_CASE("reports are written to files, whole, and leave nothing else behind") {
  const TemporaryFolder folder;
  const std::string json = folder / "result.json";
  folder.write("result.json", "what was there before");
  const Finished run = sluice(
      quick_simulation({"--output", "json=" + json, "--output", "csv=" + (folder / "result.csv"),
                        "--output", "text=" + (folder / "result.txt"), "--format", "json"}));
  CHECK(run.exit == 0);
  CHECK(text_of(json) == run.out);
  CHECK(contains(text_of(folder / "result.csv"), "requests.offered"));
  CHECK(contains(text_of(folder / "result.txt"), "What it costs"));
  CHECK(folder.files() == 3);
}

TEST_CASE("an output that cannot be written is refused before the run, and nothing is written") {
  const TemporaryFolder folder;
  // The run itself would take minutes.
  const std::vector<std::string> base = {"simulate", scenario("quickstart"), "--set",
                                         "/duration=366d"};
  for (const std::string& bad : {folder / "no-such-folder/x.json", folder / "."}) {
    std::vector<std::string> arguments = base;
    arguments.insert(arguments.end(),
                     {"--output", "text=" + (folder / "good.txt"), "--output", "json=" + bad});
    const Finished run = sluice(arguments);
    CAPTURE(run.err);
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(contains(run.err, bad));
    CHECK(folder.files() == 0);
  }
}

TEST_CASE("an interrupt gives a complete report of what ran, marked partial, and exit code 130") {
  const TemporaryFolder folder;
  const std::string json = folder / "result.json";
  Process process(sluice_command(
      {"simulate", scenario("quickstart"), "--set", "/duration=366d", "--output", "json=" + json}));
  REQUIRE(process.wait_for_interrupt_handler());
  process.interrupt();
  CHECK(process.wait() == 130);
  CHECK(contains(process.out(), "What it costs"));
  const std::string result = text_of(json);
  CHECK(contains(result, "\"partial\": true"));
  CHECK(result.substr(result.size() - 2) == "}\n");
}

TEST_CASE("an interrupt during replications ends with what had ended, and exit code 130") {
  Process process(sluice_command({"simulate", scenario("quickstart"), "--replications", "10000",
                                  "--threads", "2", "--format", "json"}));
  REQUIRE(process.wait_for_interrupt_handler());
  process.interrupt();
  CHECK(process.wait() == 130);
  CHECK(contains(process.out(), "\"partial\": true"));
}

TEST_CASE("a reader that goes away ends the output, not the program") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  close(ends[0]);
  Process process(sluice_command(quick_simulation()), {}, ends[1]);
  close(ends[1]);
  CHECK(process.wait() == 1);
}

TEST_CASE("a full disk is a failure, not a success") {
  const int full = open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  Process process(sluice_command(quick_simulation()), {}, full);
  close(full);
  CHECK(process.wait() == 1);
}

TEST_CASE("nothing that is not a terminal is sent an escape code") {
  for (const Process::Environment& environment :
       {Process::Environment{}, {{"TERM", "xterm-256color"}}, {{"NO_COLOR", "1"}}}) {
    const Finished good = sluice(quick_simulation(), environment);
    const Finished bad = sluice({"check", "no-such-file.json"}, environment);
    for (const std::string& text : {good.out, good.err, bad.out, bad.err}) {
      CHECK(text.find('\x1b') == std::string::npos);
    }
  }
}

TEST_CASE("colour on a terminal can be refused with NO_COLOR") {
  for (const bool refuses : {false, true}) {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(terminal >= 0);
    REQUIRE(grantpt(terminal) == 0);
    REQUIRE(unlockpt(terminal) == 0);
    const int program_side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    REQUIRE(program_side >= 0);
    Process process(sluice_command(quick_simulation()),
                    {{"TERM", "xterm"}, {"NO_COLOR", refuses ? "1" : ""}}, program_side);
    close(program_side);
    std::string text;
    char buffer[4096];
    for (ssize_t got; (got = read(terminal, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    close(terminal);
    CHECK(process.wait() == 0);
    CHECK(contains(text, "quickstart"));
    CHECK(contains(text, "\x1b[") == !refuses);
  }
}

}  // namespace
}  // namespace sluice::testing
