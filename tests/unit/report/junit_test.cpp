#include "report/junit.hpp"

#include "describe/json.hpp"
#include "support/catch.hpp"
#include "support/text_checks.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::contains;
using testing::TinyRun;

ExpectationCheck check(const std::string& text, bool is_failure, bool holds) {
  return {.text = text,
          .is_failure = is_failure,
          .holds = holds,
          .message = text + ": it is 2 s",
          .terms = {}};
}

}  // namespace

TEST_CASE("every expectation and every --fail-if is a test case, with what was measured") {
  RunResult result = TinyRun({}).result();
  result.expectations = {check("ttft.p99 < 3s", false, true), check("ttft.p99 < 1s", false, false),
                         check("ttft.p99 > 3s", true, false), check("ttft.p99 > 1s", true, true)};
  const std::string xml = render_junit(to_value(result));
  CHECK(contains(xml, R"(<testsuite name="tiny" tests="4" failures="2" errors="0" skipped="0")"));
  CHECK(contains(xml, R"(<testcase classname="tiny.expect" name="ttft.p99 &lt; 3s" time="0">)"
                      "<system-out>ttft.p99 &lt; 3s: it is 2 s</system-out></testcase>"));
  CHECK(contains(xml, R"(<failure type="expectation" message="ttft.p99 &lt; 1s: it is 2 s">)"));
  CHECK(contains(
      xml, R"(<testcase classname="tiny.--fail-if" name="ttft.p99 &gt; 1s" time="0"><failure)"));
}

TEST_CASE("expectations of the same words are test cases of different names") {
  RunResult result = TinyRun({}).result();
  result.expectations = {check("ttft.p99 < 3s", false, true), check("ttft.p99 < 3s", false, true),
                         check("ttft.p99 < 3s (2)", false, true),
                         check("ttft.p99 < 3s", false, true), check("ttft.p99 < 3s", true, false)};
  const std::string xml = render_junit(to_value(result));
  CHECK(contains(xml, R"xml(classname="tiny.expect" name="ttft.p99 &lt; 3s" )xml"));
  CHECK(contains(xml, R"xml(classname="tiny.expect" name="ttft.p99 &lt; 3s (2)" )xml"));
  CHECK(contains(xml, R"xml(classname="tiny.expect" name="ttft.p99 &lt; 3s (2) (2)" )xml"));
  CHECK(contains(xml, R"xml(classname="tiny.expect" name="ttft.p99 &lt; 3s (3)" )xml"));
  // The class tells a --fail-if from an expectation.
  CHECK(contains(xml, R"xml(classname="tiny.--fail-if" name="ttft.p99 &lt; 3s" )xml"));
}

TEST_CASE("a term's interval stands beside the measured value") {
  RunResult result = TinyRun({}).result();
  result.expectations = {check("ttft.p99 < 3s", false, true)};
  result.expectations[0].terms = {{.path = "ttft.p99",
                                   .comparison = "<",
                                   .bound = "3s",
                                   .value = MetricValue{.number = seconds(2),
                                                        .unit = Unit::kDuration,
                                                        .interval = MetricInterval{1.5, 2.5}},
                                   .holds = true}};
  CHECK(contains(render_junit(to_value(result)),
                 "&#10;ttft.p99: 95 % interval 1.500 s to 2.500 s</system-out>"));
}

TEST_CASE("a run of which nothing is expected is a suite without test cases") {
  const std::string xml = render_junit(to_value(TinyRun({}).result()));
  CHECK(contains(xml, R"(tests="0" failures="0")"));
  CHECK_FALSE(contains(xml, "<testcase"));
}

TEST_CASE("the rows of an agreement are test cases; those not judged are skipped") {
  const auto agreement = describe::parse_json(R"({"format": "sluice-agreement", "scenario": "s",
    "void_reason": "", "rows": [
    {"metric": "a", "unit": "requests", "predicted": 10, "measured": 12, "tolerance": "equal",
     "judged": true, "agrees": false},
    {"metric": "b", "unit": "seconds", "predicted": 1, "measured": 1, "tolerance": "5 %",
     "judged": true, "agrees": true},
    {"metric": "c", "unit": "seconds", "predicted": 1, "measured": null, "tolerance": "few",
     "judged": false, "agrees": true}]})",
                                              "test");
  const std::string xml = render_junit(*agreement);
  CHECK(contains(xml, R"(tests="4" failures="1" errors="0" skipped="1")"));
  CHECK(contains(xml, R"(message="predicted 10, measured 12, tolerance equal")"));
  CHECK(
      contains(xml, R"(<skipped message="too few values to judge: predicted 1.000 s, measured -)"));
}

TEST_CASE("XML holds any text, but for what XML cannot hold") {
  CHECK(xml_text("<a b=\"c\">&'") == "&lt;a b=&quot;c&quot;&gt;&amp;'");
  CHECK(xml_text("a\nb\tc") == "a&#10;b&#9;c");
  CHECK(xml_text("a\uFFFE\uFFFFb\uFFFD") == "a\uFFFD\uFFFDb\uFFFD");
  CHECK(xml_text(std::string_view("\x01\x00", 2)) == "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("only what can pass or fail has test cases") {
  CHECK(has_test_cases(to_value(TinyRun({}).result())));
  CHECK_FALSE(has_test_cases(*describe::parse_json(R"({"format": "sluice-plan"})", "test")));
}
