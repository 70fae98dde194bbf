#include "describe/override.hpp"

#include "describe/json.hpp"
#include "describe/pointer.hpp"
#include "support/catch.hpp"

using namespace sluice::describe;

namespace {

Value document() {
  return parse_json(R"({"seed": 1, "workloads": [{"rate": "1/s"}], "name": "x"})", "t").value();
}

std::string after(std::string_view assignment) {
  Value root = document();
  const auto done = apply_override(root, assignment);
  if (!done) return done.error().text();
  return to_json(root, 0);
}

}  // namespace

TEST_CASE("an override replaces, adds and appends") {
  CHECK(after("/seed=7") == R"({"seed":7,"workloads":[{"rate":"1/s"}],"name":"x"})");
  CHECK(after("/workloads/0/rate=20/s") ==
        R"({"seed":1,"workloads":[{"rate":"20/s"}],"name":"x"})");
  CHECK(after("/workloads/0=null") == R"({"seed":1,"workloads":[null],"name":"x"})");
  CHECK(after("/workloads/-={\"a\":[1]}") ==
        R"({"seed":1,"workloads":[{"rate":"1/s"},{"a":[1]}],"name":"x"})");
  CHECK(after("/new=a=b") == R"({"seed":1,"workloads":[{"rate":"1/s"}],"name":"x","new":"a=b"})");
  CHECK(after("/seed=") == R"({"seed":"","workloads":[{"rate":"1/s"}],"name":"x"})");
}

TEST_CASE("an overridden value has no line in the file") {
  Value root = document();
  REQUIRE(apply_override(root, "/workloads/0={\"rate\": 1}"));
  CHECK(find_pointer(root, "/workloads/0/rate")->position() == Position{});
}

TEST_CASE("an override that leads nowhere says where the way ends") {
  CHECK(after("/workload/0/rate=1") ==
        "--set /workload/0/rate: there is no \"workload\" here; did you mean \"workloads\"?");
  CHECK(after("/workloads/1/rate=1") ==
        "--set /workloads/1/rate: /workloads: \"1\" is not an index of an array of 1; use \"-\" to "
        "append");
  CHECK(after("/workloads/1=1").find("\"1\" is not an index of an array of 1") !=
        std::string::npos);
  CHECK(after("/name/x=1") == "--set /name/x: /name: a string has no members");
  CHECK(after("seed=1") ==
        "--set seed=1: is not POINTER=VALUE: write /workloads/0/arrivals/rate=20/s");
  CHECK(after("/seed").find("is not POINTER=VALUE") != std::string::npos);
}
