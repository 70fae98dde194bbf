// The schemas that are put together by hand, and the validator that tests hold outputs against:
// what a schema forbids is found.
#include "describe/schema_parts.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

using describe::Value;
namespace schema = describe::schema;

Value thing() {
  return parsed(schema::document(
      "A thing", "sluice-thing",
      {{"name", schema::text("Its name.")},
       {"size", schema::or_null(schema::number("Seconds."))},
       {"colour", schema::or_null(schema::word({"red", "green"}, "Of both sides."))},
       {"rows", schema::list(schema::object({{"at", schema::count("From 0.")}}), "In order.")},
       {"shares", schema::map(schema::flag(""), "By model.")},
       {"echo", schema::any_object("As it was.")}}));
}

std::string misfit(const std::string& from, const std::string& to) {
  std::string text = R"({"format": "sluice-thing", "format_version": 1, "name": "x", "size": 0.5,
    "colour": "red", "rows": [{"at": 0}], "shares": {"haiku": true}, "echo": {"any": [1]}})";
  const std::size_t at = text.find(from);
  REQUIRE(at != text.npos);
  return misfits(thing(), parsed(text.replace(at, from.size(), to)));
}

TEST_CASE("what a schema describes fits it, and null where it may be") {
  CHECK(misfit("0.5", "0.5").empty());
  CHECK(misfit("0.5", "7").empty());
  CHECK(misfit("0.5", "null").empty());
  CHECK(misfit("\"red\"", "null").empty());
  CHECK(misfit("{\"at\": 0}", "").empty());
}

TEST_CASE("a member too many, one too few and a value of another kind do not fit") {
  CHECK(misfit("\"size\"", "\"length\": 1, \"size\"") == "/length: is not in the schema\n");
  CHECK(misfit("\"size\": 0.5,", "") == "/size: is missing\n");
  CHECK(misfit("0.5", "\"0.5\"") == "/size: is a string\n");
  CHECK(misfit("\"at\": 0", "\"at\": 0.5") == "/rows/0/at: is a number\n");
  CHECK(misfit("true", "null") == "/shares/haiku: is null\n");
  CHECK(misfit("{\"any\": [1]}", "[1]") == "/echo: is an array\n");
  CHECK(misfit("\"red\"", "\"blue\"") == "/colour: is \"blue\"\n\n");
  CHECK(misfit("sluice-thing", "sluice-other") == "/format: is \"sluice-other\"\n\n");
  CHECK(misfit("1", "2") == "/format_version: is 2\n\n");
}

TEST_CASE("a document begins with its form, and a described part keeps its kind") {
  const Value made = thing();
  CHECK(made.find("title")->as_string() == "A thing");
  CHECK(made.find("properties")->members()[0].name == "format");
  CHECK_FALSE(made.find("additionalProperties")->as_bool());
  const Value other = schema::described(schema::count("One."), "Other.");
  CHECK(other.find("type")->as_string() == "integer");
  CHECK(other.find("description")->as_string() == "Other.");
}

}  // namespace
}  // namespace sluice::testing
