#include "report/tune_json.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include "describe/json.hpp"
#include "support/catch.hpp"
#include "support/tune_result.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

Value parsed(const std::string& text) {
  auto value = describe::parse_json(text, "tune");
  REQUIRE(value.has_value());
  return std::move(*value);
}

// Every object has exactly the members that its schema names, all the way down.
void check_fits(const Value& schema, const Value& value) {
  if (value.is(Value::Kind::kArray)) {
    for (const Value& item : value.items()) check_fits(*schema.find("items"), item);
  }
  if (!value.is(Value::Kind::kObject)) return;
  REQUIRE(schema.find("properties") != nullptr);
  for (const Value& name : schema.find("required")->items()) {
    INFO(name.as_string());
    CHECK(value.find(name.as_string()) != nullptr);
  }
  for (const auto& member : value.members()) {
    INFO(member.name);
    const Value* const property = schema.find("properties")->find(member.name);
    REQUIRE(property != nullptr);
    check_fits(*property, member.value);
  }
}

TEST_CASE("the JSON of a tune has the members that its schema names, and no others") {
  check_fits(parsed(tune_schema()), parsed(render_json(small_tune_result(), "storm.json")));
  check_fits(parsed(tune_schema()), parsed(render_json(TuneResult{}, "storm.json")));
}

TEST_CASE("the published schema of tune is the one that the code writes") {
  std::ifstream file(SLUICE_SOURCE_DIR "/docs/tune.schema.json", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(text.str() == tune_schema());
}

}  // namespace
}  // namespace sluice::testing
