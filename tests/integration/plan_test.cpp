// sluice plan and sluice init, as a person calls them.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("a plan of the quickstart says its verdict first and fits on a screen") {
  const Finished run = sluice({"plan", scenario("quickstart")});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.out.starts_with("DOES NOT FIT the start tier"));
  CHECK(contains(run.out, "The smallest whose rate limits fit: build for sonnet-5.5"));
  CHECK(contains(run.out, "The highest rate that lasts"));
  CHECK(lines_of(run.out) <= 48);
  const std::string readme = text_of(SLUICE_SOURCE_DIR "/README.md");
  const std::size_t shown = readme.find("The highest rate that lasts\n");
  REQUIRE(shown != std::string::npos);
  CHECK(contains(run.out, readme.substr(shown, readme.find("```", shown) - shown)));
  // Minutes have one unit everywhere.
  CHECK(contains(run.out, " min\n"));
  CHECK_FALSE(contains(run.out, " m\n"));
}

TEST_CASE("a plan in Markdown has every tier's cap and when it is gone") {
  const Finished run = sluice({"plan", scenario("quickstart"), "--format", "markdown"});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "| rate limits fit |"));
  CHECK(contains(run.out, "| month's cap | gone in |"));
}

TEST_CASE("a plan's JSON is the same for one thread and for two") {
  const std::vector<std::string> call = {"plan", scenario("quickstart"), "--format", "json"};
  std::vector<std::string> one = call;
  std::vector<std::string> two = call;
  one.insert(one.end(), {"--threads", "1"});
  two.insert(two.end(), {"--threads", "2"});
  const Finished first = sluice(one);
  CHECK(first.exit == 0);
  CHECK(first.out == sluice(two).out);
}

TEST_CASE("the published schema of plans is what the program prints") {
  const Finished run = sluice({"schema", "plan"});
  CHECK(run.exit == 0);
  const bool is_current = text_of(SLUICE_SOURCE_DIR "/docs/plan.schema.json") == run.out;
  CHECK(is_current);
}

TEST_CASE("a few numbers are planned without a file, and saved where that is asked for") {
  const TemporaryFolder folder;
  const std::string saved = folder / "saved.json";
  const Finished run =
      sluice({"plan", "--model", "sonnet-5.5", "--rate", "300/min", "--input", "2000:8000",
              "--output", "400:1500", "--cached", "3000", "--save-scenario", saved});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.out.starts_with("FITS the start tier"));
  CHECK(sluice({"check", saved}).exit == 0);
}

TEST_CASE("a plan needs a scenario or numbers, not both and not neither") {
  CHECK(sluice({"plan"}).exit == 2);
  CHECK(sluice({"plan", scenario("quickstart"), "--rate", "5/min"}).exit == 2);
  const Finished wrong = sluice({"plan", "--rate", "fast", "--tier", "gold"});
  CHECK(wrong.exit == 2);
  CHECK(contains(wrong.err, "--rate"));
  CHECK(contains(wrong.err, "--tier"));
}

TEST_CASE("init writes a scenario that check accepts, and never over another unasked") {
  const TemporaryFolder folder;
  const std::string path = folder / "mine.json";
  CHECK(sluice({"init", path, "--rate", "300/min"}).exit == 0);
  CHECK(sluice({"check", path}).exit == 0);
  const std::string before = text_of(path);
  const Finished again = sluice({"init", path, "--rate", "500/min"});
  CHECK(again.exit == 2);
  CHECK(contains(again.err, "--force"));
  CHECK(text_of(path) == before);
  CHECK(sluice({"init", path, "--rate", "500/min", "--force"}).exit == 0);
  CHECK(text_of(path) != before);
}

TEST_CASE("plan saves the scenario that it drafts, and never over another file unasked") {
  const TemporaryFolder folder;
  const std::string path = folder.write("mine.json", "precious");
  const std::vector<std::string> plan = {"plan", "--rate", "60/min", "--save-scenario", path};
  const Finished refused = sluice(plan);
  CHECK(refused.exit == 2);
  CHECK(refused.out.empty());
  CHECK(contains(refused.err, "mine.json: is there already; --force replaces it"));
  CHECK(text_of(path) == "precious");
  std::vector<std::string> forced = plan;
  forced.emplace_back("--force");
  CHECK(sluice(forced).exit == 0);
  CHECK(sluice({"check", path}).exit == 0);
  forced.insert(forced.end(), {"--output", "json=" + path});
  CHECK(contains(sluice(forced).err, "is written by this command already"));
}

TEST_CASE("init whose answers end early writes nothing") {
  const TemporaryFolder folder;
  const std::string path = folder / "none.json";
  const std::string call = std::string(SLUICE_BINARY) + " init " + path;
  const Finished run =
      run_process({"/bin/sh", "-c", "printf 'sonnet-5.5\n300/min\n' | " + call}, {});
  CHECK(run.exit == 2);
  CHECK(contains(run.err, "nothing was written"));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("init takes piped answers, empty ones for the defaults") {
  const TemporaryFolder folder;
  const std::string path = folder / "piped.json";
  const std::string call = std::string(SLUICE_BINARY) + " init " + path;
  const std::string empty_lines = "for i in 1 2 3 4 5 6; do printf '\\n\\n\\n\\n\\n\\n'; done | ";
  const Finished run = run_process({"/bin/sh", "-c", empty_lines + call}, {});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(sluice({"check", path}).exit == 0);
}

}  // namespace
}  // namespace sluice::testing
