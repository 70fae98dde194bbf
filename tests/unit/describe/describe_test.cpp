#include "describe/describe.hpp"

#include "support/catch.hpp"

namespace {

using sluice::Duration;
using sluice::Money;
using sluice::describe::Fields;
using sluice::describe::Problems;

struct Fixed {
  std::int64_t tokens = 1;
};
struct Lognormal {
  std::int64_t p50 = 0;
  std::int64_t p95 = 0;
};
using Sizes = std::variant<Fixed, Lognormal>;

struct Retry {
  std::int64_t max = 2;
  Duration base = sluice::milliseconds(500);
  std::optional<Money> budget;
  Sizes input = Fixed{100};
};

void describe(Fields& v, Fixed& f) {
  v.type("sizes.fixed", "Always the same.").shorthand("tokens");
  v.field("tokens", f.tokens, "how many").tokens().at_least(0).required();
}
void describe(Fields& v, Lognormal& f) {
  v.type("sizes.lognormal", "Skewed.");
  v.field("p50", f.p50, "median").tokens().required();
  v.field("p95", f.p95, "95th percentile").tokens().required();
}
void describe(Fields& v, Retry& r) {
  v.type("retry", "When a failed attempt is sent again.");
  v.field("max", r.max, "retries after the first attempt").range(0, 100);
  v.field("base", r.base, "first wait").at_least(sluice::milliseconds(1));
  v.field("budget", r.budget, "stop retrying when this is spent");
  v.field("input", r.input, "size");
}
void validate(const Lognormal& f, Problems& problems) {
  if (f.p95 < f.p50) problems.add("/p95", "must be at least p50");
}

}  // namespace

template <>
struct sluice::describe::UnionNames<Sizes> {
  static constexpr std::string_view tag = "type";
  static constexpr std::array<std::string_view, 2> names{"fixed", "lognormal"};
  static constexpr std::string_view number_is = "fixed";
};

using namespace sluice::describe;

TEST_CASE("a struct is decoded over its defaults and echoed in full") {
  const auto retry = decode_text<Retry>(
      R"({"max": 3, "base": "1m30s", "input": {"p50": "1k", "p95": 8000}})", "x.json");
  REQUIRE(retry);
  CHECK(retry->max == 3);
  CHECK(retry->base == sluice::seconds(90));
  CHECK(std::get<Lognormal>(retry->input).p95 == 8000);
  CHECK(to_json(echo(*retry), 0) ==
        R"({"max":3,"base":"1m30s","input":{"type":"lognormal","p50":1000,"p95":8000}})");
}

TEST_CASE("all errors are reported at once, in the order of the text") {
  const auto retry = decode_text<Retry>(
      "{\"max\": -1,\n \"bsae\": \"1s\",\n \"base\": 5, \"input\": {\"p50\": 10, \"p95\": 5}}",
      "x.json");
  REQUIRE(!retry);
  std::string all;
  for (const auto& error : retry.error()) all += error.text() + "\n";
  CHECK(all ==
        "x.json:1:9: /max: -1 must be from 0 to 100\n"
        "x.json:2:10: /bsae: \"bsae\" is not a field; did you mean \"base\"?\n"
        "x.json:3:10: /base: 5 has no unit: write \"5s\" or \"5ms\"\n"
        "x.json:3:41: /input/p95: must be at least p50\n");
}
