#include "scenario/catalog_check.hpp"

#include <string>
#include <vector>

#include "scenario/catalog_diff.hpp"
#include "support/catch.hpp"

namespace sluice::scenario {
namespace {

CatalogTexts shipped_texts() {
  auto texts = read_catalog(std::nullopt);
  REQUIRE(texts);
  texts->folder = "c";
  return *std::move(texts);
}

void replace(std::string& text, const std::string& old, const std::string& now) {
  const std::size_t found = text.find(old);
  INFO(old);
  REQUIRE(found != std::string::npos);
  text.replace(found, old.size(), now);
}

Catalog parsed(const CatalogTexts& texts) {
  auto catalog = parse_catalog(texts);
  INFO((catalog ? std::string{} : catalog.error().front().text()));
  REQUIRE(catalog);
  return *std::move(catalog);
}

std::string findings_of(const CatalogTexts& texts) {
  std::string all;
  for (const Error& finding : check_catalog(texts, parsed(texts))) all += finding.text() + "\n";
  return all;
}

// A catalog of one model, group, tier and price, with nothing wrong.
CatalogTexts small() {
  return {.folder = "c",
          .models = R"({"catalog": 1, "checked": "2026-11-20", "models": [
{"id": "m", "group": "g", "released": "2026-07-01", "context": 1000, "max_output": 100,
 "cache_minimum": 512, "tokenizer": 1, "ttft": {"p50": "1s", "p95": "2s"},
 "output_per_second": {"p50": 50, "p95": 60}, "prefill_per_second": 1, "cached_per_second": 1,
 "service_source": "s", "service_confidence": "guess", "source": "p, 2026-07-01",
 "confidence": "documented"}]})",
          .limits = R"({"catalog": 1, "checked": "2026-11-20", "tiers": [
{"tier": "t", "from": "2026-06-01", "batch_requests_per_minute": 1, "enqueued_batch_requests": 1,
 "requests_per_batch": 1, "token_count_requests_per_minute": 1, "source": "p, 2026-07-01",
 "confidence": "documented"}],
"limits": [
{"tier": "t", "groups": ["g"], "from": "2026-07-01", "requests_per_minute": 5,
 "source": "p, 2026-07-01", "confidence": "documented"}]})",
          .prices = R"({"catalog": 1, "checked": "2026-11-20", "prices": [
{"models": ["m"], "from": "2026-07-01", "bands": [{"prompt_above": 0, "input": 4,
  "cache_write_5m": 5, "cache_write_1h": 8, "cache_read": 0.40, "output": 20}], "batch": 0.5,
 "source": "p, 2026-07-01", "confidence": "documented"}]})"};
}

TEST_CASE("the embedded catalog passes its own check") {
  CHECK(findings_of(shipped_texts()).empty());
}

TEST_CASE("a small catalog with nothing wrong passes") { CHECK(findings_of(small()).empty()); }

TEST_CASE("prices that do not follow from the input have to say why") {
  CatalogTexts texts = small();
  replace(texts.prices, "\"cache_write_5m\": 5", "\"cache_write_5m\": 6");
  replace(texts.prices, "\"cache_read\": 0.40", "\"cache_read\": 0.50");
  replace(texts.prices, "\"batch\": 0.5", "\"batch\": 0.6");
  CHECK(findings_of(texts) ==
        "c/prices.json:3:21: /prices/0/bands/0/cache_write_5m: is $6, but 1.25 x the input is $5: "
        "if that is so, say \"cache write\" in `note`, and why\n"
        "c/prices.json:3:59: /prices/0/bands/0/cache_read: is $0.5, but 0.1 x the input is $0.4: "
        "if that is so, say \"cache read\" in `note`, and why\n"
        "c/prices.json:3:90: /prices/0/batch: is not 0.5: if that is so, say \"batch\" in `note`, "
        "and why\n");
  CatalogTexts noted = texts;
  replace(noted.prices, "\"confidence\"", "\"note\": \"a sale of cache writes\", \"confidence\"");
  CHECK(findings_of(noted).find("cache_write") == std::string::npos);
  CHECK(findings_of(noted).find("cache_read") != std::string::npos);
  replace(texts.prices, "\"confidence\"",
          "\"note\": \"cache writes, cache reads and batches on sale\", \"confidence\"");
  CHECK(findings_of(texts).empty());
  replace(texts.prices, "\"output\": 20", "\"output\": 2");
  CHECK(findings_of(texts).find("/bands/0/output: is less than the input") != std::string::npos);
}

TEST_CASE("a model without price or limits is found, unless they are not published") {
  CatalogTexts texts = small();
  replace(texts.prices, "\"models\": [\"m\"]", "\"models\": [\"n\"]");
  const std::string m = texts.models.substr(texts.models.find("{\"id\""));
  std::string n = m.substr(0, m.rfind("]}"));
  replace(n, "\"id\": \"m\", \"group\": \"g\"", "\"id\": \"n\", \"group\": \"h\"");
  texts.models.insert(texts.models.rfind("]}"), ",\n" + n);
  CHECK(findings_of(texts) ==
        "c/models.json:2:1: /models/0: m has no price in prices.json\n"
        "c/limits.json:2:1: /tiers/0: tier t, group h has no limits: add a row to `limits`, or "
        "\"not published\" to the note of a model of the group\n");
  replace(texts.models, "\"id\": \"m\"", "\"note\": \"its price is not published\", \"id\": \"m\"");
  replace(texts.models, "\"id\": \"n\"", "\"note\": \"limits are not published\", \"id\": \"n\"");
  CHECK(findings_of(texts).empty());
}

TEST_CASE("holes and overlaps of date ranges are found") {
  CatalogTexts texts = small();
  replace(texts.prices, "\"from\": \"2026-07-01\"",
          "\"from\": \"2026-07-01\", \"until\": \"2026-08-01\"");
  replace(texts.limits, "\"groups\": [\"g\"], \"from\": \"2026-07-01\"",
          "\"groups\": [\"g\"], \"from\": \"2026-07-15\"");
  CHECK(findings_of(texts) ==
        "c/limits.json:6:40: /limits/0/from: tier t, group g has no limits from 2026-07-01 to "
        "2026-07-15\n"
        "c/prices.json:2:50: /prices/0/until: m has no price from 2026-08-01 to now on\n");
  texts = small();
  const std::string row = texts.limits.substr(texts.limits.find("{\"tier\": \"t\", \"groups\""));
  texts.limits.insert(texts.limits.rfind("]}"), ",\n" + row.substr(0, row.rfind("]}")));
  CHECK(findings_of(texts) ==
        "c/limits.json:8:40: /limits/1/from: tier t, group g has another row on the same days\n");
}

TEST_CASE("a source that does not say when it was read is found") {
  CatalogTexts texts = small();
  replace(texts.prices, "p, 2026-07-01", "some page");
  CHECK(findings_of(texts).find("/prices/0/source: \"some page\" does not say when") !=
        std::string::npos);
}

TEST_CASE("a group of limits that no model has is found, with the nearest that one has") {
  CatalogTexts texts = small();
  replace(texts.models, "\"group\": \"g\"", "\"group\": \"sonnet-5\"");
  replace(texts.limits, "[\"g\"]", "[\"sonnet-5\", \"sonet-5\"]");
  CHECK(findings_of(texts).find("/limits/0/groups/1: \"sonet-5\" is the group of no model in "
                                "models.json; did you mean \"sonnet-5\"?") != std::string::npos);
}

TEST_CASE("a catalog does not differ from itself") {
  const Catalog catalog = parsed(shipped_texts());
  CHECK(catalog_diff_text(catalog, catalog).empty());
}

TEST_CASE("rows that are new, gone or changed are named with their days and members") {
  CatalogTexts texts = small();
  const Catalog before = parsed(texts);
  replace(texts.models, "\"context\": 1000", "\"context\": 2000");
  replace(texts.limits, "\"from\": \"2026-07-01\", \"requests_per_minute\": 5",
          "\"from\": \"2026-07-02\", \"requests_per_minute\": 6");
  replace(texts.prices, "\"output\": 20", "\"output\": 18");
  replace(texts.prices, "\"batch\": 0.5,", "\"batch\": 0.5, \"fast\": 6,");
  const Catalog after = parsed(texts);
  CHECK(catalog_diff_text(before, after) ==
        "models\n"
        "  ~ m: context 1000 -> 2000\n"
        "limits\n"
        "  - tier t, g, from 2026-07-01: requests_per_minute 5\n"
        "  + tier t, g, from 2026-07-02: requests_per_minute 6\n"
        "prices, dollars per million tokens\n"
        "  ~ m, from 2026-07-01: bands/0/output 20 -> 18, fast none -> 6\n");
}

TEST_CASE("models whose prices change alike share a line") {
  CatalogTexts texts = shipped_texts();
  const Catalog before = parsed(texts);
  replace(texts.prices, "\"cache_read\": 0.25, \"output\": 50",
          "\"cache_read\": 0.25, \"output\": 40");
  CHECK(catalog_diff_text(before, parsed(texts)) ==
        "prices, dollars per million tokens\n"
        "  ~ claude-fable-5-1, claude-mythos-5-1, from 2026-09-01: bands/0/output 50 -> 40\n");
}

}  // namespace
}  // namespace sluice::scenario
