#include "engine/load_generator.hpp"

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice {
namespace {

using testing::arrivals_at;
using testing::at;
using testing::kServed;
using testing::small_plan;
using testing::SmallRun;

RunPlan with_arrivals(const WorkloadArrivals& arrivals) {
  RunPlan plan = small_plan();
  plan.workloads[0].arrivals = arrivals;
  return plan;
}

RunPlan once_a_second() { return with_arrivals(ArrivalConstant{per_second(1)}); }

TEST_CASE("an open loop sends on its schedule until the run's end, whatever the answers take") {
  SmallRun run(once_a_second());
  REQUIRE(run.run());
  CHECK(run.totals().requests.offered == 600);
  CHECK(run.totals().requests.succeeded() == 600);
  CHECK(run.measured().last_event ==
        at(seconds(599) + kServed));  // what is in flight ends by itself
  CHECK(run.measured().in_flight_max == 3);
}

TEST_CASE("max_requests ends a workload after that many arrivals") {
  RunPlan plan = once_a_second();
  plan.workloads[0].max_requests = 7;
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.offered == 7);
  CHECK(run.measured().last_event == at(seconds(6) + kServed));
}

TEST_CASE("a workload starts and stops at its own instants; at its end nothing arrives") {
  RunPlan plan = once_a_second();
  plan.workloads[0].starts = at(seconds(100));
  plan.workloads[0].stops = at(seconds(110));
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.offered == 10);
  CHECK(run.measured().last_event == at(seconds(109) + kServed));
}

TEST_CASE("a rate change multiplies an open loop's arrivals from its instant on") {
  RunPlan plan = once_a_second();
  plan.workloads[0].rate_changes = {{.at = at(minutes(5)), .factor = Fraction::whole(3)}};
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.offered == 300 + 900);
}

TEST_CASE("each user of a closed loop thinks, sends, waits for the answer and thinks again") {
  RunPlan plan = with_arrivals(
      ClosedLoop{.users = 3, .think_time = DurationFixed{seconds(8) - nanoseconds(1000)}});
  SmallRun run(plan);
  run.run();
  // One round is 10 s: sent at 8, 18, ..., 598.
  CHECK(run.totals().requests.offered == 3 * 60);
  CHECK(run.measured().in_flight_max == 3);
  CHECK(run.totals().latency.first_try.max() == static_cast<std::uint64_t>(ns(kServed)));
}

TEST_CASE("a closed loop grows and shrinks with its rate changes") {
  RunPlan plan = with_arrivals(
      ClosedLoop{.users = 2, .think_time = DurationFixed{seconds(8) - nanoseconds(1000)}});
  plan.workloads[0].rate_changes = {{.at = at(minutes(2)), .factor = Fraction::whole(5)},
                                    {.at = at(minutes(4)), .factor = Fraction::percent(50)}};
  SmallRun run(plan);
  run.run();
  CHECK(run.measured().in_flight_max == 10);
  const auto cells = run.measured().traffic.cells();
  const Duration width = run.measured().traffic.width();
  std::int64_t by_phase[3] = {};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Duration when = width * static_cast<std::int64_t>(i);
    by_phase[when < minutes(2) ? 0 : when < minutes(4) ? 1 : 2] += cells[i].offered;
  }
  CHECK(by_phase[0] == 2 * 12);
  CHECK(by_phase[1] == 2 * 12 + 8 * 12);
  CHECK(by_phase[2] == 36);
}

TEST_CASE("max_requests holds for a closed loop, however many users there are at times") {
  RunPlan plan = with_arrivals(ClosedLoop{.users = 3, .think_time = DurationFixed{seconds(1)}});
  plan.workloads[0].max_requests = 50;
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.offered == 50);

  for (const Duration grows : {seconds(20), minutes(9), minutes(11)}) {
    plan.workloads[0].rate_changes = {{.at = at(grows), .factor = Fraction::whole(2)}};
    SmallRun later_more(plan);
    later_more.run();
    CHECK(later_more.totals().requests.offered == 50);
    CHECK(later_more.measured().last_event < at(minutes(1)));
  }
}

TEST_CASE("a user whose request fails at once waits its think time and never spins") {
  RunPlan plan = with_arrivals(ClosedLoop{.users = 1, .think_time = DurationFixed{Duration{}}});
  plan.duration = nanoseconds(100);
  plan.models[0].context_tokens = 1;  // 400 in the same instant
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.offered == 100);
}

RunPlan conversations(std::int64_t turns, std::int64_t calls) {
  RunPlan plan = with_arrivals(ArrivalConstant{per_minute(1)});
  WorkloadSpec& workload = plan.workloads[0];
  workload.max_requests = 1;
  workload.prefix_tokens = 200;
  workload.thinking = SizeFixed{40};
  workload.conversation = {.turns = SizeFixed{turns},
                           .think_time = DurationFixed{seconds(30)},
                           .calls_per_turn = SizeFixed{calls},
                           .tool_result_tokens = SizeFixed{50}};
  return plan;
}

TEST_CASE("a conversation's prompts hold all earlier prompts and answers, but no thinking") {
  SmallRun run(conversations(4, 1));
  run.run();
  CHECK(run.totals().requests.succeeded() == 4);
  // 1200, 1200 + 1010, ...
  CHECK(run.ledger().usage.prompt_tokens() == 4 * 1200 + (1 + 2 + 3) * 1010);
  CHECK(run.ledger().usage.output_tokens == 4 * 50);
}

TEST_CASE("an answer that max_tokens cuts off is as long in the context as it was") {
  RunPlan plan = conversations(2, 1);
  plan.workloads[0].thinking = SizeFixed{0};
  plan.workloads[0].output = SizeFixed{100};
  plan.workloads[0].max_tokens = 30;
  SmallRun run(plan);
  run.run();
  CHECK(run.ledger().usage.output_tokens == 60);
  CHECK(run.ledger().usage.prompt_tokens() == 1200 + 1200 + 1000 + 30);
}

TEST_CASE("an agent loop calls again as soon as it is answered, people think first") {
  SmallRun run(conversations(2, 3));
  run.run();
  CHECK(run.totals().requests.succeeded() == 6);
  const Usage usage = run.ledger().usage;
  std::int64_t prompt = 200;
  std::int64_t prompts = 0;
  for (int call = 0; call < 6; ++call) {
    prompt += call % 3 == 0 ? 1000 : 50;
    prompts += prompt;
    prompt += 10;
  }
  CHECK(usage.prompt_tokens() == prompts);
  // Six answers of 50 tokens (5 s) after a second each, thinking once; 1 ns a prompt token.
  CHECK(run.measured().last_event == at(seconds(30 + 6 * 6) + nanoseconds(prompts)));
}

TEST_CASE("a conversation whose turn finally fails ends there") {
  RunPlan plan = conversations(4, 1);
  plan.models[0].context_tokens = 2500;  // the third prompt is longer
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.offered == 3);
  CHECK(run.totals().requests.succeeded() == 2);
  CHECK(run.failed_with(ErrorKind::kInvalidRequest) == 1);
}

TEST_CASE("a conversation does not go on after the end of the run") {
  RunPlan plan = conversations(100, 1);
  plan.duration = minutes(2);
  SmallRun run(plan);
  run.run();
  // Every 36 s and a little: at 0, 36, 72, 108.
  CHECK(run.totals().requests.offered == 4);
}

TEST_CASE("each turn of a cached conversation reads the prompt before and writes the rest") {
  RunPlan plan = conversations(3, 1);
  plan.workloads[0].prefix_ttl = CacheTtl::kFiveMinutes;
  plan.workloads[0].conversation_ttl = CacheTtl::kFiveMinutes;
  SmallRun run(plan);
  run.run();
  const Usage usage = run.ledger().usage;
  CHECK(usage.input_tokens == 0);
  CHECK(usage.cache_read_input_tokens == 1200 + 2210);
  CHECK(usage.cache_creation_5m_input_tokens == 1200 + 1010 + 1010);
}

TEST_CASE("a recorded trace is sent as it is, its cache blocks included") {
  RunPlan plan = small_plan();
  auto trace = arrivals_at({at(seconds(1)), at(seconds(10)), at(seconds(10))}, 1000, 10);
  for (PlannedArrival& arrival : trace) {
    arrival.recorded.blocks = {{.chain = 5, .prefix_tokens = 600},
                               {.chain = 6, .prefix_tokens = 900}};
  }
  trace[2].recorded.blocks.pop_back();
  trace[2].recorded.thinking_tokens = 5;
  SmallRun run(plan, {trace});
  run.run();
  CHECK(run.totals().requests.succeeded() == 3);
  const Usage usage = run.ledger().usage;
  CHECK(usage.cache_creation_5m_input_tokens == 900);
  CHECK(usage.cache_read_input_tokens == 900 + 600);
  CHECK(usage.input_tokens == 100 + 100 + 400);
  CHECK(usage.output_tokens == 35);
}

TEST_CASE("what a trace recorded of max_tokens cuts the answer, thinking first") {
  auto trace = arrivals_at({at(seconds(1)), at(seconds(2))}, 1000, 10);
  trace[0].recorded.max_tokens = 4;
  trace[1].recorded.thinking_tokens = 10;
  trace[1].recorded.max_tokens = 12;
  SmallRun run(small_plan(), {trace});
  run.run();
  CHECK(run.ledger().usage.output_tokens == 16);
}

// A trace that breaks in its middle.
class BrokenSource final : public RequestSource {
 public:
  bool next(PlannedArrival& arrival) override {
    arrival = arrivals_at({at(seconds(1))})[0];
    return ++count_ == 1;
  }
  std::optional<Error> failure() const override { return invalid("trace:2", "is malformed"); }

 private:
  static Error invalid(std::string where, std::string message) {
    return {.where = std::move(where), .message = std::move(message)};
  }
  int count_ = 0;
};

TEST_CASE("a trace that breaks ends its workload, and the simulation says why") {
  const RunPlan plan = small_plan();
  std::vector<std::unique_ptr<RequestSource>> sources;
  sources.push_back(std::make_unique<BrokenSource>());
  Simulation simulation(plan, {}, std::move(sources));
  simulation.run([](const Progress&) { return true; });
  CHECK(simulation.recorder().measured().workloads[0].requests.succeeded() == 1);
  REQUIRE(simulation.failure().has_value());
  CHECK(simulation.failure()->where == "trace:2");
}

}  // namespace
}  // namespace sluice
