// sluice compare, as a user meets it.
#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

const std::vector<std::string> kShort = {"--set", "/duration=3m", "--replications", "2"};

std::vector<std::string> compare(const std::string& name, std::vector<std::string> more) {
  std::vector<std::string> arguments = {"compare", scenario(name)};
  arguments.insert(arguments.end(), kShort.begin(), kShort.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("compare says which model is cheapest, and what that hangs on") {
  const Finished run = sluice(compare("quickstart", {}));
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "verdict"));
  CHECK(contains(run.out, "haiku is the cheapest that keeps all requirements"));
  CHECK(contains(run.out, "hangs on"));
  CHECK(contains(run.out, "service times are guesses"));
}

TEST_CASE("a comparison's bytes do not depend on the number of threads") {
  const std::vector<std::string> all = {"--tiers",
                                        "start,build",
                                        "--what-if",
                                        "1h,batch,fast",
                                        "--mix",
                                        "haiku:70,opus:30",
                                        "--quality",
                                        "haiku:0.5,sonnet:0.8,opus:1",
                                        "--min-quality",
                                        "0.7",
                                        "--max-latency-p95",
                                        "20s",
                                        "--format",
                                        "json"};
  std::vector<std::string> one = compare("quickstart", all);
  std::vector<std::string> four = one;
  one.insert(one.end(), {"--threads", "1"});
  four.insert(four.end(), {"--threads", "4"});
  const Finished first = sluice(one);
  const Finished second = sluice(four);
  CAPTURE(first.err);
  CHECK(first.exit == 0);
  CHECK(first.out.size() > 10'000);
  CHECK(first.out == second.out);
}

TEST_CASE("compare says of a model that the tier does not have that it is not available") {
  const Finished run = sluice(compare("quickstart", {"--models", "haiku,mythos"}));
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "not available: the catalog has no limits for claude-mythos"));
}

TEST_CASE("compare routes workloads and says which there are") {
  const Finished run = sluice(compare("mixed-fleet", {"--mix", "sort=haiku,answer=haiku"}));
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "sort=haiku,answer=haiku"));
  const Finished wrong = sluice(compare("mixed-fleet", {"--mix", "anser=haiku"}));
  CHECK(wrong.exit == 2);
  CHECK(contains(wrong.err, "did you mean \"answer\""));
}

TEST_CASE("compare says why there is no mix of a quality that no model has") {
  const Finished run =
      sluice(compare("quickstart", {"--models", "haiku,opus", "--quality", "haiku:0.5,opus:0.9",
                                    "--min-quality", "0.95"}));
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "no model's weight is above 0.9"));
}

TEST_CASE("all wrong wishes of a comparison are said at once, and exit with 2") {
  const Finished run = sluice(
      compare("quickstart", {"--models", "haikuu", "--tiers", "strat", "--what-if", "btach"}));
  CHECK(run.exit == 2);
  CHECK(contains(run.err, "--models"));
  CHECK(contains(run.err, "--tiers"));
  CHECK(contains(run.err, "did you mean \"batch\""));
  CHECK(run.out.empty());
}

TEST_CASE("a comparison that is interrupted writes nothing and exits with 130") {
  const TemporaryFolder folder;
  Process process(sluice_command({"compare", scenario("quickstart"), "--replications", "1000",
                                  "--output", "json=" + folder / "found.json"}));
  REQUIRE(process.wait_for_interrupt_handler());
  process.interrupt();
  CHECK(process.wait() == 130);
  CHECK(process.out().empty());
  CHECK(folder.files() == 0);
}

}  // namespace
}  // namespace sluice::testing
