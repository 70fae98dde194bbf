// What README shows is what the program prints, to the letter.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

std::string readme() {
  std::ifstream file(SLUICE_SOURCE_DIR "/README.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The text between the first pair of fences.
std::string first_block(const std::string& text) {
  const std::string fence = "```\n";
  const std::size_t begin = text.find(fence) + fence.size();
  return text.substr(begin, text.find(fence, begin) - begin);
}

TEST_CASE("README shows what quickstart prints") {
  const std::string shown = first_block(readme());
  REQUIRE(shown.size() > 500);
  const Finished run = sluice({"simulate", scenario("quickstart")});
  CAPTURE(run.out);
  CHECK(contains(run.out, shown));
}

TEST_CASE("README shows the limits that a mock prints") {
  const std::string text = readme();
  const std::size_t begin = text.find("  each of  ");
  REQUIRE(begin != std::string::npos);
  const std::string shown = text.substr(begin, text.find("\n\n", begin) - begin);
  Process mock(sluice_command({"mock", "--port", "0"}));
  while (!contains(mock.out(), "Ctrl-C")) {
    REQUIRE(mock.err().empty());
    usleep(1000);
  }
  CHECK(contains(mock.out(), shown));
  mock.interrupt();
  CHECK(mock.wait() == 0);
}

TEST_CASE("README shows what an import of the sample log prints") {
  const std::string text = readme();
  const std::size_t begin = text.find("  cost so far  ");
  REQUIRE(begin != std::string::npos);
  const std::string shown = text.substr(begin, text.find("```", begin) - begin);
  const TemporaryFolder folder;
  const std::string logs = SLUICE_SOURCE_DIR "/scenarios/logs/";
  const Finished run = sluice({"import", logs + "claude-code.jsonl", "-o", folder / "mine.json"});
  CAPTURE(run.out, run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, shown));
  const Finished fitted =
      sluice({"import", logs + "service.csv", "-o", folder / "fitted.json", "--fit"});
  CAPTURE(fitted.out, fitted.err);
  CHECK(fitted.exit == 0);
}

TEST_CASE("README and scenarios/README count the scenarios alike") {
  CHECK(contains(readme(), "[Sixteen scenarios](scenarios/README.md)"));
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SLUICE_SOURCE_DIR "/scenarios")) {
    count += entry.path().extension() == ".json" ? 1 : 0;
  }
  CHECK(count == 16);
}

}  // namespace
}  // namespace sluice::testing
