#include "experiment/agreement_speed.hpp"

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice::testing {
namespace {

// `per_second` answers of 10 tokens, streamed at 10 a second, for ten minutes.
RunResult steady(std::int64_t per_second, std::int64_t prompt = 0) {
  Recorder recorder({.duration = minutes(10)});
  for (std::int64_t i = 0; i < per_second * 600; ++i) {
    const TimePoint now = kRunStart + seconds(1) * i / per_second;
    recorder.offered(WorkloadId{}, now);
    Outcome outcome;
    outcome.sent = outcome.first_token = outcome.first_answer = now;
    outcome.ended = now + milliseconds(900);
    outcome.usage = {.input_tokens = prompt, .output_tokens = 10};
    AttemptRecord attempt;
    attempt.outcome = &outcome;
    attempt.requested = now;
    recorder.attempt(attempt);
    RequestRecord request;
    request.attempts = 1;
    request.planned = request.first_sent = request.last_sent = now;
    request.first_token = request.first_answer = now;
    request.ended = outcome.ended;
    request.output_tokens = 10;
    recorder.request(request);
  }
  RunFacts facts;
  facts.duration = minutes(10);
  facts.names = {
      .workloads = {"w"}, .workspaces = {"d"}, .keys = {"k"}, .models = {"m"}, .limiters = {}};
  return make_result(recorder, facts);
}

RunPlan plan_of(bool stream) {
  RunPlan plan = small_plan();
  plan.duration = minutes(10);
  plan.workloads.at(0).stream = stream;
  return plan;
}

TEST_CASE("stream events are a fifth of a send, and no closer than 20 a second a stream") {
  const RunResult run = steady(4);
  CHECK(busiest_second(run, plan_of(false), 1000) == Approx(4).epsilon(0.3));
  CHECK(busiest_second(run, plan_of(true), 1000) == Approx(12).epsilon(0.3));
  CHECK(busiest_second(run, plan_of(false), 100'000) == Approx(400).epsilon(0.05));
  // 4 streams at once, 20 events each, instead of 4,000 tokens.
  CHECK(busiest_second(run, plan_of(true), 100'000) == Approx(416).epsilon(0.05));
}

TEST_CASE("long prompts are work: 4,000 tokens are as much as a send") {
  CHECK(busiest_second(steady(4, 8000), plan_of(false), 100'000) == Approx(1200).epsilon(0.05));
}

TEST_CASE("a replay is made as short as asked, and no shorter") {
  const RunResult run = steady(1);
  CHECK(choose_speed(run, plan_of(false), 10'000, minutes(11)).permille == 1000);
  CHECK(choose_speed(run, plan_of(false), 10'000, seconds(59)).permille == 15'000);
  CHECK_FALSE(choose_speed(run, plan_of(false), 10'000, minutes(1)).is_slowed);
  CHECK(choose_speed(run, plan_of(false), 10'000, minutes(1)).permille == 10'000);
}

TEST_CASE("no speed is chosen at which more than half of the machine would be busy") {
  const RunResult run = steady(4);
  const ChosenSpeed chosen = choose_speed(run, plan_of(false), 100, seconds(59));
  CHECK(chosen.is_slowed);
  CHECK(chosen.permille == 10'000);
  CHECK(chosen.sends_per_second <= 50);
  const ChosenSpeed slow = choose_speed(run, plan_of(false), 4, minutes(1));
  CHECK(slow.is_slowed);
  CHECK(slow.permille < 1000);
  CHECK(choose_speed(run, plan_of(false), 0.001, minutes(1)).permille == 100);
}

TEST_CASE("closed loops, conversations and agent loops lead on, single requests do not") {
  RunPlan plan = plan_of(true);
  CHECK_FALSE(answers_lead_on(plan));
  plan.workloads[0].arrivals = ClosedLoop{};
  CHECK(answers_lead_on(plan));
  plan = plan_of(true);
  plan.workloads[0].conversation.turns = SizeFixed{2};
  CHECK(answers_lead_on(plan));
  plan = plan_of(true);
  plan.workloads[0].conversation.calls_per_turn = SizeUniform{1, 2};
  CHECK(answers_lead_on(plan));
}

}  // namespace
}  // namespace sluice::testing
