#include "experiment/compare_models.hpp"

#include "support/catch.hpp"

namespace sluice {
namespace {

const scenario::Catalog& catalog() {
  static const scenario::Catalog made = scenario::load_catalog(std::nullopt).value();
  return made;
}

std::string id_of(std::string_view asked, CivilDate date, const char* tier) {
  const auto found = find_compared_model(asked, {catalog(), date, tier});
  return found ? found->id : found.error().message;
}

TEST_CASE("a family is its newest model on the scenario's day that has a price and limits") {
  CHECK(id_of("haiku", {2026, 11, 20}, "start") == "claude-haiku-5-5");
  CHECK(id_of("haiku", {2026, 10, 1}, "start") == "claude-haiku-4-5-20251001");
  CHECK(id_of("sonnet", {2026, 8, 1}, "start") == "claude-sonnet-5");
  CHECK(id_of("opus", {2026, 5, 1}, "tier_2") == "claude-opus-4-7");
}

TEST_CASE("a name with a version is that model") {
  CHECK(id_of("haiku-4.5", {2026, 11, 20}, "start") == "claude-haiku-4-5-20251001");
  CHECK(id_of("claude-opus-5", {2026, 11, 20}, "start") == "claude-opus-5");
}

TEST_CASE("a model that there is not is an error that says what there is") {
  CHECK(id_of("sonet-5.5", {2026, 11, 20}, "start").find("sonnet-5.5") != std::string::npos);
  CHECK(id_of("claude", {2026, 11, 20}, "start").find("not a model") != std::string::npos);
}

TEST_CASE("one model by two names is an error") {
  const auto found = find_compared_models("haiku,haiku-5.5", {catalog(), {2026, 11, 20}, "start"});
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().message.find("leave one out") != std::string::npos);
}

}  // namespace
}  // namespace sluice
