#include "report/markdown.hpp"

#include <algorithm>

#include "describe/json.hpp"
#include "report/json_figures.hpp"
#include "report/markdown_page.hpp"
#include "report/number_text.hpp"
#include "support/catch.hpp"
#include "support/load_facts.hpp"
#include "support/text_checks.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using describe::Value;
using testing::contains;
using testing::TinyRun;

Value parsed(std::string_view json) { return *describe::parse_json(json, "test"); }

// Unescaped bars end a cell.
std::size_t cells_of(const std::string& line) {
  std::size_t bars = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '|' && (i == 0 || line[i - 1] != '\\')) ++bars;
  }
  return bars;
}

}  // namespace

TEST_CASE("text in Markdown is neither markup, nor HTML, nor a mention") {
  CHECK(markdown_text("plain words, 1.5 %") == "plain words, 1.5 %");
  CHECK(markdown_text("a|b") == "a\\|b");
  CHECK(markdown_text("`code` *bold* _it_ [l](u) ~s~") ==
        "\\`code\\` \\*bold\\* \\_it\\_ \\[l\\]\\(u\\) \\~s\\~");
  CHECK(markdown_text("<script>&amp;") == "&lt;script&gt;&amp;amp;");
  CHECK(markdown_text("@team #12") == "@&#8203;team \\#&#8203;12");
  CHECK(markdown_text("https://a.example www.b.example WWW.c ww.d") ==
        "https:&#8203;//a.example www&#8203;.b.example WWW&#8203;.c ww.d");
  CHECK(markdown_text("a\nb\r\tc\x01") == "a b  c ");
  CHECK(markdown_text("\\") == "\\\\");
}

TEST_CASE("every row of a table has as many cells as its header, whatever the names") {
  RunFacts facts = TinyRun({}).facts();
  facts.names.workloads = {"a|b", "<script>alert(1)</script>"};
  facts.names.limiters[0] = "x|y`z";
  const std::string page = render_markdown(to_value(make_result(TinyRun({}).recorder(), facts)));
  CHECK_FALSE(contains(page, "<script"));
  std::size_t wanted = 0;
  std::size_t tables = 0;
  for (std::size_t from = 0; from < page.size();) {
    const std::size_t to = page.find('\n', from);
    const std::string line = page.substr(from, to - from);
    from = to + 1;
    INFO(line);
    if (!line.starts_with('|')) {
      wanted = 0;
      continue;
    }
    if (wanted == 0) {
      wanted = cells_of(line);
      ++tables;
    }
    CHECK(cells_of(line) == wanted);
  }
  CHECK(tables == 3);
}

TEST_CASE("the mark of a run is its verdict's, and bad where an expectation is not met") {
  const RunResult fits = TinyRun({.refused_permille = 0, .failing_permille = 0}).result();
  CHECK(render_markdown(to_value(fits)).starts_with("## ✅ fits: tiny\n"));
  const RunResult retries = TinyRun({.failing_permille = 0}).result();
  CHECK(render_markdown(to_value(retries)).starts_with("## ⚠️ fits with retries: tiny\n"));
  CHECK(render_markdown(to_value(TinyRun({}).result())).starts_with("## ❌ does not fit: tiny\n"));
  RunResult missed = fits;
  missed.expectations = {{.text = "cost < $1", .message = "cost < $1: it is $2", .terms = {}}};
  const std::string page = render_markdown(to_value(missed));
  CHECK(page.starts_with("## ❌ fits: tiny\n"));
  CHECK(contains(page, "| cost &lt; \\$1 | expect | ❌ no | cost &lt; \\$1: it is \\$2 |\n"));
}

TEST_CASE("a load run's Markdown says that its claims are void") {
  LoadFacts load = testing::some_load();
  for (int i = 0; i < 100; ++i) load.schedule_delay.record(1'200'000'000);
  RunFacts facts = TinyRun({}).facts();
  facts.load = load;
  const std::string page = render_markdown(to_value(make_result(TinyRun({}).recorder(), facts)));
  CHECK(contains(page, "The load generator fell behind"));
  CHECK(contains(page, "- Command: sluice replay SCENARIO --seed 7\n"));
  CHECK(contains(page, "- Target: embedded mock\n"));
}

TEST_CASE("a load run's Markdown says nothing of limits that a client cannot see") {
  RunFacts facts = TinyRun({}).facts();
  facts.load = testing::some_load();
  const RunResult refused = make_result(TinyRun({}).recorder(), facts);
  const std::string page = render_markdown(to_value(refused));
  CHECK_FALSE(contains(page, "### Limits"));
  CHECK_FALSE(contains(page, "tightest limit"));
  CHECK(contains(page, "attempts \\("));
  CHECK(contains(page, "were refused with 429."));
  const TinyRun fits({.refused_permille = 0, .failing_permille = 0});
  CHECK(contains(render_markdown(to_value(make_result(fits.recorder(), facts))),
                 "\nNo attempt was refused for a limit.\n"));
}

TEST_CASE("members of other types than a result's are left out of Markdown") {
  const std::string run = render_markdown(parsed(R"({"format": "sluice-result",
    "verdict": 1, "identity": {"warnings": [1, null, {"a": 2}]}})"));
  CHECK(contains(run, "Warning: 1\n"));
  CHECK(render_markdown(parsed(R"({"format": "sluice-result"})")).starts_with("## "));
  const std::string sweep = render_markdown(parsed(R"({"format": "sluice-sweep",
    "axes": [{"pointer": "/r"}], "metrics": [], "cells": [{"values": [2.5], "figures": []}]})"));
  CHECK(contains(sweep, "| 2.5 |"));
  CHECK(contains(render_markdown(parsed(R"({"format": "sluice-plan", "notes": [7]})")), "Note: 7"));
}

TEST_CASE("what many runs have found has its verdict and its table in Markdown") {
  const std::string plan = render_markdown(parsed(R"({"format": "sluice-plan",
    "scenario": "s", "verdict": "does not fit", "words": "DOES NOT FIT: x", "demands": [
    {"metric": "cost.per_month", "unit": "dollars", "bound": 100, "is_least": false,
     "today": {"value": 120.5, "low": 119, "high": 122}, "standing": "broken"}], "tiers": []})"));
  CHECK(plan.starts_with("## ❌ does not fit: s\n"));
  CHECK(contains(plan,
                 "| cost.per\\_month | at most \\$100.00 | \\$120.50 \\(\\$119.00 to \\$122.00\\) "
                 "| broken |"));
  const std::string tune = render_markdown(parsed(R"({"format": "sluice-tune",
    "scenario": "s", "client": "c", "verdict": "keep", "today": "t", "chosen": "n",
    "figures": [{"metric": "m", "unit": "ratio", "today": {"value": 0.5, "low": 0.4, "high": 0.6},
    "chosen": {"value": 0.5, "low": 0.4, "high": 0.6},
    "difference": {"value": 0, "low": -0.1, "high": 0.1}, "verdict": "same"}]})"));
  CHECK(tune.starts_with("## ⚠️ keep today's policy: s, client c\n"));
  CHECK(contains(tune, "| m | 50.0 % \\(40.0 % to 60.0 %\\) |"));
  const std::string sweep = render_markdown(parsed(R"({"format": "sluice-sweep", "scenario": "s",
    "axes": [{"pointer": "/r", "values": ["1"]}], "metrics": [{"path": "m", "unit": "seconds"}],
    "cells": [{"values": ["1"], "figures": [{"mean": 1.5, "low": null, "high": null}]}]})"));
  CHECK(contains(sweep, "| /r | m |\n|:--|--:|\n| 1 | 1.500 s |\n"));
  const std::string agreement = render_markdown(parsed(R"({"format": "sluice-agreement",
    "scenario": "s", "verdict": "differs", "void_reason": "", "basis": "b", "rows": [
    {"metric": "m", "unit": "requests", "predicted": 10, "measured": 12, "tolerance": "equal",
     "judged": true, "agrees": false}]})"));
  CHECK(agreement.starts_with("## ❌ differs: s"));
  CHECK(contains(agreement, "| m | 10 | 12 | equal | ❌ no |"));
  const std::string comparison = render_markdown(parsed(R"({"format": "sluice-comparison",
    "scenario": "s", "verdict": "v", "recommended": 1, "rows": [{"name": "haiku",
    "kind": "model", "unavailable": "", "keeps_all": true, "figures": {
    "cost_per_month": {"value": 12.5, "low": 12, "high": 13}, "cost_per_success": null}}]})"));
  CHECK(contains(comparison, "| haiku | model | \\$12.50 \\(\\$12.00 to \\$13.00\\) | - |"));
}

TEST_CASE("figures read back from JSON are the text report's") {
  const Value value = parsed(R"({"a.b": {"c": 1.53}, "money": 0.000431, "count": 1234567})");
  CHECK(figure_at(value, "a.b.c", Unit::kDuration) == "1.530 s");
  CHECK(figure_at(value, "money", Unit::kMoney) == "$0.000431");
  CHECK(figure_at(value, "count", Unit::kTokens) == "1,234,567");
  CHECK(number_text_of(0.009194996, Unit::kMoney) == "$0.00919");
  CHECK(number_text_of(0.0000234, Unit::kMoney) == "$0.0000234");
  CHECK(number_text_of(25e6 + 0.004, Unit::kMoney) == "$25,000,000.00");
  CHECK(figure_at(value, "nothing", Unit::kTokens) == "-");
  CHECK(unit_at(parsed(R"({"unit": "seconds"})")) == Unit::kDuration);
  CHECK(member_at(value, "a.x") == nullptr);
}
