// Which model of the catalog a log's name means.
#include "importer/log_model.hpp"

#include "support/catch.hpp"
#include "support/shipped_catalog.hpp"

namespace sluice::importer {
namespace {

using testing::shipped_catalog;

std::string id_of(std::string_view name) {
  const scenario::ModelRow* row = model_in_log(name, shipped_catalog());
  return row == nullptr ? "" : row->id;
}

TEST_CASE("ids, aliases, dated ids and the ids of platforms are one model") {
  CHECK(id_of("claude-sonnet-5-5") == "claude-sonnet-5-5");
  CHECK(id_of("sonnet-5.5") == "claude-sonnet-5-5");
  CHECK(id_of("claude-sonnet-5-5-20260928") == "claude-sonnet-5-5");
  CHECK(id_of("anthropic/claude-sonnet-5-5") == "claude-sonnet-5-5");
  CHECK(id_of("anthropic/claude-sonnet-4.5") == "claude-sonnet-4-5-20250929");
  CHECK(id_of("us.anthropic.claude-sonnet-4-5-20250929-v1:0") == "claude-sonnet-4-5-20250929");
  CHECK(id_of("vertex_ai/claude-haiku-4-5@20251001") == "claude-haiku-4-5-20251001");
  CHECK(id_of("claude-opus-4-8[1m]") == "claude-opus-4-8");
  CHECK(id_of("Claude-Opus-5-5") == "claude-opus-5-5");
  CHECK(id_of("claude-3-5-haiku-latest") == "claude-3-5-haiku-20241022");
}

TEST_CASE("models of other makers and made-up ones are not in the catalog") {
  for (const char* name : {"", "gpt-4", "GPT-4", "ChatGPT", "gemini-2.5-pro", "<synthetic>",
                           "claude", "claude-opus-99", "@", "/", "-", "anthropic."}) {
    CAPTURE(name);
    CHECK(id_of(name).empty());
  }
}

TEST_CASE("a model that is retired or without limits is not offered") {
  const CivilDate day = shipped_catalog().newest_date;
  CHECK(is_offered(*shipped_catalog().model("sonnet-5.5"), shipped_catalog(), "start", day));
  CHECK_FALSE(is_offered(*shipped_catalog().model("haiku-3.5"), shipped_catalog(), "start", day));
  CHECK_FALSE(is_offered(*shipped_catalog().model("mythos-5.2"), shipped_catalog(), "start", day));
  CHECK_FALSE(
      is_offered(*shipped_catalog().model("sonnet-5.5"), shipped_catalog(), "no-such-tier", day));
}

TEST_CASE("a model is called by its shortest alias with a version") {
  CHECK(short_name(*shipped_catalog().model("haiku")) == "haiku-5.5");
  CHECK(short_name(*shipped_catalog().model("claude-sonnet-4-5")) == "sonnet-4.5");
}

}  // namespace
}  // namespace sluice::importer
