#include "scenario/catalog.hpp"

#include <string>
#include <vector>

#include "scenario/catalog_text.hpp"
#include "scenario/read_file.hpp"
#include "support/catch.hpp"
#include "support/shipped_catalog.hpp"
#include "support/temporary_folder.hpp"

namespace sluice::scenario {
namespace {

const std::string kCatalogFolder = std::string{SLUICE_SOURCE_DIR} + "/scenarios/catalog";
constexpr CivilDate kNewest{2026, 11, 20};

TEST_CASE("the embedded catalog is the folder's") {
  const Catalog inside = testing::shipped_catalog();
  const auto outside = load_catalog(kCatalogFolder);
  REQUIRE(outside);
  CHECK(inside.digest == outside->digest);
  CHECK(inside.digest.size() == 64);
  CHECK(inside.newest_date == kNewest);
}

TEST_CASE("names of models resolve by id and alias") {
  const Catalog catalog = testing::shipped_catalog();
  CHECK(catalog.model("sonnet-5.5") == catalog.model("claude-sonnet-5-5"));
  CHECK(catalog.model("haiku-4.5")->id == "claude-haiku-4-5-20251001");
  CHECK(catalog.model("sonnet-9") == nullptr);
}

TEST_CASE("a tier that has ended means its last day, one to come means nothing") {
  const Catalog catalog = testing::shipped_catalog();
  CHECK(catalog.date_within_tier("tier_1", {2026, 5, 1}) == CivilDate{2026, 5, 1});
  CHECK(catalog.date_within_tier("tier_1", kNewest) == CivilDate{2026, 6, 25});
  CHECK(catalog.date_within_tier("tier_4", kNewest) == CivilDate{2026, 6, 25});
  CHECK_FALSE(catalog.date_within_tier("start", {2026, 5, 1}));
  CHECK_FALSE(catalog.date_within_tier("nonesuch", kNewest));
}

TEST_CASE("as of a day only that day's rows are there") {
  const Catalog then = testing::shipped_catalog().as_of({2026, 5, 1});
  CHECK(then.model("sonnet-5.5") == nullptr);
  CHECK(then.model("haiku-3") == nullptr);
  CHECK(then.model("opus-4.7") != nullptr);
  CHECK(then.tier_names() == std::vector<std::string>{"tier_1", "tier_2", "tier_3", "tier_4"});
  CHECK(testing::shipped_catalog().as_of(kNewest).tier_names() ==
        std::vector<std::string>{"evaluation", "start", "build", "scale"});
}

TEST_CASE("every row says where it was read") {
  const Catalog catalog = testing::shipped_catalog();
  for (const ModelRow& row : catalog.models) CHECK_FALSE(row.evidence.source.empty());
  for (const LimitRow& row : catalog.limits) CHECK_FALSE(row.evidence.source.empty());
  for (const ModelPriceRow& row : catalog.prices) CHECK_FALSE(row.evidence.source.empty());
}

CatalogTexts texts_of_folder() {
  return {"here", *read_file(kCatalogFolder + "/models.json"),
          *read_file(kCatalogFolder + "/limits.json"), *read_file(kCatalogFolder + "/prices.json")};
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

std::string catalog_errors(const CatalogTexts& texts) {
  const auto catalog = parse_catalog(texts);
  REQUIRE_FALSE(catalog);
  std::string all;
  for (const Error& error : catalog.error()) all += error.text() + "\n";
  return all;
}

TEST_CASE("a wrong catalog is refused with file, line and what would be right") {
  CatalogTexts texts = texts_of_folder();
  SECTION("errors of all files come at once") {
    texts.models = replaced(texts.models, "\"context\": 1000000", "\"context\": \"much\"");
    texts.limits = replaced(texts.limits, "\"guess\"", "\"hunch\"");
    texts.prices = replaced(texts.prices, "\"batch\": 0.5", "\"btach\": 0.5");
    const std::string errors = catalog_errors(texts);
    CHECK(errors.find("here/models.json:8:18: /models/0/context: \"much\"") != std::string::npos);
    CHECK(errors.find("here/limits.json:") != std::string::npos);
    CHECK(errors.find("\"hunch\" is not one of documented") != std::string::npos);
    CHECK(errors.find("\"btach\" is not a field; did you mean \"batch\"?") != std::string::npos);
  }
  SECTION("a price of an unknown model") {
    texts.prices = replaced(texts.prices, "[\"claude-opus-5\"]", "[\"claude-opus-6\"]");
    CHECK(catalog_errors(texts).find("\"claude-opus-6\" is not the id of a model") !=
          std::string::npos);
  }
  SECTION("a limit of an unknown tier") {
    texts.limits = replaced(texts.limits, "\"tier\": \"scale\", \"groups\"",
                            "\"tier\": \"scael\", \"groups\"");
    CHECK(catalog_errors(texts).find("did you mean \"scale\"?") != std::string::npos);
  }
  SECTION("two prices on one day") {
    texts.prices = replaced(texts.prices, "\"until\": \"2026-10-07\"", "\"until\": \"2026-10-08\"");
    CHECK(catalog_errors(texts).find("has another price row on the same days") !=
          std::string::npos);
  }
  SECTION("a price that picodollars a token cannot hold") {
    texts.prices = replaced(texts.prices, "\"input\": 8,", "\"input\": 8.0000001,");
    CHECK(catalog_errors(texts).find("more than six digits") != std::string::npos);
  }
  SECTION("bands that do not begin at 0 or do not ascend") {
    texts.prices = replaced(texts.prices, "\"prompt_above\": 100000", "\"prompt_above\": 0");
    CHECK(catalog_errors(texts).find("must be above the band before it") != std::string::npos);
    texts = texts_of_folder();
    texts.prices = replaced(texts.prices, "\"prompt_above\": 0", "\"prompt_above\": 5");
    CHECK(catalog_errors(texts).find("the first band is for every prompt") != std::string::npos);
  }
  SECTION("one name for two models") {
    texts.models = replaced(texts.models, "\"fable-5.1\"", "\"fable\"");
    CHECK(catalog_errors(texts).find("\"fable\" names two models") != std::string::npos);
  }
  SECTION("quantiles the wrong way round") {
    texts.models = replaced(texts.models, "\"p95\": \"4.55s\"", "\"p95\": \"1s\"");
    texts.models = replaced(texts.models, "\"p95\": 83", "\"p95\": 3");
    const std::string errors = catalog_errors(texts);
    CHECK(errors.find("/models/0/ttft/p95: is below p50") != std::string::npos);
    CHECK(errors.find("/models/0/output_per_second/p95: is below p50") != std::string::npos);
  }
}

TEST_CASE("a folder without a catalog names every file that is missing; no folder is one error") {
  const testing::TemporaryFolder folder;
  const auto empty = load_catalog(folder / ".");
  REQUIRE_FALSE(empty);
  REQUIRE(empty.error().size() == 3);
  CHECK(empty.error()[0].text().find("models.json: cannot be opened") != std::string::npos);
  CHECK(empty.error()[0].code == ErrorCode::kIo);

  const auto nowhere = load_catalog("/nonexistent");
  REQUIRE_FALSE(nowhere);
  REQUIRE(nowhere.error().size() == 1);
  CHECK(nowhere.error()[0].text() ==
        "/nonexistent: is no folder; a catalog is one of models.json, limits.json and prices.json");
}

TEST_CASE("the catalog's text shows limits and prices of the day and marks guesses") {
  const std::string now = catalog_text(testing::shipped_catalog(), kNewest);
  CHECK(now.find("Catalog as of 2026-11-20") == 0);
  CHECK(now.find("evaluation") != std::string::npos);
  CHECK(now.find("GUESS: nothing is published") != std::string::npos);
  CHECK(now.find("> 100,000") != std::string::npos);
  CHECK(now.find("$0.125") != std::string::npos);
  CHECK(now.find("not published") != std::string::npos);
  const std::string then = catalog_text(testing::shipped_catalog(), {2026, 5, 1});
  CHECK(then.find("tier_1") != std::string::npos);
  CHECK(then.find("sonnet-5.5") == std::string::npos);
}

}  // namespace
}  // namespace sluice::scenario
