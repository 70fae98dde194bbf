#include "describe/describe.hpp"

#include "support/catch.hpp"
#include "things.hpp"

using namespace sluice::describe;
using things::Everything;
using things::Sizes;

namespace sluice {

struct InTheRoot {
  std::int64_t a = 1;
};

namespace describe {

void describe(Fields& v, InTheRoot& r) { v.field("a", r.a, "anything"); }

}  // namespace describe
}  // namespace sluice

namespace {

Everything good(std::string_view text) {
  const auto decoded = decode_text<Everything>(text, "x.json");
  if (!decoded) FAIL(decoded.error().front().text());
  return *decoded;
}

template <class T = Everything>
std::string problems(std::string_view text) {
  const auto decoded = decode_text<T>(text, "x.json");
  REQUIRE(!decoded);
  std::string all;
  for (const sluice::Error& error : decoded.error()) all += error.text() + "\n";
  return all;
}

// The message of the only error, without its place.
std::string problem(std::string_view field, std::string_view value) {
  const std::string text = "{\"" + std::string{field} + "\":" + std::string{value} + "}";
  const auto decoded = decode_text<Everything>(text, "x");
  REQUIRE(!decoded);
  REQUIRE(decoded.error().size() == 1);
  return decoded.error().front().message;
}

}  // namespace

TEST_CASE("an empty object is the default struct") {
  CHECK(to_json(echo(good("{}"))) == to_json(echo(Everything{})));
}

TEST_CASE("every kind of field is decoded exactly") {
  const Everything e = good(R"({
    "on": false, "count": 7, "small": -5, "seed": 18446744073709551615, "tokens": "2M",
    "permille": "50%", "ppm": 0.000001, "limit": 9, "colour": "green", "wait": "1m30s",
    "longest": "2d", "share": 0.1, "rate": "600/min", "budget": "$0.10",
    "start": "2026-07-01T00:00:00Z", "as_of": "2026-07-02", "cap": 100.5, "steps": [3, 4, 5],
    "named": {"b": 1, "a": "free"}, "extra": [1]})");
  CHECK_FALSE(e.on);
  CHECK(e.count == 7);
  CHECK(e.small == -5);
  CHECK(e.seed == std::numeric_limits<std::uint64_t>::max());
  CHECK(e.tokens == 2'000'000);
  CHECK(e.permille == 500);
  CHECK(e.ppm == 1);
  CHECK(e.limit == 9);
  CHECK(e.colour == things::Colour::kGreen);
  CHECK(e.wait == sluice::seconds(90));
  CHECK(e.longest == sluice::hours(48));
  CHECK(e.share.ppb == 100'000'000);
  CHECK(e.rate == sluice::Rate{.count = 10, .per = sluice::seconds(1)});
  CHECK(e.budget.exact() == "0.1");
  CHECK(e.start.text() == "2026-07-01T00:00:00Z");
  CHECK(e.as_of.text() == "2026-07-02");
  CHECK(e.cap->exact() == "100.5");
  CHECK(e.steps == std::vector<std::int64_t>{3, 4, 5});
  REQUIRE(e.named.size() == 2);
  CHECK(e.named[0].first == "b");
  CHECK(std::holds_alternative<things::Free>(e.named[1].second));
  CHECK(e.extra == Value::array({1}));
}

TEST_CASE("an echo decodes to itself") {
  const Everything e = good(R"({"cap": 3, "named": {"x": {"p50": 1, "p95": 2}}, "permille": 0.25,
                                "input": {"type": "uniform"}, "rate": "2.5/h"})");
  const std::string text = to_json(echo(e));
  CHECK(to_json(echo(good(text))) == text);
}

TEST_CASE("the echo holds defaults and leaves absent optionals out") {
  const Value value = echo(Everything{});
  CHECK(value.find("cap") == nullptr);
  CHECK(*value.find("limit") == Value{"unlimited"});
  CHECK(*value.find("longest") == Value{"unlimited"});
  CHECK(*value.find("permille") == Value::decimal("1.5"));
  CHECK(to_json(*value.find("input"), 0) == R"({"type":"fixed","tokens":100})");
}

TEST_CASE("unlimited and null are accepted where they mean something") {
  CHECK(good(R"({"limit": "unlimited"})").limit == std::numeric_limits<std::int64_t>::max());
  CHECK(good(R"({"longest": "unlimited"})").longest == Everything{}.longest);
  CHECK_FALSE(good(R"({"cap": null})").cap.has_value());
  CHECK(problem("on", "null") == "null is not true or false");
}

TEST_CASE("a preset fills later fields, which can still be overridden") {
  CHECK(good(R"({"preset": "large"})").count == 30);
  CHECK(good(R"({"count": 5, "preset": "large"})").count == 5);
}

TEST_CASE("a union is chosen by tag, name, number, or its keys") {
  const auto input = [](std::string_view text) {
    return good("{\"input\": " + std::string{text} + "}").input;
  };
  CHECK(std::get<things::Fixed>(input("2000")).tokens == 2000);
  CHECK(std::get<things::Fixed>(input(R"({"type": "fixed", "tokens": "2k"})")).tokens == 2000);
  CHECK(std::get<things::Lognormal>(input(R"({"p50": 5, "p95": 8})")).p95 == 8);
  CHECK(std::get<things::Uniform>(input(R"({"max": 3})")).max == 3);
  CHECK(std::get<things::Uniform>(input("\"uniform\"")).max == 10);
  CHECK(std::holds_alternative<things::Free>(input(R"({"type": "free"})")));
}

TEST_CASE("a union that cannot be chosen lists what it could be") {
  CHECK(problem("input", "\"fixd\"") ==
        "\"fixd\" is not one of fixed, lognormal, uniform, free; did you mean \"fixed\"?");
  CHECK(problem("input", "{}") == "needs \"type\", one of fixed, lognormal, uniform, free");
  CHECK(problem("input", "[]") ==
        "is an array, but must be an object with \"type\", one of fixed, lognormal, uniform, free");
  CHECK(problem("input", R"({"p50": 1, "max": 2})").find("needs \"type\"") == 0);
  CHECK(problem("input", R"({"type": 7})") == "7 is not one of fixed, lognormal, uniform, free");
  CHECK(problem("input", R"({"p50": 1})") == "\"p95\" is missing: 95th percentile");
  CHECK(problem("input", "\"fixed\"") == "\"tokens\" is missing: how many");
  CHECK(problem("input", "-1") == "-1 must be at least 0");
}

TEST_CASE("all errors are reported at once, in the order of the text, with their places") {
  CHECK(problems("{\"input\": {\"p50\": 10, \"p95\": 5},\n \"wiat\": \"1s\",\n"
                 " \"wait\": 5, \"steps\": [1, true], \"named\": {\"a/b\": \"fxed\"}}") ==
        "x.json:1:30: /input/p95: must be at least p50\n"
        "x.json:2:10: /wiat: \"wiat\" is not a field; did you mean \"wait\"?\n"
        "x.json:3:10: /wait: 5 has no unit: write \"5s\" or \"5ms\"\n"
        "x.json:3:26: /steps/1: true is not a whole number\n"
        "x.json:3:50: /named/a~1b: \"fxed\" is not one of fixed, lognormal, uniform, free; did you "
        "mean \"fixed\"?\n");
}

TEST_CASE("wrong kinds say what would be right") {
  CHECK(problem("on", "1") == "1 is not true or false");
  CHECK(problem("count", "1.5") == "1.5 is not a whole number");
  CHECK(problem("count", "\"7\"") == "\"7\" is not a whole number");
  CHECK(problem("count", "{}") == "an object is not a whole number");
  CHECK(problem("seed", "-1") == "-1 is not a whole number from 0 to 18446744073709551615");
  CHECK(problem("seed", "\"x\"").find("is not a whole number") != std::string::npos);
  CHECK(problem("tokens", "\"8q\"") ==
        "\"8q\" is not a number of tokens: write 8000, \"8k\" or \"2M\"");
  CHECK(problem("permille", "\"1.5\"") == "\"1.5\" is not a fraction: write 1.5 or \"50%\"");
  CHECK(problem("preset", "7") == "7 is not a string");
  CHECK(problem("preset", "\"\"") == "must not be empty");
  CHECK(problem("wait", "true") == "true is not a duration: write \"30s\", \"1m30s\" or \"250ms\"");
  CHECK(problem("share", "[]") == "an array is not a fraction: write 0.05 or \"5%\"");
  CHECK(problem("rate", "20") == "20 is a rate per what? Write \"20/s\" or \"20/min\"");
  CHECK(problem("rate", "{}") == "an object is not a rate: write \"20/s\" or \"600/min\"");
  CHECK(problem("budget", "null") == "null is not an amount of money: write 12.50 or \"$12.50\"");
  CHECK(problem("start", "0") == "0 is not a time: write \"2026-07-01T00:00:00Z\"");
  CHECK(problem("as_of", "0") == "0 is not a date: write \"2026-07-01\"");
  CHECK(problem("colour", "\"gren\"") ==
        "\"gren\" is not one of red, green; did you mean \"green\"?");
  CHECK(problem("steps", "5") == "is a number, but must be an array: [...]");
  CHECK(problem("steps", "[]") == "must not be empty");
  CHECK(problem("steps", "[1, 2, 3, 4, true]") == "has 5 items; at most 4 are possible");
  CHECK(problem("named", "[]") == "is an array, but must be an object of names: {\"name\": ...}");
  CHECK(problem("named", "{}") == "must not be empty");
  CHECK(problem("named", R"({"a": 1, "b": 2, "c": 3})") == "has 3 items; at most 2 are possible");
}

TEST_CASE("values outside their bounds say the bounds") {
  CHECK(problem("count", "101") == "101 must be from 1 to 100");
  CHECK(problem("count", "1e30") == "1e30 must be from 1 to 100");
  CHECK(problem("ppm", "1e99") == "1e99 is out of range: at most 9223372036854.775807");
  CHECK(problem("small", "3000000000") == "3000000000 must be from -2147483648 to 2147483647");
  CHECK(problem("tokens", "0") == "0 must be positive");
  CHECK(problem("permille", "11") == "11 must be from 0 to 10");
  CHECK(problem("limit", "-1") == "-1 must be at least 0");
  CHECK(problem("wait", "\"2h\"") == "\"2h\" must be from 1ms to 1h");
  CHECK(problem("share", "\"101%\"") == "\"101%\" must be at most 1");
  CHECK(problem("rate", "\"0/s\"") == "\"0/s\" must be positive");
  CHECK(problem("budget", "1000.5") == "1000.5 must be from $0 to $1000");
  CHECK(problem("cap", "0.5") == "0.5 must be at least $1");
}

TEST_CASE("a word no name is near to is answered with the names") {
  CHECK(problems<sluice::InTheRoot>(R"({"zzz": 1})") ==
        "x.json:1:9: /zzz: \"zzz\" is not a field: the fields here are a\n");
}

TEST_CASE("a struct without a shorthand has to be an object") {
  CHECK(problems<sluice::InTheRoot>("[]") ==
        "x.json:1:1: is an array, but must be an object with a\n");
}

TEST_CASE("a shorthand does not excuse what is required") {
  CHECK(problems<things::Needy>("7") == "x.json:1:1: \"name\" is missing: what it is called\n");
}

TEST_CASE("a text that is not JSON is one error") {
  CHECK(problems("{").find("x.json:1:1: not JSON: ") == 0);
}

TEST_CASE("values that a program built carry no line") {
  const auto decoded = decode<Everything>(Value::object().set("on", 1), "built");
  REQUIRE(!decoded);
  CHECK(decoded.error().front().text() == "built: /on: 1 is not true or false");
}
