#include "report/agreement_json.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include "describe/json.hpp"
#include "support/catch.hpp"
#include "support/tiny_run.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

Value parsed(const std::string& text) {
  auto value = describe::parse_json(text, "agreement");
  REQUIRE(value.has_value());
  return std::move(*value);
}

// Exactly the members that the schema of an object names.
void check_members(const Value& schema, const Value& object) {
  for (const Value& name : schema.find("required")->items()) {
    INFO(name.as_string());
    CHECK(object.find(name.as_string()) != nullptr);
  }
  for (const auto& member : object.members()) {
    INFO(member.name);
    CHECK(schema.find("properties")->find(member.name) != nullptr);
  }
}

TEST_CASE("the JSON of an agreement has the members that its schema names, and no others") {
  const RunResult predicted = TinyRun({}).result();
  const RunResult measured = TinyRun({.seed = 2}).result();
  const Agreement agreement = compare(predicted, measured, {.speed_permille = 60'000});
  const Value value = parsed(render_json(agreement, predicted.facts, 60'000));
  const Value schema = parsed(agreement_schema());
  check_members(schema, value);
  const Value& row_schema = *schema.find("properties")->find("rows")->find("items");
  const auto& rows = value.find("rows")->items();
  REQUIRE(rows.size() == agreement.rows.size());
  for (const Value& row : rows) check_members(row_schema, row);
  CHECK(value.find("speed")->number_text() == "60");
  CHECK(value.find("differing")->as_integer() ==
        static_cast<std::int64_t>(agreement.disagreeing()));
}

TEST_CASE("the verdict of an agreement is agrees, differs or void") {
  const RunResult run = TinyRun({}).result();
  const auto verdict = [&](const Agreement& agreement) {
    return parsed(render_json(agreement, run.facts, 1000)).find("verdict")->as_string();
  };
  Agreement agreement = compare(run, run, {});
  CHECK(verdict(agreement) == "agrees");
  agreement.rows.front().agrees = false;
  CHECK(verdict(agreement) == "differs");
  agreement.void_reason = "late";
  CHECK(verdict(agreement) == "void");
}

TEST_CASE("the published schema of agreements is the one that the code writes") {
  std::ifstream file(SLUICE_SOURCE_DIR "/docs/agreement.schema.json", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(text.str() == agreement_schema());
}

}  // namespace
}  // namespace sluice::testing
