#include "results/binding.hpp"

#include "metrics/recorder.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

// A minute of one-second cells and two limiters of 60 a minute, "x.requests_per_minute" and
// "x.output_tokens_per_minute".
class Scene {
 public:
  Scene() : recorder_(spec()) {}

  void offer(int count, Duration when = Duration{}) {
    for (int i = 0; i < count; ++i) recorder_.offered(WorkloadId{}, kRunStart + when);
  }
  void end(int count, ErrorKind error, Duration when,
           std::optional<LimitCause> limit = std::nullopt) {
    RequestRecord record;
    record.error = error;
    record.limit = limit;
    record.attempts = 1;
    record.ended = kRunStart + when;
    for (int i = 0; i < count; ++i) recorder_.request(record);
  }
  void refuse(LimitCause cause, Duration when, std::uint16_t limiter = Outcome::kNoLimiter) {
    Outcome outcome;
    outcome.error = ErrorKind::kRateLimit;
    outcome.limit = cause;
    outcome.limiter = limiter;
    outcome.ended = kRunStart + when;
    AttemptRecord record;
    record.outcome = &outcome;
    recorder_.attempt(record);
  }
  void take(std::size_t limiter, std::int64_t taken, Duration when) {
    recorder_.limiter(kRunStart + when, limiter,
                      {.level = 0, .capacity = 60, .limit = 60, .taken = taken});
  }
  Binding analysed() const {
    Measurements measured = recorder_.measured();
    measured.align();
    return analyse(measured, facts());
  }

 private:
  static RecorderSpec spec() {
    RecorderSpec spec;
    spec.limiters = 2;
    spec.duration = seconds(200);
    return spec;
  }
  static RunFacts facts() {
    RunFacts facts;
    facts.duration = seconds(200);
    facts.limiters = {
        {.type = LimitType::kRequestsPerMinute, .group = "x", .workspace = "", .limit = 60},
        {.type = LimitType::kOutputTokensPerMinute, .group = "x", .workspace = "", .limit = 60}};
    for (const LimiterFacts& limiter : facts.limiters) {
      facts.names.limiters.push_back(limiter_name(limiter));
    }
    return facts;
  }
  Recorder recorder_;
};

}  // namespace

TEST_CASE("a run without traffic fits and nothing binds") {
  const Binding binding = Scene().analysed();
  CHECK(binding.verdict == Verdict::kFits);
  CHECK(!binding.main);
  CHECK(binding.headroom() == 1);
  CHECK_FALSE(binding.refuses());
}

TEST_CASE("without refusals it fits, and the busiest limit is the tightest") {
  Scene scene;
  scene.offer(10);
  scene.end(10, ErrorKind::kNone, seconds(1));
  scene.take(0, 30, minutes(1));
  scene.take(1, 45, minutes(1));
  const Binding binding = scene.analysed();
  CHECK(binding.verdict == Verdict::kFits);
  REQUIRE(binding.main == 1U);
  CHECK(binding.headroom() == Approx(0.25));
  CHECK(binding.limits[1].cells_bound > 0);
}

TEST_CASE("refused attempts whose requests get through fit with retries") {
  Scene scene;
  scene.offer(10);
  scene.refuse(LimitCause::kRequests, seconds(2), 0);
  scene.end(10, ErrorKind::kNone, seconds(9));
  const Binding binding = scene.analysed();
  CHECK(binding.verdict == Verdict::kFitsByRetrying);
  REQUIRE(binding.main == 0U);
  CHECK(binding.refuses());
  CHECK(binding.limits[0].first_refused == kRunStart + seconds(2));
  CHECK(binding.limits[0].cells_refusing == 1);
}

TEST_CASE("more than one failure on a limit in a thousand requests does not fit") {
  Scene scene;
  scene.offer(1000);
  scene.refuse(LimitCause::kRequests, seconds(2), 0);
  scene.end(999, ErrorKind::kNone, seconds(3));
  scene.end(1, ErrorKind::kRateLimit, seconds(3), LimitCause::kRequests);
  CHECK(scene.analysed().verdict == Verdict::kFitsByRetrying);
  scene.offer(1);
  scene.end(1, ErrorKind::kQueueFull, seconds(3));  // its queue was full because others waited
  CHECK(scene.analysed().verdict == Verdict::kDoesNotFit);
}

TEST_CASE("failures that no limit caused do not speak against the fit") {
  Scene scene;
  scene.offer(10);
  scene.end(10, ErrorKind::kOverloaded, seconds(3));
  CHECK(scene.analysed().verdict == Verdict::kFits);
}

TEST_CASE("requests that pile up behind retries until the arrivals end do not fit") {
  Scene scene;
  scene.refuse(LimitCause::kRequests, seconds(1), 0);
  for (int second = 0; second < 200; ++second) scene.offer(2, seconds(second));
  for (int second = 0; second < 200; ++second) scene.end(1, ErrorKind::kNone, seconds(second));
  scene.end(200, ErrorKind::kNone, seconds(210));
  const Binding binding = scene.analysed();
  CHECK(binding.backlog == 200);
  CHECK(binding.verdict == Verdict::kDoesNotFit);
}

TEST_CASE("in a cell the limit that refused most binds, before one that is fuller") {
  Scene scene;
  scene.offer(10);
  scene.take(0, 1, seconds(1));
  scene.take(1, 1, seconds(1));
  scene.take(0, 1, seconds(2));
  scene.take(1, 2, seconds(2));
  scene.refuse(LimitCause::kRequests, milliseconds(1500), 0);
  scene.refuse(LimitCause::kRamp, milliseconds(2500));
  scene.refuse(LimitCause::kRamp, milliseconds(2600));
  scene.refuse(LimitCause::kRequests, milliseconds(2700), 0);
  const Binding binding = scene.analysed();
  REQUIRE(binding.by_cell.size() == 3);
  CHECK(binding.by_cell[0] == 0U);  // equally used: the first of the table
  CHECK(binding.by_cell[1] == 0U);
  CHECK(binding.by_cell[2] == 2U);
  CHECK(binding.limits[2].name == "ramp");
  CHECK(binding.limits[2].refused == 2);
  CHECK(binding.cells == 3);
}

TEST_CASE("verdicts have names") {
  CHECK(name(Verdict::kFits) == "fits");
  CHECK(name(Verdict::kFitsByRetrying) == "fits with retries");
  CHECK(name(Verdict::kDoesNotFit) == "does not fit");
}
