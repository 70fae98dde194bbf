#include "engine/timer_queue.hpp"

#include <vector>

#include "base/hash.hpp"
#include "engine/task.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

struct QueueStage {
  explicit QueueStage(QueueKind kind = QueueKind::kRadix) : timers(kind) {}
  FramePool& frames() noexcept { return pool; }
  void run() {
    timers.run_until(kNever, [](std::uint64_t) { return true; });
  }

  FramePool pool;
  TimerQueue timers;
  std::vector<int> log;
  std::vector<TimePoint> times;
  TaskScope scope;
};

Task note(QueueStage& stage, TimePoint due, int what) {
  co_await stage.timers.until(due);
  stage.log.push_back(what);
  stage.times.push_back(stage.timers.now());
}

struct NoteCall : TimedCall {
  QueueStage* stage = nullptr;
  int what = 0;
  static void on_fire(TimedCall& call) {
    auto& self = static_cast<NoteCall&>(call);
    self.stage->log.push_back(self.what);
    self.stage->times.push_back(self.stage->timers.now());
  }
};

// A wait that can be cancelled; says whether it was resumed.
struct ArmAwaiter {
  TimerQueue& timers;
  TimePoint due;
  TimerQueue::Ticket& ticket;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { ticket = timers.arm(due, handle); }
  void await_resume() const noexcept {}
};

Task armed(QueueStage& stage, TimePoint due, TimerQueue::Ticket& ticket, int what) {
  ArmAwaiter wait{stage.timers, due, ticket};
  co_await wait;
  stage.log.push_back(what);
}

TEST_CASE(
    "events of one instant fire in the order in which they were asked for, whatever their kind") {
  for (const QueueKind kind : {QueueKind::kRadix, QueueKind::kHeap}) {
    QueueStage stage(kind);
    NoteCall call;
    call.fire = &NoteCall::on_fire;
    call.stage = &stage;
    call.what = 2;
    TimerQueue::Ticket ticket = TimerQueue::kNoTicket;
    const TimePoint due = kRunStart + seconds(1);
    stage.scope.start(note(stage, due, 1));
    stage.timers.push(due, call);
    stage.scope.start(armed(stage, due, ticket, 3));
    stage.scope.start(note(stage, due, 4));
    stage.run();
    CHECK(stage.log == std::vector<int>{1, 2, 3, 4});
    CHECK(stage.timers.now() == due);
    CHECK(stage.timers.fired() == 4);
  }
}

TEST_CASE("a wait for the past fires now, after what is due now already") {
  QueueStage stage;
  stage.timers.advance_to(kRunStart + seconds(5));
  stage.scope.start(note(stage, kRunStart + seconds(5), 1));
  stage.scope.start(note(stage, kRunStart + seconds(1), 2));
  stage.run();
  CHECK(stage.log == std::vector<int>{1, 2});
  CHECK(stage.times == std::vector<TimePoint>(2, kRunStart + seconds(5)));
}

TEST_CASE("a cancelled wait does not fire") {
  QueueStage stage;
  TimerQueue::Ticket ticket = TimerQueue::kNoTicket;
  stage.scope.start(armed(stage, kRunStart + seconds(1), ticket, 1));
  REQUIRE(ticket != TimerQueue::kNoTicket);
  stage.timers.cancel(ticket);
  stage.scope.start(note(stage, kRunStart + seconds(2), 2));
  stage.run();
  CHECK(stage.log == std::vector<int>{2});
}

TEST_CASE("a ticket that has fired, or none, can be cancelled without effect") {
  QueueStage stage;
  TimerQueue::Ticket old = TimerQueue::kNoTicket;
  stage.timers.cancel(old);
  stage.scope.start(armed(stage, kRunStart + seconds(1), old, 1));
  stage.run();
  TimerQueue::Ticket reused = TimerQueue::kNoTicket;
  stage.scope.start(armed(stage, kRunStart + seconds(2), reused, 2));
  CHECK(reused != old);
  stage.timers.cancel(old);  // its slot belongs to another wait by now
  stage.run();
  CHECK(stage.log == std::vector<int>{1, 2});
}

TEST_CASE("a void event does not fire the wait that took over its slot") {
  QueueStage stage;
  TimerQueue::Ticket first = TimerQueue::kNoTicket;
  TimerQueue::Ticket second = TimerQueue::kNoTicket;
  stage.scope.start(armed(stage, kRunStart + seconds(1), first, 1));
  stage.timers.cancel(first);
  stage.timers.cancel(first);
  stage.scope.start(armed(stage, kRunStart + seconds(9), second, 2));
  stage.timers.advance_to(kRunStart + seconds(5));
  CHECK(stage.log.empty());
  stage.timers.advance_to(kRunStart + seconds(9));
  CHECK(stage.log == std::vector<int>{2});
}

TEST_CASE("a driver that is late shows its own time to what it fires, not the time it was due") {
  QueueStage stage;
  stage.scope.start(note(stage, kRunStart + seconds(1), 1));
  stage.scope.start(note(stage, kRunStart + seconds(3), 3));
  stage.scope.start(note(stage, kRunStart + seconds(2), 2));
  CHECK(stage.timers.next_due() == kRunStart + seconds(1));
  stage.timers.advance_to(kRunStart + seconds(2) + milliseconds(500));
  CHECK(stage.log == std::vector<int>{1, 2});
  CHECK(stage.times == std::vector<TimePoint>(2, kRunStart + milliseconds(2500)));
  CHECK(stage.timers.next_due() == kRunStart + seconds(3));
  stage.timers.advance_to(kRunStart + seconds(1));  // a clock that goes back is not followed
  CHECK(stage.timers.now() == kRunStart + milliseconds(2500));
}

TEST_CASE("virtual time stops at its end and keeps what is due later") {
  QueueStage stage;
  stage.scope.start(note(stage, kRunStart + seconds(1), 1));
  stage.scope.start(note(stage, kRunStart + seconds(2), 2));
  CHECK(stage.timers.run_until(kRunStart + seconds(1), [](std::uint64_t) { return true; }));
  CHECK(stage.log == std::vector<int>{1});
  CHECK(stage.timers.pending() == 1);
  CHECK(stage.timers.next_due() == kRunStart + seconds(2));
}

TEST_CASE("nothing waits: the next event is due never") {
  for (const QueueKind kind : {QueueKind::kRadix, QueueKind::kHeap}) {
    TimerQueue timers(kind);
    CHECK(timers.next_due() == kNever);
    CHECK(timers.pending() == 0);
  }
}

Task tick_on(QueueStage& stage) {
  for (;;) co_await stage.timers.until(stage.timers.now() + nanoseconds(1));
}

TEST_CASE("the driver is asked every 64k events whether to go on") {
  QueueStage stage;
  stage.scope.start(tick_on(stage));
  std::vector<std::uint64_t> asked;
  const bool ended = stage.timers.run_until(kNever, [&](std::uint64_t events) {
    asked.push_back(events);
    return asked.size() < 3;
  });
  CHECK_FALSE(ended);
  CHECK(asked == std::vector<std::uint64_t>{65536, 131072, 196608});
}

// A coroutine that wanders at random: waits, arms waits that others cancel, and starts more of its
// kind.
struct Wanderers {
  explicit Wanderers(QueueKind kind, std::uint64_t seed) : stage(kind), state(seed) {}
  FramePool& frames() noexcept { return stage.pool; }
  std::uint64_t draw() { return state = mix64(state + 0x9e3779b97f4a7c15U); }

  QueueStage stage;
  std::uint64_t state;
  int alive = 0;
  TimerQueue::Ticket last = TimerQueue::kNoTicket;
  TaskScope scope;
};

Task wander(Wanderers& all, std::uint64_t steps) {
  ++all.alive;
  TimerQueue& timers = all.stage.timers;
  for (; steps > 0; --steps) {
    const std::uint64_t choice = all.draw() % 16;
    const Duration wait{static_cast<std::int64_t>(all.draw() % (choice < 8 ? 4 : 1'000'000'000))};
    if (choice == 0 && all.alive < 200) all.scope.start(wander(all, steps / 2));
    if (choice == 1) timers.cancel(all.last);  // it may never be resumed: the scope destroys it
    if (choice == 2) {
      ArmAwaiter wait_armed{timers, timers.now() + wait, all.last};
      co_await wait_armed;
    } else {
      co_await timers.until(timers.now() + wait, static_cast<std::uint32_t>(steps));
    }
  }
  --all.alive;
}

TEST_CASE("random coroutine programs have one order of events on both kinds of queue") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    std::uint64_t digests[2];
    std::uint64_t fired[2];
    for (const QueueKind kind : {QueueKind::kRadix, QueueKind::kHeap}) {
      Wanderers all(kind, seed);
      for (int i = 0; i < 20; ++i) all.scope.start(wander(all, 300));
      all.stage.run();
      digests[static_cast<int>(kind)] = all.stage.timers.order_digest();
      fired[static_cast<int>(kind)] = all.stage.timers.fired();
    }
    CHECK(digests[0] == digests[1]);
    CHECK(fired[0] == fired[1]);
    CHECK(fired[0] > 1000);
  }
}

// Plans, or pushes, one event after the other, and now and then pushes another at an instant at
// which somebody's planned one may wait.
struct Planners {
  struct Call : TimedCall {
    Planners* all = nullptr;
    std::uint64_t state = 0;
    int left = 0;
  };

  Planners(QueueKind kind, bool plan, std::size_t count, std::uint64_t seed)
      : stage(kind), plans(plan), calls(count) {
    for (std::size_t i = 0; i < count; ++i) {
      calls[i].fire = &on_planned;
      calls[i].tag = static_cast<std::uint32_t>(i + 1);
      calls[i].all = this;
      calls[i].state = mix64(seed * 64 + i);
      calls[i].left = 400;
      wait(calls[i]);
    }
    other.fire = [](TimedCall&) {};
    other.tag = 99;
  }

  static Duration short_wait(Call& call) {
    call.state = mix64(call.state + 0x9e3779b97f4a7c15U);
    return nanoseconds(static_cast<std::int64_t>(call.state % 3));
  }
  void wait(Call& call) {
    const TimePoint due = stage.timers.now() + short_wait(call);
    plans ? stage.timers.plan(due, call) : stage.timers.push(due, call);
  }
  static void on_planned(TimedCall& fired) {
    auto& call = static_cast<Call&>(fired);
    Planners& all = *call.all;
    if (--call.left == 0) return;
    if (call.state % 4 == 0)
      all.stage.timers.push(all.stage.timers.now() + short_wait(call), all.other);
    all.wait(call);
  }

  QueueStage stage;
  bool plans;
  std::vector<Call> calls;
  TimedCall other;
};

TEST_CASE("planned events fire in the order of pushed ones") {
  for (std::size_t count = 1; count <= 8; ++count) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      CAPTURE(count, seed);
      std::vector<std::uint64_t> digests;
      for (const QueueKind kind : {QueueKind::kRadix, QueueKind::kHeap}) {
        for (const bool plan : {false, true}) {
          Planners planners(kind, plan, count, seed);
          planners.stage.run();
          CHECK(planners.stage.timers.fired() >= 400 * count);
          digests.push_back(planners.stage.timers.order_digest());
        }
      }
      CHECK(digests == std::vector<std::uint64_t>(digests.size(), digests[0]));
    }
  }
}

TEST_CASE("the order digest tells runs apart that fire the same events in another order") {
  std::uint64_t digests[2];
  for (const bool swapped : {false, true}) {
    QueueStage stage;
    const TimePoint due = kRunStart + seconds(1);
    NoteCall calls[2];
    for (int i = 0; i < 2; ++i) {
      calls[i].fire = &NoteCall::on_fire;
      calls[i].stage = &stage;
      calls[i].tag = static_cast<std::uint32_t>(swapped ? 2 - i : 1 + i);
      stage.timers.push(due, calls[i]);
    }
    stage.run();
    digests[swapped ? 1 : 0] = stage.timers.order_digest();
  }
  CHECK(digests[0] != digests[1]);
}

}  // namespace
}  // namespace sluice
