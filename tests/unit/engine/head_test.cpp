// When the head of an answer reaches the client in this process, and what it says.
#include <vector>

#include "engine/in_process_api.hpp"
#include "engine/task.hpp"
#include "support/awaited_attempt.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::at;
using testing::kFirstToken;
using testing::small_plan;

// Attempts through the API, one after the other, and the heads that are heard of them.
class HeadBench {
 public:
  struct Heard {
    TimePoint at;
    RateLimitView view;
  };

  explicit HeadBench(RunPlan given)
      : plan_(std::move(given)), api_(plan_, RandomSource(1, 0)), port_(timers_, api_) {
    watch_.came = &hear;
    watch_.bench = this;
  }
  FramePool& frames() noexcept { return frames_; }

  // A request of 1000 prompt and 10 output tokens, begun at `sent`.
  void send(Duration sent, bool stream) {
    RequestSpec spec;
    spec.id.session = static_cast<std::uint64_t>(ns(sent));
    spec.prompt_tokens = 1000;
    spec.output_tokens = 10;
    spec.max_tokens = 10;
    spec.stream = stream;
    scope_.start(attempt(spec, at(sent)));
    timers_.run_until(kNever, [](std::uint64_t) { return true; });
  }
  const std::vector<Heard>& heard() const { return heard_; }

 private:
  struct Watch : HeadWatch {
    HeadBench* bench = nullptr;
  };
  static void hear(AttemptInFlight& attempt, const RateLimitView& view) {
    HeadBench& bench = *static_cast<Watch*>(attempt.head)->bench;
    bench.heard_.push_back({bench.timers_.now(), view});
  }
  Task attempt(RequestSpec spec, TimePoint sent) {
    co_await timers_.until(sent);
    testing::AwaitedAttempt attempt(port_, spec);
    attempt.head = &watch_;
    attempt.number = 1;
    co_await attempt;
  }

  RunPlan plan_;
  FramePool frames_;
  TimerQueue timers_;
  ApiModel api_;
  InProcessApi port_;
  Watch watch_;
  std::vector<Heard> heard_;
  TaskScope scope_;
};

TEST_CASE("a stream's head comes with its first token and tells of requests as at arrival") {
  RunPlan plan = small_plan();
  plan.limits.output_charge = GENERATE(ChargeMode::kStreaming, ChargeMode::kPost);
  add_limit(plan, LimitType::kRequestsPerMinute, 60);
  HeadBench bench(plan);
  bench.send({}, true);
  REQUIRE(bench.heard().size() == 1);
  CHECK(bench.heard()[0].at == at(kFirstToken));
  REQUIRE(bench.heard()[0].view.requests);
  CHECK(*bench.heard()[0].view.requests ==
        LimitView{.limit = 60, .remaining = 59, .full_at = at(seconds(1))});
}

TEST_CASE("the head of an answer in JSON comes with its end, and output is as it is then") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kOutputTokensPerMinute, 60);
  HeadBench bench(plan);
  bench.send({}, false);
  REQUIRE(bench.heard().size() == 1);
  CHECK(bench.heard()[0].at == at(kFirstToken + seconds(1)));
  REQUIRE(bench.heard()[0].view.output_tokens);
  // Ten tokens less a second's refill: nine are missing. Whole thousands are shown: none.
  CHECK(*bench.heard()[0].view.output_tokens ==
        LimitView{.limit = 60, .remaining = 0, .full_at = at(seconds(12))});
}

TEST_CASE("a 429 says at once what is left, and no other refusal says it") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kRequestsPerMinute, 1);
  plan.faults.push_back(
      {.kind = FaultKind::kOverloaded, .probability_ppm = 1'000'000, .from = at(seconds(10))});
  HeadBench bench(plan);
  bench.send({}, true);
  bench.send(seconds(5), true);
  bench.send(seconds(20), true);
  REQUIRE(bench.heard().size() == 2);
  CHECK(bench.heard()[1].at == at(seconds(5)));
  REQUIRE(bench.heard()[1].view.requests);
  CHECK(bench.heard()[1].view.requests->remaining == 0);
  CHECK(bench.heard()[1].view.requests->full_at == at(minutes(1)));
}

}  // namespace
}  // namespace sluice
