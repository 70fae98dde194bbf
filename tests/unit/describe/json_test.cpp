#include "describe/json.hpp"

#include <cstdio>
#include <fstream>

#include "describe/pointer.hpp"
#include "support/catch.hpp"

using namespace sluice::describe;

namespace {

Value parsed(std::string_view text) {
  auto value = parse_json(text, "t");
  if (!value) FAIL(value.error().front().text());
  return std::move(*value);
}

std::string first_problem(std::string_view text) {
  const auto value = parse_json(text, "t");
  REQUIRE(!value);
  return value.error().front().text();
}

Position place(const Value& root, std::string_view pointer) {
  const Value* node = find_pointer(root, pointer);
  REQUIRE(node != nullptr);
  return node->position();
}

}  // namespace

TEST_CASE("text is parsed and written back unchanged") {
  for (const char* text :
       {"null", "true", "false", "0", "-12", "0.1", "1e5", "12345678901234567890123", "\"a\"", "[]",
        "{}", R"([1,"x",[],{"a":null}])", R"({"z":1,"a":{"b":[true]}})", "\"\xc3\xa4\"",
        R"("\"\\\n\r\t\u0001")"}) {
    CAPTURE(text);
    CHECK(to_json(parsed(text), 0) == text);
  }
}

TEST_CASE("indented output keeps arrays of numbers on one line") {
  CHECK(to_json(parsed(R"({"a":[1,2.5],"b":[{"c":"d"},"e"],"f":{},"g":[]})")) ==
        "{\n  \"a\": [1, 2.5],\n  \"b\": [\n    {\n      \"c\": \"d\"\n    },\n    \"e\"\n  ],\n"
        "  \"f\": {},\n  \"g\": []\n}\n");
}

TEST_CASE("every node knows the line and column where it begins") {
  const Value root = parsed("{\n  \"a\": [10, \"x\\\"{\", true],\n  \"\xc3\xa4\": {\"b\": -1}}");
  CHECK(place(root, "") == Position{1, 1});
  CHECK(place(root, "/a") == Position{2, 8});
  CHECK(place(root, "/a/0") == Position{2, 9});
  CHECK(place(root, "/a/1") == Position{2, 13});
  CHECK(place(root, "/a/2") == Position{2, 21});
  CHECK(place(root, "/\xc3\xa4") == Position{3, 8});
  CHECK(place(root, "/\xc3\xa4/b") == Position{3, 14});
}

TEST_CASE("positions can be forgotten") {
  Value root = parsed("{\"a\": [1]}");
  clear_positions(root);
  CHECK(place(root, "/a/0") == Position{0, 0});
}

TEST_CASE("a name given twice is an error at the second one, and all of them are reported") {
  const auto value = parse_json("{\"a\": 1, \"a\": 2,\n\"b\": {\"c\": 1, \"c\": 1}}", "t");
  REQUIRE(!value);
  REQUIRE(value.error().size() == 2);
  CHECK(value.error()[0].text() == "t:1:10: \"a\" is given twice in one object: keep one of them");
  CHECK(value.error()[1].where == "t:2:15");
}

TEST_CASE("a repeated name is found in a large object, too") {
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  CHECK(parse_json(text + "\"k100\":0}", "t").has_value());
  CHECK(first_problem(text + "\"k5\":0}").find("\"k5\" is given twice") != std::string::npos);
}

TEST_CASE("what is not strict JSON is refused with its place") {
  for (const char* text :
       {"",         " ",   "{",        "[1,]",     "{\"a\":1,}", "// c\n1", "NaN",
        "Infinity", "01",  "+1",       ".5",       "1.",         "'a'",     "[1 2]",
        "{a:1}",    "1 1", "\"\x01\"", "\"\xff\"", "\"\\x\"",    "nul"}) {
    CAPTURE(text);
    CHECK(first_problem(text).find("not JSON: ") != std::string::npos);
  }
  CHECK(first_problem("{\"a\": 1,\n \"b\" 2}").find("t:2:6: not JSON: while parsing object") == 0);
  CHECK(first_problem("1e999").find("not JSON: number overflow") != std::string::npos);
}

TEST_CASE("nesting has a limit") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_json(nested(100), "t").has_value());
  CHECK(first_problem(nested(101)) == "t:1:101: more than 100 levels of nesting");
}

TEST_CASE("a file is read whole, and one that cannot be read is an I/O error") {
  const std::string path = "json_test_file.json";
  std::ofstream{path} << "{\"a\": \"" << std::string(200'000, 'x') << "\"}";
  const auto value = read_json(path);
  std::remove(path.c_str());
  REQUIRE(value);
  CHECK(value->find("a")->as_string().size() == 200'000);

  const auto missing = read_json("no/such/file.json");
  REQUIRE(!missing);
  CHECK(missing.error().front().code == sluice::ErrorCode::kIo);
  CHECK(missing.error().front().text() == "no/such/file.json: cannot be opened for reading");
  CHECK_FALSE(read_json(".").has_value());
}
