#include "scenario/price_tables.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include "describe/json.hpp"
#include "scenario/script_literal.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace sluice::scenario {
namespace {

namespace fs = std::filesystem;

std::string read(std::string_view text) {
  const auto value = script_literal(text, 0);
  return value ? describe::to_json(*value, 0) : "nothing";
}

TEST_CASE("object literals of scripts are read as data") {
  CHECK(read(R"({a: 1, "b-c": 'x', d: [!0, !1, null,], /* no */ e: {f: .5}, // end
      g: `two
lines`,})") ==
        "{\"a\":1,\"b-c\":\"x\",\"d\":[true,false,null],\"e\":{\"f\":0.5},\"g\":\"two\\nlines\"}");
  CHECK(read("{a: 2e5}") == "{\"a\":2e5}");
}

TEST_CASE("what is no data is not read") {
  CHECK(read("{a: f()}") == "nothing");
  CHECK(read("{a: 1") == "nothing");
  CHECK(read("{a: \"x") == "nothing");
  CHECK(read("{a: 1 b: 2}") == "nothing");
  CHECK(read(std::string(5000, '[')) == "nothing");
  CHECK(read("") == "nothing");
  CHECK(read("/*") == "nothing");
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

TEST_CASE("others' prices are compared by their own rules and days, each where they name a model") {
  const testing::TemporaryFolder folder;
  const fs::path genai = folder.path() / "@pydantic/genai-prices";
  write(genai / "package.json", R"({"version": "9.8.7"})");
  // Prices of Haiku 4.5 hold from a day on; the first rule that fits a name decides.
  write(genai / "dist/index.js", R"(const x = [{ id: "other", models: [] }, {
    id: "anthropic", models: [
      {match: {or: [{equals: "claude-opus-5-5"}, {regex: "^x$"}]}, prices: {input_mtok: 4,
        output_mtok: {base: 26, tiers: [{start: 2e5, price: 30}]}}},
      {match: {starts_with: "claude-haiku-4-5"}, prices: [{prices: {input_mtok: 9}},
        {constraint: {start_date: "2026-01-01", type: "start_date"}, prices: {input_mtok: 1}},
        {constraint: {start_date: "2099-01-01", type: "start_date"},
         prices: {input_mtok: 8}}]}]}];)");
  write(folder.path() / "@earendil-works/pi-ai/dist/models.generated.js", R"(export const MODELS = {
    "anthropic": {"claude-opus-5-5": {cost: {input: 4, output: 20, cacheRead: 0.2,
      cacheWrite: 5}}}};)");
  auto texts = read_catalog(std::nullopt);
  REQUIRE(texts);
  const auto catalog = parse_catalog(*texts);
  REQUIRE(catalog);
  const auto made = compare_price_tables(folder.path().string(), *texts, *catalog);
  REQUIRE(made.size() == 2);
  CHECK(made[0].table == "@pydantic/genai-prices 9.8.7");
  CHECK(made[0].models == 2);
  CHECK(made[0].prices == 3);
  REQUIRE(made[0].differences.size() == 1);
  const std::string difference = made[0].differences[0].text();
  INFO(difference);
  CHECK(difference.find("catalog/prices.json:") == 0);
  CHECK(difference.find("/bands/0/output: is $20 for claude-opus-5-5, $26 there") !=
        std::string::npos);
  CHECK(made[1].models == 1);
  CHECK(made[1].prices == 4);
  CHECK(made[1].differences.empty());
}

TEST_CASE("a table that is not there, or that nobody can read, is said to be so") {
  const testing::TemporaryFolder folder;
  write(folder.path() / "@earendil-works/pi-ai/dist/models.generated.js", "\"anthropic\": {f()}");
  auto texts = read_catalog(std::nullopt);
  REQUIRE(texts);
  const auto made = compare_price_tables(folder.path().string(), *texts, *parse_catalog(*texts));
  REQUIRE(made.size() == 2);
  CHECK(made[0].why_not.find("cannot be opened") != std::string::npos);
  CHECK(made[1].why_not.find("has no table of Anthropic's prices") != std::string::npos);
}

}  // namespace
}  // namespace sluice::scenario
