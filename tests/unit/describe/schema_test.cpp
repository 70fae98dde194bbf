#include "describe/pointer.hpp"
#include "support/catch.hpp"
#include "things.hpp"

using namespace sluice::describe;

namespace {

const Value& at(const Value& root, std::string_view pointer) {
  const Value* found = find_pointer(root, pointer);
  if (found == nullptr) FAIL("nothing at " << pointer);
  return *found;
}

std::string text_at(const Value& root, std::string_view pointer) {
  return to_json(at(root, pointer), 0);
}

}  // namespace

TEST_CASE("the schema is draft 2020-12 with one definition per named struct") {
  const Value schema = schema_of<things::Everything>({.id = "urn:x", .title = "Things"});
  CHECK(text_at(schema, "/$schema") == R"("https://json-schema.org/draft/2020-12/schema")");
  CHECK(text_at(schema, "/$id") == "\"urn:x\"");
  CHECK(text_at(schema, "/title") == "\"Things\"");
  CHECK(text_at(schema, "/$ref") == "\"#/$defs/everything\"");
  std::vector<std::string> names;
  for (const Member& member : at(schema, "/$defs").members()) names.push_back(member.name);
  CHECK(names == std::vector<std::string>{"everything", "sizes.fixed", "sizes.lognormal",
                                          "sizes.uniform", "sizes.free"});
  CHECK(schema_of<things::Everything>({.id = "", .title = "T"}).find("$id") == nullptr);
}

TEST_CASE("a field's schema has its meaning, bounds and default") {
  const Value schema = schema_of<things::Everything>({.id = "", .title = "T"});
  const Value& fields = at(schema, "/$defs/everything/properties");
  CHECK(text_at(fields, "/count") == R"({"description":"how many | how often","type":"integer",)"
                                     R"("minimum":1,"maximum":100,"default":3})");
  CHECK(text_at(fields, "/rate/description") == "\"how fast (requests)\"");
  CHECK(text_at(fields, "/permille/anyOf/0") == R"({"type":"number","minimum":0,"maximum":10})");
  CHECK(text_at(fields, "/limit/anyOf/1") == R"({"const":"unlimited"})");
  CHECK(text_at(fields, "/colour/enum") == R"(["red","green"])");
  CHECK(text_at(fields, "/steps/minItems") == "1");
  CHECK(text_at(fields, "/steps/maxItems") == "4");
  CHECK(text_at(fields, "/named/minProperties") == "1");
  CHECK(text_at(fields, "/named/maxProperties") == "2");
  CHECK(text_at(fields, "/preset/minLength") == "1");
  CHECK(text_at(fields, "/cap/anyOf/1") == R"({"type":"null"})");
  CHECK(at(fields, "/cap").find("default") == nullptr);
  CHECK(text_at(schema, "/$defs/everything/additionalProperties") == "false");
}

TEST_CASE("a union's schema offers each alternative and the bare names") {
  const Value schema = schema_of<things::Everything>({.id = "", .title = "T"});
  const Value& input = at(schema, "/$defs/everything/properties/input");
  CHECK(text_at(input, "/anyOf/1") == R"({"$ref":"#/$defs/sizes.lognormal"})");
  CHECK(text_at(input, "/anyOf/4") == R"({"enum":["fixed","lognormal","uniform","free"]})");
  CHECK(text_at(schema, "/$defs/sizes.lognormal/properties/type") == R"({"const":"lognormal"})");
  CHECK(text_at(schema, "/$defs/sizes.lognormal/required") == R"(["p50","p95"])");
  CHECK(text_at(schema, "/$defs/sizes.fixed/anyOf/1/required") == R"(["tokens"])");
}

TEST_CASE("a struct without a name stands in place") {
  const Value schema = schema_of<things::Needy>({.id = "", .title = "T"});
  CHECK(schema.find("$ref") == nullptr);
  CHECK(text_at(schema, "/anyOf/1/properties/value/default") == "0");
}

TEST_CASE("the reference has a section per struct with type, default and meaning of each field") {
  const std::string text = reference_of<things::Everything>();
  const auto has = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  CHECK(text.starts_with("### everything\n\nOne field of each kind.\n\n| field | type |"));
  CHECK(has("| `count` | integer, 1 to 100 | `3` | how many \\| how often |\n"));
  CHECK(has("| `rate` | rate, as \"20/s\", positive | `\"20/s\"` | how fast (requests) |\n"));
  CHECK(has("| `limit` | integer, at least 0 or \"unlimited\" | `\"unlimited\"` | most |\n"));
  CHECK(has("| `share` | fraction, as 0.05 or \"5%\", at most 1 | `0.05` | part |\n"));
  CHECK(has("| `cap` | money, as 12.50 or \"$12.50\", at least $1 | - | optional money |\n"));
  CHECK(has("| `steps` | array of integer, positive | `[1,2]` | some integers |\n"));
  CHECK(has("| `named` | object of name: one of [sizes.fixed](#sizesfixed), "));
  CHECK(has("| `extra` | any | `{}` | kept as it is |\n"));
  CHECK(has("; a number is fixed | `{\"type\":\"fixed\",\"tokens\":100}` | size of the input |\n"));
  CHECK(
      has("### sizes.fixed\n\nAlways the same.\n\nChosen by `\"type\": \"fixed\"`.\n\nA value "
          "that is not an object is taken for `tokens`.\n\n"));
  CHECK(
      has("| `tokens` | tokens, as 8000 or \"8k\", at least 0 | **required** | how many "
          "(tokens) |\n"));
  CHECK(
      text.ends_with("### sizes.free\n\nNothing to say.\n\nChosen by `\"type\": \"free\"`.\n\nNo "
                     "fields.\n"));
}

TEST_CASE("the reference names a struct without a name after its holder") {
  CHECK(reference_of<things::Needy>().starts_with("### document\n\nA value that is not"));
  CHECK(reference_of<things::Needy>().find("| see its fields | a nested struct |") !=
        std::string::npos);
}
