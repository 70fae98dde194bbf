#include "report/spark.hpp"

#include "report/text.hpp"
#include "report/text_charts.hpp"
#include "report/text_table.hpp"
#include "support/catch.hpp"
#include "support/load_facts.hpp"
#include "support/text_checks.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::contains;
using testing::TinyRun;

std::string without_charts(const std::string& text) {
  std::string plain;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    const std::string line = text.substr(begin, end - begin);
    const bool is_chart =
        contains(line, "▁") || contains(line, "█") || contains(line, "▂") || contains(line, "▄");
    if (!is_chart) plain += line;
    begin = end;
  }
  return plain;
}

}  // namespace

TEST_CASE("a sparkline has eight heights from nothing to all") {
  CHECK(sparkline({0.0, 0.15, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0}, 24) == "▁▁▂▃▄▅▆▇█");
  CHECK(sparkline({-1.0, 7.0}, 24) == "▁█");
  CHECK(sparkline({0.5, std::nullopt, 0.5}, 24) == "▄ ▄");
  CHECK(sparkline({}, 24).empty());
}

TEST_CASE("a sparkline of more values than columns keeps every peak") {
  std::vector<std::optional<double>> shares(100, 0.0);
  shares[55] = 1.0;
  shares[99] = 0.5;
  CHECK(sparkline(shares, 10) == "▁▁▁▁▁█▁▁▁▄");
  CHECK(display_width(sparkline(shares, 24)) == 24);
}

TEST_CASE("a bar is as long as its share, and shows whatever is more than nothing") {
  CHECK(bar_text(1, 4) == "████");
  CHECK(bar_text(0.5, 4) == "██");
  CHECK(bar_text(0.5, 1) == "▌");
  CHECK(bar_text(0.0001, 4) == "▏");
  CHECK(bar_text(0, 4).empty());
  CHECK(bar_text(9, 4) == "████");
}

TEST_CASE("with charts the text has a line for every limit and cause, without them none") {
  const RunResult result = TinyRun({}).result();
  const std::string charts = render_text(result, {.charts = true});
  const std::string plain = render_text(result, {});
  CHECK(contains(charts,
                 "               requests       ████████████████████████ 242\n"
                 "               output_tokens  ████████████▎ 123\n"));
  CHECK(contains(charts, "  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂\n"));  // a steady 28.8 %
  CHECK(contains(charts, "  ▁ to █: share of the limit that was used, 0 to 100 %, from 0 s to"));
  CHECK(without_charts(charts) == plain);
  CHECK(without_charts(plain) == plain);
}

TEST_CASE("no chart makes a line wider than 80 columns") {
  const std::string text = render_text(TinyRun({}).result(), {.width = 80, .charts = true});
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    INFO(line);
    const bool is_chart = contains(line, "█") || contains(line, "▂");
    CHECK((!is_chart || display_width(line) <= 80));
    begin = end + 1;
  }
}

TEST_CASE("a load run shows its 429s as bars and no limit that it cannot see") {
  RunFacts facts = TinyRun({}).facts();
  facts.load = testing::some_load();
  const std::string text =
      render_text(make_result(TinyRun({}).recorder(), facts), {.charts = true});
  CHECK(contains(text, "output_tokens  ████████████▎ 123\n"));
  CHECK_FALSE(contains(text, "share of the limit"));
}
