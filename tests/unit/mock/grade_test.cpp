#include "mock/grade.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mock/grade_text.hpp"
#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice::mock {
namespace {

using testing::millisecond;
constexpr std::string_view kRoute = "POST /v1/messages";

// A client of its own: every call is one attempt, with the answer that it got.
class GradedClient {
 public:
  explicit GradedClient(GraderOptions options = {}) : grader_(options) {}

  ServedRequest attempt(TimePoint at, std::uint64_t content) {
    ServedRequest served;
    served.sequence = ++sequence_;
    served.route = kRoute;
    served.arrived = at;
    served.content_hash = content;
    served.retries_said = says_;
    return served;
  }
  void refused(TimePoint at, std::uint64_t content, int status, Duration retry_after = {}) {
    ServedRequest served = attempt(at, content);
    served.status = status;
    if (status == 429) served.outcome.limit = LimitCause::kRequests;
    if (retry_after > Duration{}) served.outcome.retry_after = retry_after;
    grader_.decided(served);
  }
  void over_spend_cap(TimePoint at, std::uint64_t content) {
    ServedRequest served = attempt(at, content);
    served.status = 429;
    served.outcome.limit = LimitCause::kSpend;
    grader_.decided(served);
  }
  void too_large(TimePoint at, std::uint64_t content) {
    ServedRequest served = attempt(at, content);
    served.status = 429;
    served.outcome.limit = LimitCause::kInputTokens;
    served.outcome.retry_after = seconds(1);
    served.outcome.never_fits = true;
    grader_.decided(served);
  }
  void served(TimePoint at, std::uint64_t content) { end(begin(at, content), at + seconds(1)); }
  void broken(TimePoint at, std::uint64_t content) {
    ServedRequest served = begin(at, content);
    served.error_in_stream = true;
    served.outcome.error = ErrorKind::kOverloaded;
    end(std::move(served), at + seconds(1));
  }
  void abandoned(TimePoint at, std::uint64_t content) {
    ServedRequest served = begin(at, content);
    served.client_gone = true;
    served.outcome.error = ErrorKind::kConnection;
    end(std::move(served), at + seconds(1));
  }
  ServedRequest begin(TimePoint at, std::uint64_t content) {
    ServedRequest served = attempt(at, content);
    served.admitted = true;
    grader_.decided(served);
    return served;
  }
  void end(ServedRequest served, TimePoint at) {
    served.outcome.ended = at;
    grader_.ended(served);
  }
  // What the client says of its next attempts.
  void says(std::optional<std::int32_t> retries) { says_ = retries; }

  Grader& grader() { return grader_; }
  const Finding* finding(GradeRule rule, TimePoint now) {
    verdict_ = grader_.verdict(now);
    for (const Finding& one : verdict_.findings) {
      if (one.rule == text_of(rule).id) return &one;
    }
    return nullptr;
  }
  std::uint64_t count(GradeRule rule, TimePoint now = kRunStart + hours(1)) {
    const Finding* found = finding(rule, now);
    return found == nullptr ? 0 : found->count;
  }

 private:
  Grader grader_;
  Verdict verdict_;
  std::uint64_t sequence_ = 0;
  std::optional<std::int32_t> says_;
};

TEST_CASE("a client that waits for retry-after passes every rule") {
  GradedClient client;
  for (std::uint64_t i = 1; i <= 30; ++i) {
    const auto start = static_cast<std::int64_t>(i) * 1'700;
    client.refused(millisecond(start), i, 429, seconds(4));
    client.served(millisecond(start + 4'050), i);
  }
  const Verdict verdict = client.grader().verdict(millisecond(3'600'000));
  CHECK(verdict.passed);
  CHECK(verdict.findings.empty());
  CHECK(verdict.requests == 30);
  CHECK(verdict.attempts == 60);
  CHECK(verdict.refused == 30);
}

TEST_CASE("a retry before retry-after is over fails the grade") {
  GradedClient client;
  client.refused(millisecond(0), 7, 429, seconds(5));
  client.served(millisecond(2'000), 7);
  const Finding* finding = client.finding(GradeRule::kRetriedTooEarly, millisecond(3'000));
  REQUIRE(finding != nullptr);
  CHECK(finding->is_failure);
  CHECK(finding->count == 1);
  CHECK(finding->first_sequence == 2);
  CHECK(finding->text == "1 retry before retry-after was over, the worst 3.000 s early");
  CHECK_FALSE(client.grader().verdict(millisecond(3'000)).passed);
}

TEST_CASE("a retry within 50 ms of the end of retry-after is on time") {
  GradedClient client;
  client.refused(millisecond(0), 7, 429, seconds(5));
  client.refused(millisecond(4'950), 7, 429, seconds(5));
  CHECK(client.count(GradeRule::kRetriedTooEarly) == 0);
  client.refused(millisecond(9'899), 7, 429, seconds(5));
  CHECK(client.count(GradeRule::kRetriedTooEarly) == 1);
}

TEST_CASE("tolerance grows with the speed of time") {
  GradedClient client({.speed_permille = 60'000});
  client.refused(millisecond(0), 7, 429, seconds(5));
  client.served(millisecond(2'000), 7);
  CHECK(client.count(GradeRule::kRetriedTooEarly) == 0);
}

TEST_CASE("the same content after a success is a new request") {
  GradedClient client;
  for (int i = 0; i < 100; ++i) client.served(millisecond(i * 2'000), 7);
  CHECK(client.grader().verdict(millisecond(3'600'000)).requests == 100);
}

TEST_CASE("a name tells requests of equal content apart") {
  GradedClient client;
  for (std::uint64_t i = 0; i < 20; ++i) {
    ServedRequest served = client.attempt(millisecond(static_cast<std::int64_t>(i) * 10), 7);
    served.is_named = true;
    served.spec.id.session = i;
    served.status = 429;
    served.outcome.retry_after = seconds(5);
    client.grader().decided(served);
  }
  CHECK(client.count(GradeRule::kRetriedTooEarly, millisecond(1'000)) == 0);
  CHECK(client.grader().verdict(millisecond(1'000)).requests == 20);
}

TEST_CASE("a client that counts its retries is believed when it says that this is none") {
  GradedClient client;
  client.says(0);
  client.refused(millisecond(0), 7, 429, seconds(5));
  client.refused(millisecond(10), 7, 429, seconds(5));
  client.says(1);
  client.served(millisecond(5'010), 7);
  client.served(millisecond(5'020), 7);
  CHECK(client.count(GradeRule::kRetriedTooEarly) == 0);
}

TEST_CASE("a library that always says it never retried is judged by what it does") {
  GradedClient client;
  client.says(0);
  client.refused(millisecond(0), 7, 429, seconds(5));
  client.refused(millisecond(10), 7, 429, seconds(5));
  CHECK(client.count(GradeRule::kRetriedTooEarly) == 1);
}

TEST_CASE("requests of equal content in flight together are not judged, and the verdict says so") {
  GradedClient client;
  const ServedRequest first = client.begin(millisecond(0), 7);
  client.refused(millisecond(10), 7, 429, seconds(5));
  client.refused(millisecond(20), 7, 429, seconds(5));
  client.end(first, millisecond(1'000));
  const Verdict verdict = client.grader().verdict(millisecond(3'600'000));
  CHECK(verdict.alike == 1);
  CHECK(verdict.findings.empty());
  CHECK(grade_text(verdict).find("sluice-request") != std::string::npos);
}

TEST_CASE("sending again what cannot succeed fails the grade") {
  const int status = GENERATE(400, 401, 403, 404, 413);
  CAPTURE(status);
  GradedClient client;
  client.refused(millisecond(0), 7, status);
  client.refused(millisecond(2'000), 7, status);
  CHECK(client.count(GradeRule::kRetriedHopeless) == 1);
}

TEST_CASE("a spend cap's 429 and a prompt that never fits are hopeless") {
  GradedClient client;
  client.over_spend_cap(millisecond(0), 7);
  client.over_spend_cap(millisecond(1'000), 7);
  client.too_large(millisecond(0), 8);
  client.too_large(millisecond(1'000), 8);
  CHECK(client.count(GradeRule::kRetriedHopeless) == 2);
}

TEST_CASE("an error that was repaired before the next attempt is not held against a client") {
  GradedClient client;
  client.refused(millisecond(0), 7, 401);
  client.served(millisecond(1'000), 7);
  client.refused(millisecond(10'000), 8, 400);
  client.refused(millisecond(10'000 + 301'000), 8, 400);
  CHECK(client.count(GradeRule::kRetriedHopeless) == 0);
}

TEST_CASE("requests refused together that come back together are waves") {
  GradedClient client;
  for (std::int64_t round = 0; round < 4; ++round) {
    for (std::uint64_t i = 1; i <= 20; ++i) {
      const auto jitter = static_cast<std::int64_t>(i);
      client.refused(millisecond(10'000 + round * 5'010 + jitter), i, 429, seconds(5));
    }
  }
  const Finding* finding = client.finding(GradeRule::kSynchronisedWaves, millisecond(60'000));
  REQUIRE(finding != nullptr);
  CHECK(finding->count == 3);
  CHECK(finding->is_failure);
  CHECK(finding->text ==
        "3 waves of retries; the largest had 20 within 100 ms, all after a retry-after of 5s");
}

TEST_CASE("a single wave is advice") {
  GradedClient client;
  for (std::uint64_t i = 1; i <= 12; ++i) client.refused(millisecond(1'000), i, 429, seconds(5));
  for (std::uint64_t i = 1; i <= 12; ++i) client.served(millisecond(6'020), i);
  const Finding* finding = client.finding(GradeRule::kSynchronisedWaves, millisecond(60'000));
  REQUIRE(finding != nullptr);
  CHECK_FALSE(finding->is_failure);
  CHECK(client.grader().verdict(millisecond(60'000)).passed);
}

TEST_CASE("many attempts for few requests while refused are amplification") {
  GradedClient client;
  // 5 requests, each tried every 2 s: 30 attempts a minute each.
  for (std::int64_t i = 0; i < 30; ++i) {
    for (std::uint64_t request = 1; request <= 5; ++request) {
      client.refused(millisecond(60'000 + i * 1'999), request, 429, seconds(1));
    }
  }
  const Finding* finding = client.finding(GradeRule::kAmplification, millisecond(125'000));
  REQUIRE(finding != nullptr);
  CHECK(finding->is_failure);
  CHECK(finding->text ==
        "in the worst minute 150 attempts were made for 5 requests, and 150 of them were refused");
}

TEST_CASE("a few attempts more than requests are advice, and none while most succeed") {
  GradedClient client;
  for (std::int64_t i = 0; i < 5; ++i) {
    for (std::uint64_t request = 1; request <= 5; ++request) {
      client.refused(millisecond(60'000 + i * 10'000), request, 429, seconds(9));
    }
  }
  const Finding* finding = client.finding(GradeRule::kAmplification, millisecond(125'000));
  REQUIRE(finding != nullptr);
  CHECK_FALSE(finding->is_failure);

  GradedClient steady;
  for (std::int64_t i = 0; i < 40; ++i) steady.served(millisecond(i * 2'000), 7);
  CHECK(steady.count(GradeRule::kAmplification) == 0);
}

TEST_CASE("a stream that failed after its 200 and was let go fails the grade") {
  GradedClient client;
  client.broken(millisecond(0), 7);
  CHECK(client.grader().verdict(millisecond(91'000)).waiting == 1);
  CHECK(client.count(GradeRule::kIgnoredInStreamErrors, millisecond(91'000)) == 0);
  CHECK(client.count(GradeRule::kIgnoredInStreamErrors, millisecond(91'001)) == 1);
  CHECK_FALSE(client.grader().verdict(millisecond(91'001)).passed);
}

TEST_CASE("a stream that failed and was sent again is fine") {
  GradedClient client;
  client.broken(millisecond(0), 7);
  client.served(millisecond(3'000), 7);
  CHECK(client.count(GradeRule::kIgnoredInStreamErrors) == 0);
}

TEST_CASE("a client that went away itself has nothing to retry") {
  GradedClient client;
  client.abandoned(millisecond(0), 7);
  CHECK(client.grader().verdict(millisecond(3'600'000)).findings.empty());
}

TEST_CASE("a request given up after a retryable failure is lost") {
  GradedClient client;
  client.refused(millisecond(0), 7, 529);
  const Finding* finding = client.finding(GradeRule::kLostRequests, millisecond(90'001));
  REQUIRE(finding != nullptr);
  CHECK(finding->is_failure);
}

TEST_CASE("a long retry-after gives the client as long") {
  GradedClient client;
  client.refused(millisecond(0), 7, 429, seconds(600));
  CHECK(client.count(GradeRule::kLostRequests, millisecond(630'000)) == 0);
}

TEST_CASE("one lost request of hundreds is advice") {
  GradedClient client;
  for (std::uint64_t i = 1; i <= 200; ++i) client.served(millisecond(0), i);
  client.refused(millisecond(1'000), 999, 500);
  const Finding* finding = client.finding(GradeRule::kLostRequests, millisecond(3'600'000));
  REQUIRE(finding != nullptr);
  CHECK_FALSE(finding->is_failure);
}

TEST_CASE("a lost request stays lost when its content comes again much later") {
  GradedClient client;
  client.refused(millisecond(0), 7, 500);
  client.served(millisecond(200'000), 7);
  CHECK(client.count(GradeRule::kLostRequests) == 1);
}

TEST_CASE("three retries of a request within a second without being asked are no back-off") {
  GradedClient client;
  for (std::int64_t i = 0; i < 4; ++i) client.refused(millisecond(i * 200), 7, 529);
  CHECK(client.count(GradeRule::kNoBackoff, millisecond(1'000)) == 1);
}

TEST_CASE("exponential back-off from half a second is back-off") {
  GradedClient client;
  client.refused(millisecond(0), 7, 529);
  client.refused(millisecond(400), 7, 529);
  client.refused(millisecond(1'200), 7, 529);
  client.refused(millisecond(2'900), 7, 529);
  client.served(millisecond(6'000), 7);
  CHECK(client.count(GradeRule::kNoBackoff) == 0);
}

TEST_CASE("under a manual clock nothing is said about waves and missing back-off") {
  GradedClient client({.is_clock_manual = true});
  for (std::int64_t i = 0; i < 4; ++i) client.refused(millisecond(0), 7, 529);
  for (std::uint64_t i = 10; i < 30; ++i) client.refused(millisecond(0), i, 429, seconds(1));
  for (std::uint64_t i = 10; i < 30; ++i) client.served(millisecond(1'000), i);
  CHECK(client.count(GradeRule::kNoBackoff, millisecond(2'000)) == 0);
  CHECK(client.count(GradeRule::kSynchronisedWaves, millisecond(60'000)) == 0);
}

TEST_CASE("the grade remembers a bounded number of requests, the newest") {
  GradedClient client({.identities_max = 100});
  client.refused(millisecond(0), 5, 529);
  for (std::uint64_t i = 1'000; i < 1'100; ++i) client.served(millisecond(100'000), i);
  // Forgotten after its time was over: it stays lost.
  CHECK(client.count(GradeRule::kLostRequests, millisecond(200'000)) == 1);
  client.refused(millisecond(200'000), 1'099, 429, seconds(5));
  for (std::uint64_t i = 2'000; i < 2'100; ++i) client.served(millisecond(200'000), i);
  // Forgotten, so that nothing is said about its early retry.
  client.served(millisecond(200'100), 1'099);
  CHECK(client.count(GradeRule::kRetriedTooEarly) == 0);
  CHECK(client.grader().verdict(millisecond(300'000)).requests == 203);
}

TEST_CASE("a cleared grade knows nothing") {
  GradedClient client;
  client.refused(millisecond(0), 7, 429, seconds(5));
  client.served(millisecond(100), 7);
  client.grader().clear();
  const Verdict verdict = client.grader().verdict(millisecond(200));
  CHECK(grade_text(verdict) == "Grade: nothing to judge, no request has come.\n");
}

TEST_CASE("the verdict's text says what happened, why it hurts and what to do") {
  GradedClient client;
  client.refused(millisecond(0), 7, 429, seconds(5));
  client.served(millisecond(2'000), 7);
  CHECK(grade_text(client.grader().verdict(millisecond(3'000))) ==
        R"(Grade: FAILED. 1 request in 2 attempts, 1 of them refused.
FAILED   retried-too-early: 1 retry before retry-after was over, the worst 3.000 s early (the
         first: call 2 of the journal).
         Before retry-after is over the limit has not refilled: an early retry is refused again,
         and it may take the place of a request that had waited.
         Wait at least as long as retry-after says, also when it says more than your own longest
         back-off (some clients stop believing it at 60 s).
clean    retried-hopeless, no-backoff, synchronised-waves, amplification,
         ignored-in-stream-errors, lost-requests
)");
}

}  // namespace
}  // namespace sluice::mock
