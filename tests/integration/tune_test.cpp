// `sluice tune` as a program: it beats the default of the SDKs where a storm passes, what it prints
// to paste compiles and simulates, and wrong wishes are refused before anything runs.
#include <string>
#include <vector>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

const std::vector<std::string> kStorm = {
    "tune", scenario("retry-storm"), "--set", "/duration=5m", "--budget", "300"};

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("on a storm of retries tune recommends what beats the SDK in goodput and in p95") {
  const Finished run = sluice(kStorm);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "RECOMMENDED"));
  CHECK(contains(run.out, "latency.offered.p95"));
  CHECK_FALSE(contains(run.out, "tied)"));
  CHECK(contains(run.err, "best so far"));
}

TEST_CASE("tune prints the same bytes whatever the number of threads") {
  const Finished one = sluice(with(kStorm, {"--format", "json", "--threads", "1"}));
  const Finished three = sluice(with(kStorm, {"--format", "json", "--threads", "3"}));
  CHECK(one.exit == 0);
  CHECK(one.out == three.out);
}

TEST_CASE("the Python code of a recommendation compiles") {
  const TemporaryFolder folder;
  const std::string file = folder / "client.py";
  const Finished run = sluice(with(kStorm, {"--output", "python=" + file}));
  REQUIRE(run.exit == 0);
  const Finished compiled = run_process({"/usr/bin/env", "python3", "-m", "py_compile", file});
  INFO(compiled.err);
  CHECK(compiled.exit == 0);
}

TEST_CASE("wrong wishes of tune are refused with what would be right") {
  const Finished goal = sluice({"tune", scenario("quickstart"), "--goal", "goodputt"});
  CHECK(goal.exit == 2);
  CHECK(contains(goal.err, "did you mean \"goodput\""));
  const Finished budget = sluice({"tune", scenario("quickstart"), "--budget", "7"});
  CHECK(budget.exit == 2);
  CHECK(contains(budget.err, "--budget"));
  const Finished client = sluice({"tune", scenario("retry-storm"), "--client", "job"});
  CHECK(client.exit == 2);
  CHECK(contains(client.err, "did you mean \"jobs\""));
}

}  // namespace
}  // namespace sluice::testing
