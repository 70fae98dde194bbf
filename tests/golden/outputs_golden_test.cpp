// What other programs read of a run, against files that people have read: Markdown, JUnit,
// OpenMetrics, Chrome trace. SLUICE_UPDATE_GOLDEN=1 writes them anew (tools/dev golden --update).
#include <string>

#include "experiment/expectation.hpp"
#include "experiment/run.hpp"
#include "experiment/scenario_text.hpp"
#include "report/chrome_trace.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"
#include "report/open_metrics.hpp"
#include "support/catch.hpp"
#include "support/golden_file.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::TinyRun;

void check_here(const std::string& name, const std::string& text) {
  testing::check_golden("tests/golden/" + name, text);
}

// A run of which two things are expected that hold, and two that do not.
RunResult judged(RunResult result) {
  for (const char* const text :
       {"requests.success_share >= 90% and cost < $50", "ttft.p99 < 1ms"}) {
    result.expectations.push_back(evaluate(*parse_expectation(text), result));
  }
  for (const char* const text : {"attempts.rate_limited_share > 50%", "attempts.total > 2k"}) {
    result.expectations.push_back(evaluate(*parse_expectation(text), result));
    result.expectations.back().is_failure = true;
  }
  return result;
}

RunResult one_run() { return judged(TinyRun({}).result()); }

RunResult judged_runs() {
  RunResult result = TinyRun({.seed = 1}).result();
  for (std::uint64_t seed = 2; seed <= 8; ++seed) result += TinyRun({.seed = seed}).result();
  return judged(std::move(result));
}

// Eight seconds in which more is asked than a bucket of 20 requests a minute holds.
constexpr const char* kScenario = R"({
  "sluice": 1,
  "duration": "8s",
  "organization": {"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 20}}},
  "workloads": [{"name": "chat", "model": "haiku-4.5", "input": 200, "output": 20,
                 "arrivals": {"type": "constant", "rate": "240/min"}}]
})";

}  // namespace

TEST_CASE("the Markdown of one run and of eight replications is the golden one") {
  check_here("one_run.md", render_markdown(to_value(one_run())));
  check_here("replications.md", render_markdown(to_value(judged_runs())));
}

TEST_CASE("the JUnit results of one run are the golden ones") {
  check_here("one_run.junit.xml", render_junit(to_value(one_run())));
}

TEST_CASE("the OpenMetrics of one run are the golden ones") {
  check_here("one_run.prom", render_open_metrics(one_run()));
}

TEST_CASE("the Chrome trace of a small scenario is the golden one") {
  const auto text = ScenarioText::of(kScenario, "small", {});
  REQUIRE(text.has_value());
  const auto scenario = text->load({});
  REQUIRE(scenario.has_value());
  Monitor monitor;
  const auto result = run_scenario(*scenario, {.version = "0.1.0", .keeps_trace = true}, monitor);
  REQUIRE(result.has_value());
  REQUIRE(result->trace.has_value());
  CHECK(static_cast<std::int64_t>(result->trace->attempts.size()) ==
        result->measured.all_workloads().attempts.count());
  check_here("small.trace.json", render_chrome_trace(*result));
}
