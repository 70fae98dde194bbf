// The verdict of a run that is over, when nobody can come again.
#include <optional>
#include <string>

#include "mock/grade.hpp"
#include "mock/grade_text.hpp"
#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice::mock {
namespace {

using testing::millisecond;
// At the start, with nobody coming again.
Grader after_refusal(int status, std::optional<Duration> retry_after = {},
                     const GraderOptions& options = {}) {
  ServedRequest served;
  served.sequence = 1;
  served.route = "POST /v1/messages";
  served.arrived = kRunStart;
  served.content_hash = 7;
  served.status = status;
  served.outcome.retry_after = retry_after;
  if (status == 429) served.outcome.limit = LimitCause::kRequests;
  Grader grader(options);
  grader.decided(served);
  return grader;
}

// A stream that ended in an error after a second.
Grader after_broken_stream() {
  ServedRequest served;
  served.sequence = 1;
  served.route = "POST /v1/messages";
  served.arrived = kRunStart;
  served.content_hash = 7;
  served.admitted = true;
  Grader grader;
  grader.decided(served);
  served.error_in_stream = true;
  served.outcome.error = ErrorKind::kOverloaded;
  served.outcome.ended = millisecond(1'000);
  grader.ended(served);
  return grader;
}

TEST_CASE("at the end of a run a broken stream that nobody followed counts at once") {
  const Grader grader = after_broken_stream();
  CHECK(grader.verdict(millisecond(1'001)).passed);
  const Verdict verdict = grader.final_verdict(millisecond(1'001));
  CHECK_FALSE(verdict.passed);
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings[0].rule == "ignored-in-stream-errors");
  CHECK(verdict.waiting == 0);
}

TEST_CASE("at the end of a run a failure without retry-after counts after two seconds") {
  const Grader grader = after_refusal(529);
  CHECK(grader.final_verdict(millisecond(1'999)).waiting == 1);
  CHECK(grader.final_verdict(millisecond(1'999)).passed);
  CHECK_FALSE(grader.final_verdict(millisecond(2'000)).passed);
  CHECK(grader.verdict(millisecond(2'000)).waiting == 1);
}

TEST_CASE("at the end of a run a failure counts once its retry-after had passed") {
  const Grader grader = after_refusal(429, seconds(5));
  CHECK(grader.final_verdict(millisecond(4'999)).waiting == 1);
  CHECK(grader.final_verdict(millisecond(4'999)).passed);
  CHECK_FALSE(grader.final_verdict(millisecond(5'000)).passed);
}

TEST_CASE("the two seconds at the end are wall time") {
  const Grader grader = after_refusal(529, std::nullopt, {.speed_permille = 60'000});
  CHECK(grader.final_verdict(millisecond(119'999)).waiting == 1);
  CHECK_FALSE(grader.final_verdict(millisecond(120'000)).passed);
}

TEST_CASE("what is open at the end of a run is said to be so") {
  const std::string text =
      grade_text(after_refusal(429, seconds(5)).final_verdict(millisecond(1'000)));
  CHECK(text.find("open     1 failed so late that a retry was not yet due") != text.npos);
}

}  // namespace
}  // namespace sluice::mock
