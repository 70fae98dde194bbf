// A probe's plan as text and as JSON: what is known to cost nothing, what has no price, and what
// was left out.
#include <string>

#include "report/probe_text.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"
#include "support/text_checks.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

ProbePlan some_probe() {
  ProbePlan plan;
  plan.scenario = "chat";
  plan.parts = {{.what = "prefill speed",
                 .of = "claude-x",
                 .how = "20 requests of 50,000 tokens, max_tokens 1",
                 .requests = 20,
                 .expected = Money::from_decimal("1.25").value(),
                 .worst = Money::from_decimal("2.5").value()},
                {.what = "ttft base",
                 .of = "claude-new",
                 .how = "30 short requests",
                 .requests = 30,
                 .expected = {},
                 .worst = {},
                 .is_priced = false}};
  plan.left_out = {plan.parts[0]};
  plan.known = {"requests_per_minute capacity"};
  plan.expected = plan.parts[0].expected;
  plan.worst = plan.parts[0].worst;
  plan.duration = minutes(3);
  return plan;
}

TEST_CASE("the text of a probe has the price of each part, and what has none") {
  const std::string text = render_text(some_probe(), "probe.json", {.colour = false, .width = 100});
  CAPTURE(text);
  for (const char* const part :
       {"a probe of chat: 2 parts in 3.000 min, about $1.25, at most $2.50",
        "claude-new, ttft base", "unpriced", "left out, for their price",
        "known from the records: requests_per_minute", "written to probe.json",
        "--max-cost DOLLARS"}) {
    CAPTURE(part);
    CHECK(contains(text, part));
  }
  CHECK_FALSE(contains(render_text(some_probe(), "", {}), "written to"));
}

TEST_CASE("the JSON of a probe keeps its published schema, and what is unpriced costs null") {
  check_published("probe.schema.json", probe_schema());
  check_published_fits("probe.schema.json", render_json(ProbePlan{}, ""));
  const Value value =
      check_published_fits("probe.schema.json", render_json(some_probe(), "probe.json"));
  const auto& parts = value.find("parts")->items();
  CHECK(parts[0].find("cost_worst")->number_text() == "2.5");
  CHECK(parts[1].find("cost_worst")->is(Value::Kind::kNull));
  CHECK(value.find("cost_expected")->number_text() == "1.25");
  CHECK(value.find("duration")->number_text() == "180");
  CHECK(value.find("written")->as_string() == "probe.json");
}

}  // namespace
}  // namespace sluice::testing
