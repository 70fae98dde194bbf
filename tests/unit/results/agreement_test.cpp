#include "results/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "results/run_result.hpp"
#include "support/catch.hpp"
#include "support/tiny_run.hpp"

namespace sluice::testing {
namespace {

RunFacts facts_of_one() {
  RunFacts facts;
  facts.scenario_name = "one";
  facts.duration = minutes(10);
  facts.names = {
      .workloads = {"chat"}, .workspaces = {"d"}, .keys = {"k"}, .models = {"m"}, .limiters = {}};
  return facts;
}

// Requests that are answered after `latency(i)`, one a second, each of 100 and 10 tokens for a
// cent.
class Answers {
 public:
  Answers() : recorder_({.duration = minutes(10)}) {}

  Answers& add(std::int64_t count, Duration latency) {
    for (std::int64_t i = 0; i < count; ++i) answer(latency + nanoseconds(count_ % 100 * 1000));
    return *this;
  }
  Answers& refuse(std::int64_t count, LimitCause cause) {
    for (std::int64_t i = 0; i < count; ++i) {
      Outcome outcome;
      outcome.error = ErrorKind::kRateLimit;
      outcome.limit = cause;
      outcome.sent = outcome.ended = now();
      recorder_.attempt(attempt(outcome, nullptr));
    }
    return *this;
  }
  Answers& cache_read(std::int64_t tokens) {
    cached_ = tokens;
    return *this;
  }
  RunResult result() const { return make_result(recorder_, facts_of_one()); }
  RunResult result(const LoadFacts& load) const {
    RunFacts facts = facts_of_one();
    facts.load = load;
    return make_result(recorder_, facts);
  }

 private:
  TimePoint now() const { return kRunStart + milliseconds(count_); }

  AttemptRecord attempt(const Outcome& outcome, const CostBreakdown* cost) const {
    AttemptRecord record;
    record.number = 1;
    record.outcome = &outcome;
    record.requested = now();
    record.cost = cost;
    return record;
  }

  void answer(Duration latency) {
    recorder_.offered(WorkloadId{}, now());
    Outcome outcome;
    outcome.sent = now();
    outcome.first_token = outcome.first_answer = now() + latency / 2;
    outcome.ended = now() + latency;
    outcome.usage = {.input_tokens = 100, .cache_read_input_tokens = cached_, .output_tokens = 10};
    CostBreakdown cost;
    cost.by_category[0] = Money::from_dollars(1).divided_rounded(100);
    recorder_.attempt(attempt(outcome, &cost));
    RequestRecord record;
    record.attempts = 1;
    record.planned = record.first_sent = record.last_sent = now();
    record.first_token = record.first_answer = outcome.first_token;
    record.ended = outcome.ended;
    record.output_tokens = 10;
    recorder_.request(record);
    ++count_;
  }

  Recorder recorder_;
  std::int64_t count_ = 0;
  std::int64_t cached_ = 0;
};

const AgreementRow& row(const Agreement& agreement, const std::string& path) {
  const auto found =
      std::find_if(agreement.rows.begin(), agreement.rows.end(),
                   [&](const AgreementRow& candidate) { return candidate.path == path; });
  INFO(path);
  REQUIRE(found != agreement.rows.end());
  return *found;
}

bool has_row(const Agreement& agreement, const std::string& path) {
  return std::any_of(agreement.rows.begin(), agreement.rows.end(),
                     [&](const AgreementRow& candidate) { return candidate.path == path; });
}

TEST_CASE("a run agrees with itself, in every row, exactly where nothing was refused") {
  const RunResult refused = TinyRun({}).result();
  const Agreement loose = compare(refused, refused, {});
  CHECK(loose.agrees());
  CHECK_FALSE(loose.is_exact);
  CHECK(loose.judged() > 40);
  const RunResult smooth = TinyRun({.refused_permille = 0, .failing_permille = 0}).result();
  const Agreement exact = compare(smooth, smooth, {});
  CHECK(exact.is_exact);
  CHECK(exact.agrees());
  CHECK(row(exact, "tokens.output").tolerance == "equal");
  CHECK(row(exact, "cost.by_model.opus").tolerance == "equal");
}

TEST_CASE("where nothing was refused one request, token or cent too many disagrees") {
  const RunResult predicted = Answers().add(1000, seconds(1)).result();
  const Agreement agreement = compare(predicted, Answers().add(1001, seconds(1)).result(), {});
  CHECK(agreement.is_exact);
  for (const char* const path :
       {"requests.offered", "requests.succeeded", "attempts.total", "attempts.ended.ok",
        "tokens.output", "tokens.prompt", "cost.total", "cost.by_category.input",
        "cost.by_workload.chat", "cost.by_model.m", "workloads.chat.offered",
        "workloads.chat.cost"}) {
    INFO(path);
    CHECK_FALSE(row(agreement, path).agrees);
  }
  CHECK(row(agreement, "latency.success.p99").agrees);
  CHECK(row(agreement, "goodput.requests").agrees);
  CHECK(row(agreement, "goodput.requests").tolerance == "3 sqrt(1,001)");
  CHECK(row(agreement, "requests.offered").difference == 1);
}

TEST_CASE(
    "after a refusal counts agree within 2 % or three standard deviations, whichever is more") {
  const auto counts = [](std::int64_t predicted, std::int64_t measured) {
    return compare(Answers().add(10, seconds(1)).refuse(predicted, LimitCause::kRequests).result(),
                   Answers().add(10, seconds(1)).refuse(measured, LimitCause::kRequests).result(),
                   {});
  };
  const auto agrees = [&](std::int64_t predicted, std::int64_t measured) {
    return row(counts(predicted, measured), "attempts.rate_limited.requests").agrees;
  };
  CHECK(agrees(100, 131));        // 3 sqrt(131) = 34.3
  CHECK_FALSE(agrees(100, 140));  // 35.5
  CHECK(agrees(100, 74));
  CHECK_FALSE(agrees(100, 69));
  CHECK(agrees(0, 9));
  CHECK_FALSE(agrees(0, 10));
  CHECK(agrees(50'000, 51'000));
  CHECK_FALSE(agrees(50'000, 51'001));
  CHECK(row(counts(50'000, 50'000), "attempts.total").tolerance == "2 %");
}

TEST_CASE("a cause that was not predicted disagrees though the sum of all causes does not") {
  const Agreement agreement =
      compare(Answers().refuse(200, LimitCause::kRequests).result(),
              Answers().refuse(200, LimitCause::kOutputTokens).result(), {});
  CHECK(row(agreement, "attempts.rate_limited.total").agrees);
  CHECK_FALSE(row(agreement, "attempts.rate_limited.requests").agrees);
  CHECK_FALSE(row(agreement, "attempts.rate_limited.output_tokens").agrees);
}

TEST_CASE("tokens and money are allowed the share of the answers that they are sums of") {
  // 110,000 tokens of 1,000 answers: 3 / sqrt(1,000) = 9.5 %, not 3 / sqrt(110,000) = 0.9 %.
  const RunResult predicted =
      Answers().add(1000, seconds(1)).refuse(1, LimitCause::kRequests).result();
  const auto with = [&](std::int64_t answers) {
    return compare(predicted, Answers().add(answers, seconds(1)).result(), {});
  };
  CHECK(row(with(1090), "tokens.prompt").agrees);
  CHECK(row(with(1090), "cost.total").agrees);
  CHECK_FALSE(row(with(1120), "tokens.prompt").agrees);
  CHECK_FALSE(row(with(1120), "cost.total").agrees);
}

TEST_CASE("percentiles agree within 5 % or 5 ms of wall time, whichever is more") {
  const auto agrees = [](Duration predicted, Duration measured, std::int64_t speed_permille) {
    const Agreement agreement =
        compare(Answers().add(500, predicted).result(), Answers().add(500, measured).result(),
                {.speed_permille = speed_permille});
    CHECK(row(agreement, "latency.success.p50").is_judged);
    return row(agreement, "latency.success.p50").agrees;
  };
  CHECK(agrees(seconds(10), milliseconds(10'400), 1000));
  CHECK_FALSE(agrees(seconds(10), milliseconds(10'700), 1000));
  CHECK_FALSE(agrees(seconds(10), milliseconds(9'300), 1000));
  CHECK(agrees(milliseconds(10), milliseconds(14), 1000));
  CHECK_FALSE(agrees(milliseconds(10), milliseconds(17), 1000));
  CHECK(agrees(seconds(10), milliseconds(12'900), 600'000));  // 5 ms x 600 = 3 s
  CHECK_FALSE(agrees(seconds(10), milliseconds(13'300), 600'000));
}

TEST_CASE("where draws differ a percentile may move by three standard deviations of its rank") {
  // Of 2,000 values, 960 at 1 s and 1,040 at 2 s: p50 is 2 s, but 67 ranks to 1 s are chance.
  Answers close;
  close.add(960, seconds(1)).add(1040, seconds(2)).refuse(1, LimitCause::kRequests);
  Answers far;
  far.add(900, seconds(1)).add(1100, seconds(2)).refuse(1, LimitCause::kRequests);
  Answers other;
  other.add(1040, seconds(1)).add(960, seconds(2)).refuse(1, LimitCause::kRequests);
  const Agreement chance = compare(close.result(), other.result(), {});
  CHECK(row(chance, "latency.success.p50").agrees);
  CHECK(row(chance, "latency.success.p50").tolerance == "67 ranks of 2,000");
  CHECK_FALSE(row(compare(far.result(), other.result(), {}), "latency.success.p50").agrees);
}

TEST_CASE("a percentile of too few values is shown but not judged, unless draws are equal") {
  Answers predicted;
  predicted.add(100, seconds(1));
  Answers measured;
  measured.add(98, seconds(1)).add(2, seconds(9));
  const Agreement exact = compare(predicted.result(), measured.result(), {});
  CHECK_FALSE(row(exact, "latency.success.p99").agrees);
  predicted.refuse(1, LimitCause::kRequests);
  const Agreement loose = compare(predicted.result(), measured.result(), {});
  const AgreementRow& p99 = row(loose, "latency.success.p99");
  CHECK_FALSE(p99.is_judged);
  CHECK(p99.agrees);
  CHECK(p99.tolerance == "100 values are too few");
  CHECK(row(loose, "latency.success.p50").is_judged);
  CHECK(loose.judged() < loose.rows.size());
}

TEST_CASE("gaps between tokens are compared at speed 1 alone") {
  const RunResult run = Answers().add(100, seconds(1)).result();
  CHECK(has_row(compare(run, run, {}), "inter_token.p50"));
  CHECK_FALSE(has_row(compare(run, run, {.speed_permille = 2000}), "inter_token.p50"));
}

TEST_CASE("a cache that was hit otherwise, or answers that lead on, need no equal counts") {
  const RunResult predicted = Answers().add(1000, seconds(1)).result();
  const RunResult cached = Answers().cache_read(1).add(1000, seconds(1)).result();
  CHECK_FALSE(compare(predicted, cached, {}).is_exact);
  const RunResult fewer = Answers().add(999, seconds(1)).result();
  CHECK(compare(predicted, fewer, {}).is_exact);
  CHECK_FALSE(compare(predicted, fewer, {.answers_lead_on = true}).is_exact);
  CHECK(compare(predicted, predicted, {.answers_lead_on = true}).is_exact);
  CHECK_FALSE(compare(predicted, predicted, {.draws_are_equal = false}).is_exact);
}

TEST_CASE("other tolerances can be asked for") {
  const RunResult predicted = Answers().add(10'000, seconds(1)).result();
  const RunResult more = Answers().add(10'800, milliseconds(1'150)).result();
  const AgreementOptions options{
      .draws_are_equal = false, .count_permille = 100, .percentile_permille = 200};
  CHECK(compare(predicted, more, options).agrees());
  CHECK_FALSE(compare(predicted, more, {.draws_are_equal = false}).agrees());
}

TEST_CASE("a replay that was stopped proves nothing") {
  const Answers answers = Answers().add(100, seconds(1));
  LoadFacts load;
  load.stopped = StopReason::kInterrupted;
  CHECK(compare(answers.result(), answers.result(load), {}).void_reason ==
        std::string(sentence(StopReason::kInterrupted)));
  CHECK(compare(answers.result(), answers.result(), {}).void_reason.empty());
}

}  // namespace
}  // namespace sluice::testing
