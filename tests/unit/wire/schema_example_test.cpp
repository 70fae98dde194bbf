#include "wire/schema_example.hpp"

#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace sluice::wire {
namespace {

using Json = nlohmann::json;

std::string example(std::string schema, std::uint64_t seed = 1) {
  const std::size_t size = schema.size();
  schema.append(64, ']');
  return schema_example(std::string_view(schema).substr(0, size), seed, 1000);
}

// With one word at each place.
Json filled(const std::string& schema, std::uint64_t seed = 1) {
  std::string text = example(schema, seed);
  for (char& c : text) {
    if (c == kWordsHere) c = 'w';
  }
  INFO(text);
  return Json::parse(text);
}

TEST_CASE("every property that is listed or required is there, by its type") {
  const Json value = filled(R"({"type":"object","required":["city","extra"],"properties":{
    "city":{"type":"string"},"days":{"type":"integer"},"mean":{"type":"number"},
    "wet":{"type":"boolean"},"unit":{"enum":["C","F"]},"v":{"const":{"a":[1,"é\n"]}},
    "list":{"type":"array","items":{"type":"integer"}},"none":{"type":"null"},
    "maybe":{"type":["null","string"]},"either":{"anyOf":[{"type":"null"},{"type":"boolean"}]},
    "in":{"properties":{"x":{"type":"string","format":"date"}}}}})");
  CHECK(value["city"] == "w");
  CHECK(value["extra"] == "w");
  CHECK(value["days"].is_number_integer());
  CHECK(value["mean"].is_number());
  CHECK(value["wet"].is_boolean());
  CHECK((value["unit"] == "C" || value["unit"] == "F"));
  CHECK(value["v"] == Json::parse(R"({"a":[1,"é\n"]})"));
  REQUIRE(value["list"].size() == 1);
  CHECK(value["list"][0].is_number_integer());
  CHECK(value["none"].is_null());
  CHECK(value["maybe"] == "w");
  CHECK(value["either"].is_boolean());
  CHECK(value["in"]["x"] == "2026-11-20");
}

TEST_CASE("one seed gives one value, others give other members") {
  const std::string schema = R"({"enum":["a","b","c","d"]})";
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CHECK(example(schema, seed) == example(schema, seed));
    seen.insert(example(schema, seed));
  }
  CHECK(seen.size() == 4);
}

TEST_CASE("numbers, lists and texts keep their bounds") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto number = [&](const char* schema) { return filled(schema, seed).get<double>(); };
    CHECK(number(R"({"type":"integer","minimum":500})") == 500);
    CHECK(number(R"({"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":2})") == 1);
    CHECK(number(R"({"type":"integer","minimum":10,"maximum":19,"multipleOf":7})") == 14);
    const double part = number(R"({"type":"number","minimum":0,"exclusiveMaximum":1})");
    CHECK((part > 0 && part < 1));
    CHECK(number(R"({"type":"number","maximum":-3.5})") == -4.5);
  }
  CHECK(filled(R"({"type":"array","minItems":3,"items":{"type":"string"}})").size() == 3);
  CHECK(filled(R"({"type":"array","maxItems":0})").empty());
  CHECK(filled(R"({"type":"array","prefixItems":[{"type":"null"},{"type":"null"}]})").size() == 2);
  CHECK(filled(R"({"type":"string","minLength":12})").get<std::string>().size() == 12);
  CHECK(filled(R"({"type":"string","maxLength":3})").get<std::string>().size() == 3);
  CHECK(filled(R"({"type":"string","maxLength":5000})") == "w");
}

TEST_CASE("references within the schema are followed, those without end do end") {
  CHECK(filled(R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"boolean"}}})").is_boolean());
  CHECK(filled(R"({"$ref":"https://example.com/a.json"})") == "w");
  const Json tree = filled(
      R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"object","required":["v"],"properties":{
      "v":{"type":"integer"},"l":{"$ref":"#/$defs/n"},"r":{"$ref":"#/$defs/n"}}}}})");
  CHECK(tree["l"]["r"]["v"].is_number_integer());
  CHECK(
      example(R"({"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}},"required":["a","b"]})").size() <
      1'000'000);
  CHECK(filled(R"({"$ref":"#"})") == "w");
}

TEST_CASE("what says nothing of its input is asked a query") {
  CHECK(filled(R"({"type":"object"})") == Json{{"query", "w"}});
  CHECK(filled(R"({"type":"object","properties":{}})") == Json::object());
  CHECK(filled(R"({"type":"object","additionalProperties":false})") == Json::object());
  CHECK(filled("true") == "w");
  CHECK(example("{").empty());
}

TEST_CASE("the example is ASCII whatever the schema says") {
  const std::string text = example(R"({"properties":{"naïve \"€":{"const":"😀"}}})");
  for (const char c : text) CHECK(static_cast<unsigned char>(c) < 0x80);
  CHECK(Json::parse(text) == Json::parse(R"({"naïve \"€":"😀"})"));
}

}  // namespace
}  // namespace sluice::wire
