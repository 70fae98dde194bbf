// Every wrong file of fixtures/ gives exactly the errors in the .txt beside it.
// SLUICE_UPDATE_GOLDEN=1 writes them anew: then read the diff.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "scenario/load.hpp"
#include "scenario/read_file.hpp"
#include "support/catch.hpp"

namespace sluice::scenario {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> fixtures() {
  std::vector<fs::path> all;
  const fs::path folder = fs::path{SLUICE_SOURCE_DIR} / "tests/unit/scenario/fixtures";
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.path().extension() == ".json") all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::string fixture_errors(const fs::path& file, const Catalog& catalog) {
  const Result<std::string> text = read_file(file.string());
  REQUIRE(text);
  const auto scenario = load_scenario_text(*text, file.filename().string(), {}, catalog);
  if (scenario) return "it loads\n";
  std::string all;
  for (const Error& error : scenario.error()) all += error.text() + "\n";
  return all;
}

TEST_CASE("there are at least forty wrong files") { CHECK(fixtures().size() >= 40); }

TEST_CASE("every wrong file gives the errors that a person needs, all at once") {
  const bool update = std::getenv("SLUICE_UPDATE_GOLDEN") != nullptr;
  const auto catalog = load_catalog(std::nullopt);
  REQUIRE(catalog);
  for (const fs::path& file : fixtures()) {
    INFO(file.filename().string());
    const std::string errors = fixture_errors(file, *catalog);
    CHECK(errors != "it loads\n");
    const fs::path golden = fs::path{file}.replace_extension(".txt");
    if (update) {
      std::ofstream{golden} << errors;
      continue;
    }
    CHECK(errors == read_file(golden.string()).value_or("no golden file\n"));
  }
}

}  // namespace
}  // namespace sluice::scenario
