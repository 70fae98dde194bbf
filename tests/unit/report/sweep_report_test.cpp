#include <algorithm>
#include <sstream>
#include <string>

#include "report/sweep_json.hpp"
#include "report/sweep_text.hpp"
#include "report/text_table.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

constexpr TextStyle kWide{.colour = false, .width = 200};

SweepResult some_sweep() {
  SweepResult result{.title = "tiny",
                     .scenario_digest = std::string(64, 'a'),
                     .catalog_digest = std::string(64, 'c'),
                     .version = "0.1.0",
                     .axes = {{"/organization/tier", {"start", "build"}},
                              {"/workloads/0/arrivals/rate", {"300/min", "600/min"}}},
                     .metrics = {{"cost.total", Unit::kMoney}, {"goodput.share", Unit::kRatio}},
                     .precision = {},
                     .cells = {}};
  for (int i = 0; i < 4; ++i) {
    SweepCell cell{.values = {result.axes[0].values[static_cast<std::size_t>(i / 2)],
                              result.axes[1].values[static_cast<std::size_t>(i % 2)]},
                   .scenario_digest = std::string(64, 'd'),
                   .metrics = {{1.0 + i, 2.0 + i, 3.5 + 2 * i}, {0.5, 0.75, std::nullopt}}};
    result.cells.push_back(std::move(cell));
  }
  return result;
}

TEST_CASE("the JSON of a sweep has the members that its schema names, and no others") {
  const Value value = parsed(render_json(some_sweep()));
  check_fits(parsed(sweep_schema()), value);
  const Value& cell = value.find("cells")->items()[3];
  CHECK(cell.find("values")->items()[1].as_string() == "600/min");
  CHECK(cell.find("replications")->as_integer() == 3);
  const Value& figure = cell.find("figures")->items()[0];
  CHECK(figure.find("mean")->number_text() == "6.16666667");
  CHECK(figure.find("against_first")->find("difference")->number_text() == "4");
}

TEST_CASE("the schema of a sweep is the published one") {
  check_published("sweep.schema.json", sweep_schema());
}

TEST_CASE("the CSV of a sweep has a row for every cell and metric, and a field for every column") {
  const std::string csv = render_csv(some_sweep());
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4 * 2);
  std::istringstream lines(csv);
  std::string line;
  while (std::getline(lines, line)) {
    INFO(line);
    CHECK(std::count(line.begin(), line.end(), ',') == 11);
  }
  CHECK(csv.find("build,600/min,goodput.share,ratio,3,0.625,") != std::string::npos);
}

TEST_CASE("an axis value with commas is one field of the CSV") {
  SweepResult result = some_sweep();
  result.cells[0].values[0] = R"({"a":1,"b":2})";
  CHECK(render_csv(result).find(R"("{""a"":1,""b"":2}",300/min,)") != std::string::npos);
}

TEST_CASE("the text of a sweep has a line for every cell and says what the columns are") {
  const std::string text = render_text(some_sweep(), kWide);
  INFO(text);
  CHECK(text.find("tier") != std::string::npos);
  CHECK(text.find("rate is /workloads/0/arrivals/rate") != std::string::npos);
  CHECK(text.find("$2.17 ± ") != std::string::npos);
  CHECK(text.find("3 replications of every cell") != std::string::npos);
  CHECK(text.find("-fold in the median") != std::string::npos);
}

TEST_CASE("two axes and one metric make a grid") {
  SweepResult result = some_sweep();
  result.metrics.pop_back();
  for (SweepCell& cell : result.cells) cell.metrics.pop_back();
  const std::string text = render_text(result, kWide);
  INFO(text);
  CHECK(text.find("tiny: cost.total") == 0);
  CHECK(text.find("rate 300/min") != std::string::npos);
  CHECK(text.find("\n  build ") != std::string::npos);
}

TEST_CASE("metrics that a line cannot hold go to a table below") {
  SweepResult result = some_sweep();
  for (int i = 0; i < 6; ++i) {
    result.metrics.push_back({"latency.offered.p9" + std::to_string(i), Unit::kDuration});
    for (SweepCell& cell : result.cells) cell.metrics.push_back({1.0, 2.0, 3.0});
  }
  std::istringstream lines(render_text(result, {.colour = false, .width = 80}));
  std::string line;
  int headers = 0;
  while (std::getline(lines, line)) {
    INFO(line);
    CHECK(display_width(line) <= 80);
    if (line.find("  tier ") == 0) headers += 1;
  }
  CHECK(headers >= 2);
}

TEST_CASE("a sweep says which cells did not become as precise as was wished") {
  SweepResult result = some_sweep();
  result.precision = 0.05;
  CHECK(render_text(result, kWide).find("every figure is within 5.0 %") != std::string::npos);
  result.cells[1].precise = false;
  CHECK(render_text(result, kWide).find("1 of 4 cells have figures that are not within 5.0 %") !=
        std::string::npos);
}

}  // namespace
}  // namespace sluice::testing
