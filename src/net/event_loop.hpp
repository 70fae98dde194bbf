// The live driver: sleeps on sockets and timers and tells a TimerQueue what time it is. Model time
// = speed x wall time since the loop began, or, under a manual clock, what set_time() says. One
// thread; only stop() and post() may be called from another.
//
//   EventLoop loop(timers, {.speed_permille = 60'000});
//   SLUICE_TRY(auto server, HttpServer::listen(loop, options, handler));
//   loop.stop_on_signals();
//   loop.run();
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/calendar.hpp"
#include "base/time.hpp"
#include "engine/timer_queue.hpp"

namespace sluice::net {

struct ClockSpec {
  std::int64_t speed_permille = 1000;  // of model time to wall time, at least 1
  bool is_manual = false;              // model time stands still but for set_time()
  // Events that are due within so much wall time fire together: a wheel of many streams with one
  // ticker. 0: each wakes the loop at its own instant.
  Duration tick = milliseconds(1);
  // What an event sees as now: the instant at which it is due, as in a simulation (a server that
  // must decide what the model decides), or the one at which the loop came to it (a load generator,
  // whose lateness is data).
  bool keeps_lateness = false;
  // So much wall time before an event the loop begins to poll instead of to sleep, which costs a
  // core and saves the way back from sleep.
  Duration spin{};
  // A wake-up that comes later than this counts as late (EventLoop::wakes()).
  Duration late_after = milliseconds(1);
  // When model time begins, on the clock of steady_now(); until then it stands still. Empty: at
  // once. Several loops share one clock by it.
  std::optional<std::int64_t> origin{};
};

// How often the loop slept until an instant, and how often it was woken late.
struct Wakes {
  std::int64_t all = 0;
  std::int64_t late = 0;  // by more than ClockSpec::late_after of wall time
  Duration late_by{};     // these together, wall time
};

// The clock by which loops measure, in nanoseconds since some instant.
std::int64_t steady_now() noexcept;
// Processor time that the calling thread, or the whole process, has used.
Duration thread_cpu_time() noexcept;
Duration process_cpu_time() noexcept;

// The calendar, read from the system's clock. The only one of the project, with EventLoop's.
UnixTime wall_clock_now() noexcept;

class EventLoop {
 public:
  EventLoop(TimerQueue& timers, ClockSpec clock);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  TimerQueue& timers() noexcept;
  const ClockSpec& clock() const noexcept;
  Wakes wakes() const noexcept;  // not while another thread runs it
  // Model time as the clock reads at this moment; timers().now() is that of the last turn.
  TimePoint now() const noexcept;
  // What the clock reads at an instant of steady_now(), and when it reads that.
  TimePoint model_time(std::int64_t steady) const noexcept;
  std::int64_t wall_time(TimePoint model) const noexcept;

  // Until stop(). Returns the signal that stopped it, 0 if none did.
  int run();
  void stop() noexcept;    // from any thread
  void stop_on_signals();  // SIGINT and SIGTERM

  // A turn of work from a socket: first the queue learns the time and fires what is due, then
  // `work` runs, then the next wake-up is set from what the queue holds.
  void turn(const std::function<void()>& work);
  // What turn() consists of, for hot paths: catch_up() before the work, rearm() after it.
  void catch_up();
  void rearm();

  // Model time begins then, on the clock of steady_now(), instead of at ClockSpec::origin. Only as
  // long as none has passed.
  void begin_at(std::int64_t origin);

  // Manual clock only; `now` must not be before timers().now().
  void set_time(TimePoint now);

  // Calls `work` every so much wall time (status lines, logs) while the loop runs.
  void every(Duration wall, std::function<void()> work);

  // Does `work` on the loop's thread, soon, in the order in which it came; from any thread. What
  // comes after the loop has ended is never done.
  void post(std::function<void()> work);

  // For the other files of net only, which know what it is (asio.hpp).
  struct Parts;
  Parts& parts() noexcept { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::net
