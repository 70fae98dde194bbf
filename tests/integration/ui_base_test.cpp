// `sluice ui` with a catalog and overlays of one's own: the page simulates with them, its command
// line has what names them, and what is wrong with them is said as the other commands say it.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "integration/sluice.hpp"
#include "integration/ui_program.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

using nlohmann::json;

constexpr const char* kFewRequests = R"({"sluice_overlay": 1, "about": ["measured by hand"],
  "organization": {"limits": {"sonnet-5.5": {"requests_per_minute": 5}}}})";

// The built-in catalog with dear output.
std::string other_catalog(const TemporaryFolder& folder) {
  for (const char* const file : {"models.json", "limits.json", "prices.json"}) {
    json rows = json::parse(text_of(std::string(SLUICE_SOURCE_DIR "/scenarios/catalog/") + file));
    if (std::string(file) == "prices.json") {
      for (json& price : rows["prices"]) price["bands"][0]["output"] = 1000;
    }
    folder.write(file, rows.dump());
  }
  return folder.path().string();
}

}  // namespace

TEST_CASE("the explorer simulates with the overlays and the catalog of its command line") {
  if (!has_page()) return;
  const TemporaryFolder catalog;
  const TemporaryFolder folder;
  const std::string overlay = folder.write("few.json", kFewRequests);
  const std::vector<std::string> options{"--catalog", other_catalog(catalog), "--overlay", overlay};
  const UiProgram ui(options);

  const json levers = json::parse(ui.get("/api/catalog").body);
  CHECK(levers["folder"] == catalog.path().string());
  CHECK(levers["overlays"] == json::array({overlay}));

  const json page = ui.post("/api/simulate", ui.draft({"/duration=1m"}));
  std::vector<std::string> line{"simulate", ui.own(), "--set", "/duration=1m", "--format", "json"};
  line.insert(line.end(), options.begin(), options.end());
  CHECK(page["result"] == json::parse(sluice(line).out));
  const json plain =
      json::parse(sluice({"simulate", ui.own(), "--set", "/duration=1m", "--format", "json"}).out);
  CHECK(page["result"]["attempts"]["rate_limited"]["total"] >
        plain["attempts"]["rate_limited"]["total"]);
  CHECK(page["result"]["cost"]["by_category"]["output"] != plain["cost"]["by_category"]["output"]);

  const json checked = ui.post("/api/check", ui.draft());
  CHECK(checked["effective"]["organization"]["limits"]["sonnet-5.5"]["requests_per_minute"] == 5);
}

TEST_CASE("without options the explorer's command line names no catalog and no overlays") {
  if (!has_page()) return;
  const UiProgram ui;
  const json levers = json::parse(ui.get("/api/catalog").body);
  CHECK_FALSE(levers.contains("folder"));
  CHECK(levers["overlays"] == json::array());
}

TEST_CASE("an overlay or a catalog that is wrong ends the explorer as it ends simulate") {
  if (!has_page()) return;
  const TemporaryFolder folder;
  const std::string wrong =
      folder.write("wrong.json", "{\n  \"sluice_overlay\": 1,\n  \"x\": 2\n}");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--overlay", "nowhere.json"},
        {"--overlay", wrong},
        {"--overlay", scenario("quickstart")},
        {"--overlay", wrong, "--overlay", wrong},
        {"--catalog", "nowhere"},
        {"--catalog", folder.path().string()}}) {
    CAPTURE(options);
    std::vector<std::string> ui{"ui", scenario("quickstart")};
    std::vector<std::string> simulate{"simulate", scenario("quickstart")};
    ui.insert(ui.end(), options.begin(), options.end());
    simulate.insert(simulate.end(), options.begin(), options.end());
    const Finished refused = sluice(ui);
    const Finished same = sluice(simulate);
    CHECK(refused.exit == 2);
    CHECK(refused.err == same.err);
    CHECK(refused.exit == same.exit);
    CHECK(refused.out.empty());
  }
}

TEST_CASE("an overlay that turns out wrong while one explores is told with its own line") {
  if (!has_page()) return;
  const TemporaryFolder folder;
  const std::string overlay = folder.write("own.json.few.json", kFewRequests);
  const UiProgram ui({"--overlay", overlay});
  folder.write("own.json.few.json", "{\n  \"sluice_overlay\": 1,\n  \"x\": 2\n}");
  json draft = ui.draft();
  draft["path"] = folder / "own.json";  // with which the overlay's name begins
  const json answer = ui.post("/api/check", draft);
  REQUIRE(answer["ok"] == false);
  CHECK(answer["errors"][0]["line"] == 0);  // none of the editor's
  CHECK(answer["errors"][0]["pointer"] == overlay + ":3:8: /x");
}

}  // namespace sluice::testing
