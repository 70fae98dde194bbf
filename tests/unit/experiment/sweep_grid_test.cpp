#include "experiment/sweep_grid.hpp"

#include "support/catch.hpp"
#include "support/text_checks.hpp"

namespace sluice {
namespace {

using testing::contains;
using Values = std::vector<std::string>;

Values values_of(const std::string& values) {
  const auto axis = parse_axis("/x=" + values);
  INFO(values << (axis ? "" : ": " + axis.error().text()));
  REQUIRE(axis.has_value());
  CHECK(axis->pointer == "/x");
  return axis->values;
}

std::string axis_error(const std::string& text) {
  const auto axis = parse_axis(text);
  REQUIRE_FALSE(axis.has_value());
  return axis.error().text();
}

TEST_CASE("a list is its values as they stand, commas inside of brackets and quotes kept") {
  CHECK(values_of("start,build,scale") == Values{"start", "build", "scale"});
  CHECK(values_of("300/min") == Values{"300/min"});
  CHECK(values_of(R"({"a":1,"b":[2,3]},"p,q",7)") ==
        Values{R"({"a":1,"b":[2,3]})", R"("p,q")", "7"});
  CHECK(values_of("../traces/a.csv,../traces/b.csv").size() == 2);
}

TEST_CASE("a range of numbers holds both ends and is evenly spaced, exactly") {
  CHECK(values_of("1..5:5") == Values{"1", "2", "3", "4", "5"});
  CHECK(values_of("0..1:5") == Values{"0", "0.25", "0.5", "0.75", "1"});
  CHECK(values_of("0.1..0.3:3") == Values{"0.1", "0.2", "0.3"});
  CHECK(values_of("5..-5:3") == Values{"5", "0", "-5"});
  CHECK(values_of("0..1:4") == Values{"0", "0.333333333", "0.666666667", "1"});
}

TEST_CASE("a range of token counts stays one of whole numbers") {
  CHECK(values_of("1000..9000:4") == Values{"1000", "3667", "6333", "9000"});
  CHECK(values_of("9000..1000:4") == Values{"9000", "6333", "3667", "1000"});
}

TEST_CASE("a range may be of rates, shares, money and durations") {
  CHECK(values_of("300/min..1200/min:4") == Values{"300/min", "600/min", "900/min", "1200/min"});
  CHECK(values_of("10%..50%:5") == Values{"10%", "20%", "30%", "40%", "50%"});
  CHECK(values_of("$5..$10:3") == Values{"$5", "$7.5", "$10"});
  CHECK(values_of("30s..2m:4") == Values{"30s", "1m", "1m30s", "2m"});
  CHECK(values_of("1m30s..2m30s:3") == Values{"1m30s", "2m", "2m30s"});
}

TEST_CASE("an axis that makes no sense is refused with what would be right") {
  CHECK(contains(axis_error("rate=3"), "POINTER=VALUES"));
  CHECK(contains(axis_error("/rate"), "POINTER=VALUES"));
  CHECK(contains(axis_error("/x=1..2:1"), "from 2 to 1000"));
  CHECK(contains(axis_error("/x=1..2:99999999999999999999"), "from 2 to 1000"));
  CHECK(contains(axis_error("/x=1/s..60/min:3"), "different units"));
  CHECK(contains(axis_error("/x=a..b:3"), "\"a\" is not a number"));
  CHECK(contains(axis_error("/x=300/min..1200/min"), "write 300/min..1200/min:4"));
  CHECK(contains(axis_error("/x=1,2,1"), "has \"1\" twice"));
  CHECK(contains(axis_error("/x=2..2:3"), "twice"));
  CHECK(contains(axis_error("/x=1,,2"), "empty value"));
  CHECK(contains(axis_error("/x="), "empty value"));
}

TEST_CASE("all wrong axes are named at once, and one that varies twice") {
  const auto axes = parse_axes({"/a=1,2", "b=1", "/a=3", "/c=1,1"});
  REQUIRE_FALSE(axes.has_value());
  REQUIRE(axes.error().size() == 3);
  CHECK(contains(axes.error()[1].text(), "varies twice"));
}

TEST_CASE("a grid is every combination, the last axis turning fastest") {
  const std::vector<SweepAxis> axes{{"/a", {"1", "2"}}, {"/b", {"x", "y", "z"}}};
  const auto cells = grid_of(axes);
  REQUIRE(cells.size() == 6);
  CHECK(cells[0] == Values{"1", "x"});
  CHECK(cells[1] == Values{"1", "y"});
  CHECK(cells[5] == Values{"2", "z"});
  CHECK(overrides_of(axes, cells[5]) == Values{"/a=2", "/b=z"});
  CHECK(grid_of({}) == std::vector<Values>{{}});
}

}  // namespace
}  // namespace sluice
