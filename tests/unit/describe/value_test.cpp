#include "describe/value.hpp"

#include <limits>
#include <type_traits>

#include "describe/json.hpp"
#include "describe/pointer.hpp"
#include "support/catch.hpp"

using namespace sluice::describe;

static_assert(!std::is_constructible_v<Value, double>);
static_assert(!std::is_constructible_v<Value, int*>);

TEST_CASE("an object keeps the order of its members and replaces in place") {
  Value value = Value::object();
  value.set("z", 1).set("a", "x").set("list", Value::array().push(true).push(Value{}));
  value.set("z", Value::decimal("0.25"));
  CHECK(to_json(value, 0) == R"({"z":0.25,"a":"x","list":[true,null]})");
}

TEST_CASE("numbers of all integer types are kept exactly") {
  CHECK(Value{std::numeric_limits<std::uint64_t>::max()}.number_text() == "18446744073709551615");
  CHECK(Value{std::size_t{7}}.as_integer() == 7);
  CHECK(Value{std::int64_t{-1}}.number_text() == "-1");
  CHECK(Value::decimal("12").is(Value::Kind::kInteger));
  CHECK(Value::decimal("-0").is(Value::Kind::kDecimal));
  CHECK(Value::decimal("1.50").number_text() == "1.50");
}

TEST_CASE("a double has to be rounded, and is null when it is not finite") {
  CHECK(Value::rounded(0.125, 2).number_text() == "0.12");
  CHECK(Value::rounded(2.0, 3).number_text() == "2.000");
  CHECK(Value::rounded(std::numeric_limits<double>::infinity(), 3) == Value{});
}

TEST_CASE("values compare by kind, content and order, not by position") {
  Value placed{1};
  placed.set_position({.line = 3, .column = 4});
  CHECK(placed == Value{1});
  CHECK_FALSE(Value{1} == Value{"1"});
  CHECK_FALSE(Value::object().set("a", 1).set("b", 2) == Value::object().set("b", 2).set("a", 1));
}

TEST_CASE("kinds have names for messages") {
  CHECK(Value{}.kind_name() == "null");
  CHECK(Value{true}.kind_name() == "a boolean");
  CHECK(Value{1}.kind_name() == "a number");
  CHECK(Value::decimal("1.5").kind_name() == "a number");
  CHECK(Value{std::string{"s"}}.kind_name() == "a string");
  CHECK(Value::array().kind_name() == "an array");
  CHECK(Value::object().kind_name() == "an object");
}

TEST_CASE("find answers nothing on what is not an object") {
  CHECK(Value{1}.find("a") == nullptr);
  CHECK(Value::object().find("a") == nullptr);
}

TEST_CASE("JSON pointers follow RFC 6901") {
  Value root = Value::object();
  root.set("a/b", 1).set("m~n", 2).set("list", Value::array({10, 20})).set("", 3);
  CHECK(find_pointer(root, "") == &root);
  CHECK(*find_pointer(root, "/a~1b") == Value{1});
  CHECK(*find_pointer(root, "/m~0n") == Value{2});
  CHECK(*find_pointer(root, "/list/1") == Value{20});
  CHECK(*find_pointer(root, "/") == Value{3});
  for (const char* pointer :
       {"a", "/x", "/list/2", "/list/01", "/list/-", "/list/1/x", "/list/1x"}) {
    CAPTURE(pointer);
    CHECK(find_pointer(root, pointer) == nullptr);
  }
  CHECK(pointer_segment("a/b~c") == "/a~1b~0c");
}
