#include "net/event_loop.hpp"

#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace sluice;

// Notes when it fired, and goes on until it has done so often enough.
struct Ticking : TimedCall {
  Ticking(TimerQueue& queue, Duration every, int times) : timers(queue), gap(every), left(times) {
    fire = [](TimedCall& call) {
      auto& self = static_cast<Ticking&>(call);
      self.fired.push_back(self.timers.now());
      if (--self.left > 0) self.timers.push(self.timers.now() + self.gap, self);
    };
  }
  TimerQueue& timers;
  Duration gap;
  int left;
  std::vector<TimePoint> fired;
};

struct Stopping : TimedCall {
  explicit Stopping(net::EventLoop& stopped) : loop(stopped) {
    fire = [](TimedCall& call) { static_cast<Stopping&>(call).loop.stop(); };
  }
  net::EventLoop& loop;
};

}  // namespace

TEST_CASE("nothing fires before its time, whatever the speed") {
  for (const std::int64_t speed : {200, 1'000, 60'000, 1'000'000'000}) {
    TimerQueue timers;
    net::EventLoop loop(timers, {.speed_permille = speed});
    const TimePoint due = kRunStart + nanoseconds(20'000 * speed);  // 20 ms of wall time
    Ticking call(timers, {}, 1);
    Stopping stop(loop);
    timers.push(due, call);
    timers.push(due, stop);
    CHECK(loop.run() == 0);
    REQUIRE(call.fired.size() == 1);
    CHECK(call.fired.front() >= due);
    CHECK(timers.now() < kRunStart + nanoseconds(speed * 1'000'000 * 5));  // five seconds
  }
}

TEST_CASE("events that are due within one tick wait for its end and fire together") {
  TimerQueue timers;
  const auto begin = std::chrono::steady_clock::now();
  net::EventLoop loop(timers, {.tick = milliseconds(40)});
  Ticking call(timers, {}, 1);
  for (int i = 0; i < 1'000; ++i) {
    timers.push(kRunStart + milliseconds(1) + nanoseconds(10'000 * i), call);
  }
  Stopping stop(loop);
  timers.push(kRunStart + milliseconds(11), stop);
  loop.run();
  CHECK(call.fired.size() == 1'000);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(40));
}

TEST_CASE("a loop that is held up tells how often it was woken late") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  struct Busy : TimedCall {
    Busy() {
      fire = [](TimedCall&) { std::this_thread::sleep_for(std::chrono::milliseconds(30)); };
    }
  } busy;
  Stopping stop(loop);
  loop.post([&] {  // from within, or a test that is held up would find all of them due
    timers.push(timers.now() + milliseconds(2), busy);
    timers.push(timers.now() + milliseconds(10), stop);
  });
  CHECK(loop.wakes().all == 0);
  loop.run();
  const net::Wakes wakes = loop.wakes();
  CHECK(wakes.all >= 1);
  CHECK(wakes.late >= 1);
  CHECK(wakes.late <= wakes.all);
  CHECK(wakes.late_by >= milliseconds(15));
}

TEST_CASE("a loop for which nothing is late enough was never woken late") {
  TimerQueue timers;
  net::EventLoop loop(timers, {.late_after = seconds(60)});
  Stopping stop(loop);
  loop.post([&] { timers.push(timers.now() + milliseconds(2), stop); });
  loop.run();
  CHECK(loop.wakes().all >= 1);
  CHECK(loop.wakes().late == 0);
  CHECK(loop.wakes().late_by == Duration{});
}

TEST_CASE("each event sees the instant at which it is due") {
  TimerQueue timers;
  net::EventLoop loop(timers, {.tick = milliseconds(20)});
  Ticking call(timers, milliseconds(1), 5);
  Stopping stop(loop);
  timers.push(kRunStart + milliseconds(1), call);
  timers.push(kRunStart + milliseconds(6), stop);
  loop.run();
  REQUIRE(call.fired.size() == 5);
  for (int i = 0; i < 5; ++i) {
    CHECK(call.fired[static_cast<std::size_t>(i)] == kRunStart + milliseconds(i + 1));
  }
}

TEST_CASE("what work makes due at once fires in the same turn") {
  TimerQueue timers;
  net::EventLoop loop(timers, {.is_manual = true});
  Ticking call(timers, {}, 3);
  loop.turn([&] { timers.push(timers.now(), call); });
  CHECK(call.fired.size() == 3);
}

TEST_CASE("work that is always due does not keep a later event from its time") {
  // A nanosecond apart, which is less than one of them takes: an end, or the loop never catches up.
  constexpr int kTimes = 100'000;
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  Ticking call(timers, nanoseconds(1), kTimes);
  Stopping stop(loop);
  timers.push(kRunStart + milliseconds(5), stop);
  loop.turn([&] { timers.push(timers.now(), call); });
  CHECK(loop.run() == 0);
  REQUIRE(call.fired.size() == kTimes);
  CHECK(call.fired.back() - call.fired.front() == nanoseconds(kTimes - 1));
}

TEST_CASE("under a manual clock time is what it is set to") {
  TimerQueue timers;
  net::EventLoop loop(timers, {.is_manual = true});
  Ticking call(timers, seconds(10), 3);
  timers.push(kRunStart + seconds(10), call);
  loop.catch_up();
  CHECK(timers.now() == kRunStart);
  loop.set_time(kRunStart + seconds(9));
  CHECK(call.fired.empty());
  loop.set_time(kRunStart + seconds(10));
  CHECK(call.fired == std::vector{kRunStart + seconds(10)});
  loop.set_time(kRunStart + seconds(60));
  CHECK(call.fired.size() == 3);
}

TEST_CASE("model time goes on from where the queue stands") {
  TimerQueue timers;
  timers.advance_to(kRunStart + hours(5));
  net::EventLoop loop(timers, {});
  loop.catch_up();
  CHECK(timers.now() >= kRunStart + hours(5));
  CHECK(timers.now() < kRunStart + hours(5) + minutes(1));
}

TEST_CASE("stop() works from another thread, and before run()") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  loop.stop();
  CHECK(loop.run() == 0);
  std::thread other([&] { loop.stop(); });
  CHECK(loop.run() == 0);
  other.join();
}

TEST_CASE("a signal stops the loop and is what run() answers") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  loop.stop_on_signals();
  for (const int signal : {SIGTERM, SIGINT}) {
    std::raise(signal);
    CHECK(loop.run() == signal);
  }
}

TEST_CASE("repeated work is done again and again") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  int count = 0;
  loop.every(milliseconds(1), [&] {
    if (++count == 5) loop.stop();
  });
  loop.run();
  CHECK(count == 5);
}

TEST_CASE("the wall clock is past the day this was written") {
  CHECK(net::wall_clock_now() > UnixTime::midnight({.year = 2025, .month = 1, .day = 1}));
}

TEST_CASE("a loop that keeps its lateness shows events the present and what they were due for") {
  struct Noting : TimedCall {
    explicit Noting(TimerQueue& queue) : timers(queue) {
      fire = [](TimedCall& call) {
        auto& self = static_cast<Noting&>(call);
        self.now = self.timers.now();
        self.due = self.timers.due();
      };
    }
    TimerQueue& timers;
    TimePoint now{};
    TimePoint due{};
  };
  TimerQueue timers;
  net::EventLoop loop(timers, {.tick = milliseconds(20), .keeps_lateness = true});
  Noting call(timers);
  Stopping stop(loop);
  timers.push(kRunStart + milliseconds(3), call);
  timers.push(kRunStart + milliseconds(4), stop);
  loop.run();
  CHECK(call.due == kRunStart + milliseconds(3));
  CHECK(call.now >= kRunStart + milliseconds(20));  // the tick made it late
  CHECK(timers.due() == timers.now());
}

TEST_CASE("model time stands still until its origin, which several loops may share") {
  const std::int64_t origin = net::steady_now() + ns(milliseconds(30));
  TimerQueue timers;
  net::EventLoop loop(timers, {.speed_permille = 10'000, .tick = {}, .origin = origin});
  CHECK(loop.now() == kRunStart);
  Ticking call(timers, {}, 1);
  Stopping stop(loop);
  timers.push(kRunStart + milliseconds(50), call);  // 5 ms of wall time
  timers.push(kRunStart + milliseconds(50), stop);
  loop.run();
  CHECK(call.fired.size() == 1);
  CHECK(net::steady_now() >= origin + ns(milliseconds(5)));
}

TEST_CASE("what is due when model time begins waits for it") {
  for (const Duration spin : {Duration{}, milliseconds(1)}) {
    const std::int64_t origin = net::steady_now() + ns(milliseconds(30));
    TimerQueue timers;
    net::EventLoop loop(timers,
                        {.tick = {}, .keeps_lateness = true, .spin = spin, .origin = origin});
    Stopping stop(loop);
    timers.push(kRunStart, stop);
    loop.turn([] {});  // a socket's work, which comes earlier
    CHECK(timers.fired() == 0);
    loop.run();
    CHECK(net::steady_now() >= origin);
  }
}

TEST_CASE("model time and the clock behind it are told from each other, whatever the speed") {
  const std::int64_t origin = net::steady_now();
  for (const std::int64_t speed : {1, 500, 1000, 60'000}) {
    TimerQueue timers;
    const net::EventLoop loop(timers, {.speed_permille = speed, .origin = origin});
    CHECK(loop.wall_time(kRunStart) == origin);
    CHECK(loop.model_time(origin + 1'000'000) == kRunStart + nanoseconds(1000 * speed));
    CHECK(loop.wall_time(kRunStart + nanoseconds(1000 * speed)) == origin + 1'000'000);
    CHECK(loop.model_time(origin - 5) == kRunStart);
  }
}

TEST_CASE("an origin that is named later holds as long as no model time has passed") {
  TimerQueue timers;
  net::EventLoop loop(timers, {.tick = {}, .origin = std::int64_t{1} << 62});
  Ticking call(timers, {}, 1);
  Stopping stop(loop);
  timers.push(kRunStart + milliseconds(2), call);
  timers.push(kRunStart + milliseconds(2), stop);
  loop.begin_at(net::steady_now());
  loop.run();
  CHECK(call.fired.size() == 1);
}

TEST_CASE("a loop that polls before an event fires all that a sleeping one fires") {
  TimerQueue timers;
  net::EventLoop loop(timers, {.tick = {}, .keeps_lateness = true, .spin = milliseconds(2)});
  Ticking call(timers, milliseconds(3), 5);
  Stopping stop(loop);
  timers.push(kRunStart + milliseconds(1), call);
  timers.push(kRunStart + milliseconds(30), stop);
  CHECK(loop.run() == 0);
  CHECK(call.fired.size() == 5);
}
