#include "net/event_loop.hpp"

#include <algorithm>
#include <csignal>
#include <time.h>
#include <utility>

#include "base/check.hpp"
#include "net/asio.hpp"

namespace sluice::net {
namespace {

using Wide = __int128;  // model time in nanoseconds times a speed

// Work that is due at once may push more of it. After so many rounds sockets get their turn.
constexpr int kRoundsAtMost = 16;

std::uint64_t pushes(const TimerQueue& timers) noexcept {
  return timers.fired() + timers.pending();
}

Duration cpu_time_of(clockid_t clock) noexcept {
  timespec time{};
  clock_gettime(clock, &time);
  return seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

WallPoint origin_of(const ClockSpec& clock) noexcept {
  if (!clock.origin) return Clock::now();
  return WallPoint(std::chrono::nanoseconds(*clock.origin));
}

}  // namespace

std::int64_t steady_now() noexcept {
  const auto since_epoch = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count();
}

Duration thread_cpu_time() noexcept { return cpu_time_of(CLOCK_THREAD_CPUTIME_ID); }
Duration process_cpu_time() noexcept { return cpu_time_of(CLOCK_PROCESS_CPUTIME_ID); }

UnixTime wall_clock_now() noexcept {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count()};
}

EventLoop::Parts::Parts(TimerQueue& timer_queue, ClockSpec clock_spec)
    : timers(timer_queue),
      clock(clock_spec),
      origin(origin_of(clock_spec)),
      model_origin(timer_queue.now()),
      wall(Clock::now()) {
  SLUICE_CHECK(clock.speed_permille >= 1);
  SLUICE_CHECK(clock.tick >= Duration::zero());
  SLUICE_CHECK(clock.spin >= Duration::zero());
}

TimePoint EventLoop::Parts::model_time(WallPoint at) const noexcept {
  if (clock.is_manual) return timers.now();
  if (at <= origin) return model_origin;
  const Wide elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(at - origin).count();
  return model_origin + Duration{static_cast<std::int64_t>(elapsed * clock.speed_permille / 1000)};
}

WallPoint EventLoop::Parts::wake_for(TimePoint due) const noexcept {
  if (due <= timers.now()) return std::max(wall, origin);
  if (due == kNever || clock.is_manual) return kNoWake;
  const Wide model = ns(due - model_origin);
  const Wide wall_time = (model * 1000 + clock.speed_permille - 1) / clock.speed_permille;
  const Wide tick = std::max<Wide>(ns(clock.tick), 1);
  const Wide rounded = (wall_time + tick - 1) / tick * tick;
  // A slow clock can put an event beyond what the wall clock can count.
  if (rounded > std::numeric_limits<std::int64_t>::max() / 2) return kNoWake;
  return origin + std::chrono::nanoseconds(static_cast<std::int64_t>(rounded));
}

void EventLoop::Parts::wait_for_signal() {
  signals.async_wait([this](ErrorWord error, int number) {
    if (error) return;
    signal = number;
    context.stop();
    wait_for_signal();
  });
}

void EventLoop::Parts::Repeated::wait() {
  timer.expires_after(period);
  timer.async_wait([this](ErrorWord error) {
    if (error) return;
    work();
    wait();
  });
}

EventLoop::EventLoop(TimerQueue& timers, ClockSpec clock)
    : parts_(std::make_unique<Parts>(timers, clock)) {}

EventLoop::~EventLoop() = default;

TimerQueue& EventLoop::timers() noexcept { return parts_->timers; }
const ClockSpec& EventLoop::clock() const noexcept { return parts_->clock; }

int EventLoop::run() {
  Parts& parts = *parts_;
  parts.signal = 0;
  parts.pushes_seen = kNotSeen;
  parts.context.restart();
  catch_up();
  rearm();
  // A stop() that came before this call counts too.
  if (!parts.is_stopped) {
    if (parts.clock.spin > Duration::zero()) {
      parts.run_polling();
    } else {
      parts.context.run();
    }
  }
  parts.is_stopped = false;
  return std::exchange(parts.signal, 0);
}

Wakes EventLoop::wakes() const noexcept { return parts_->wakes; }

TimePoint EventLoop::now() const noexcept { return parts_->model_time(Clock::now()); }

TimePoint EventLoop::model_time(std::int64_t steady) const noexcept {
  return parts_->model_time(WallPoint(std::chrono::nanoseconds(steady)));
}

std::int64_t EventLoop::wall_time(TimePoint model) const noexcept {
  const Wide wall = Wide{ns(model - parts_->model_origin)} * 1000 / parts_->clock.speed_permille;
  return parts_->origin.time_since_epoch().count() + static_cast<std::int64_t>(wall);
}

// Sleeps in the context until an event is near, then watches sockets and clock by turns.
void EventLoop::Parts::run_polling() {
  const auto near = std::chrono::nanoseconds(ns(clock.spin));
  while (!context.stopped()) {
    const WallPoint due = wake_for(timers.next_due());
    const WallPoint now = Clock::now();
    if (due == kNoWake || due - now > near) {
      context.run_one();
    } else {
      context.poll();
      if (due <= Clock::now()) catch_up();
    }
    rearm();
  }
}

void EventLoop::stop() noexcept {
  parts_->is_stopped = true;
  parts_->context.stop();
}

void EventLoop::stop_on_signals() {
  ErrorWord ignored;
  parts_->signals.add(SIGINT, ignored);
  parts_->signals.add(SIGTERM, ignored);
  parts_->wait_for_signal();
}

void EventLoop::turn(const std::function<void()>& work) {
  catch_up();
  work();
  rearm();
}

void EventLoop::catch_up() { parts_->catch_up(); }
void EventLoop::rearm() { parts_->rearm(); }

void EventLoop::Parts::catch_up() {
  wall = Clock::now();
  if (has_begun()) run_to(model_time(wall));
}

void EventLoop::Parts::run_to(TimePoint now) {
  if (!clock.keeps_lateness) timers.run_until(now, [](std::uint64_t) { return true; });
  timers.advance_to(now);
}

void EventLoop::Parts::rearm() {
  // Without a push since it looked last, the wake-up that is set is still right.
  if (pushes(timers) == pushes_seen) return;
  TimePoint due = timers.next_due();
  const int rounds = has_begun() ? kRoundsAtMost : 0;
  for (int round = 0; round < rounds && due <= timers.now(); ++round) {
    timers.advance_to(timers.now());
    due = timers.next_due();
  }
  pushes_seen = pushes(timers);
  // A wake-up that comes too early finds nothing to do and sets the next one: cheaper than to move
  // it at every request.
  WallPoint at = wake_for(due);
  if (at != kNoWake) at -= std::chrono::nanoseconds(ns(clock.spin));
  if (clock.spin > Duration::zero() && at <= wall) {
    // It is polled for, without a timer: one that has expired costs a virtual machine more than
    // polling saves. What comes behind it is looked at the next time.
    pushes_seen = kNotSeen;
  } else if (at < wake_at) {
    wake_up_at(at);
  }
}

void EventLoop::Parts::read_later(Reader& reader) {
  if (readers.empty()) asio::post(context, [this] { begin_reads(); });
  readers.push_back(&reader);
}

void EventLoop::Parts::begin_reads() {
  beginners.swap(readers);
  for (Reader* const reader : beginners) reader->begin_read();
  beginners.clear();
}

void EventLoop::Parts::wake_up_at(WallPoint at) {
  wake_at = at;
  wake.expires_at(at);
  wake.async_wait([this](ErrorWord error) {
    if (error) return;  // set anew, for an earlier instant
    const WallPoint due = std::exchange(wake_at, kNoWake);
    pushes_seen = kNotSeen;
    catch_up();
    ++wakes.all;
    const Duration late = wall - due;
    if (late > clock.late_after) {
      ++wakes.late;
      wakes.late_by += late;
    }
    rearm();
  });
}

void EventLoop::begin_at(std::int64_t origin) {
  SLUICE_CHECK(parts_->timers.now() == parts_->model_origin);
  parts_->origin = WallPoint(std::chrono::nanoseconds(origin));
  parts_->pushes_seen = kNotSeen;  // a wake-up that is set stands for another instant now
}

void EventLoop::set_time(TimePoint now) {
  SLUICE_CHECK(parts_->clock.is_manual);
  SLUICE_CHECK(now >= parts_->timers.now());
  parts_->run_to(now);
}

void EventLoop::every(Duration wall, std::function<void()> work) {
  SLUICE_CHECK(wall > Duration::zero());
  auto repeated = std::make_unique<Parts::Repeated>(
      Parts::Repeated{WallTimer(parts_->context.get_executor()), wall, std::move(work)});
  repeated->wait();
  parts_->repeated.push_back(std::move(repeated));
}

void EventLoop::post(std::function<void()> work) {
  asio::post(parts_->context, [this, work = std::move(work)] { turn(work); });
}

}  // namespace sluice::net
