// Windows of attempts in flight that learn their size, as Netflix's concurrency-limits has them
// (github.com/Netflix/concurrency-limits, 2026): AIMD by refusals, Vegas by the queue that response
// times betray, Gradient2 by long and short averages of them.
//
// They were made for short calls. The response time of a stream is taken to its first token: the
// whole of it says how long the answer was, not how loaded the server is. In flight is what is so
// when an attempt ends, itself included.
#pragma once

#include <cstdint>
#include <optional>

#include "api/outcome.hpp"
#include "policy/pacer_spec.hpp"

namespace sluice {

// What an attempt's end says. A refusal's time is none of serving.
struct WindowSample {
  bool dropped = false;
  std::optional<Duration> response_time{};
  std::int64_t in_flight = 0;
};

// One response above 5 s or one drop: x 0.9, cut to whole attempts; else + 1 where at least half of
// the window is in use.
class AimdWindow {
 public:
  explicit AimdWindow(const PacerSpec& spec) noexcept;
  std::int64_t size() const noexcept { return size_; }
  void add(TimePoint now, const WindowSample& sample) noexcept;

 private:
  std::int64_t min_;
  std::int64_t max_;
  std::int64_t size_;
};

// queue = ceil(L (1 - least time / time)); with l = log10(L), whole and at least 1: a queue of at
// most l: + 6 l; below 3 l: + l; above 6 l, or a drop: - l; only where at least half of the window
// is in use. The least time is forgotten after 15 L to 30 L answers: theirs draws how many, here it
// is a hash of the instant.
class VegasWindow {
 public:
  explicit VegasWindow(const PacerSpec& spec) noexcept;
  std::int64_t size() const noexcept { return size_; }
  void add(TimePoint now, const WindowSample& sample) noexcept;

 private:
  bool is_time_to_probe() const noexcept;

  std::int64_t min_;
  std::int64_t max_;
  std::int64_t size_;
  std::int64_t answers_ = 0;        // since the last probe
  std::uint64_t probe_jitter_ = 0;  // of 2^64: where in 15 L to 30 L the next probe is
  std::optional<Duration> least_{};
};

// g = clamp(1.5 long / short, 0.5, 1), L = 0.8 L + 0.2 (L g + 4), where at least half of the window
// is in use; per window of 1 s with ten answers or more. long is an average over 600 windows (the
// mean of the first ten), x 0.95 while above twice the short one. It does not look at drops.
class Gradient2Window {
 public:
  explicit Gradient2Window(const PacerSpec& spec) noexcept;
  std::int64_t size() const noexcept { return static_cast<std::int64_t>(size_); }
  void add(TimePoint now, const WindowSample& sample) noexcept;

 private:
  void update(double short_time, std::int64_t in_flight) noexcept;

  double min_;
  double max_;
  double size_;
  TimePoint next_update_ = kRunStart;
  std::int64_t answers_ = 0;  // of this second, their times summed, and the most in flight
  Duration time_total_{};
  std::int64_t in_flight_max_ = 0;
  std::int64_t windows_ = 0;  // until warmed up
  double long_total_ = 0;
  double long_time_ = 0;
};

// Counts what is in flight and holds back what is beyond the window.
template <class Window>
class WindowPacing {
 public:
  explicit WindowPacing(const PacerSpec& spec) noexcept : window_(spec) {}

  TimePoint ready_at(TimePoint now, const PacedAttempt&) const noexcept {
    return in_flight_ < window_.size() ? now : kNever;
  }
  bool send(TimePoint, const PacedAttempt&, std::uint64_t) noexcept {
    ++in_flight_;
    return true;
  }
  void ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
             const Outcome& outcome) noexcept;

  std::int64_t size() const noexcept { return window_.size(); }

 private:
  Window window_;
  std::int64_t in_flight_ = 0;
};

extern template class WindowPacing<AimdWindow>;
extern template class WindowPacing<VegasWindow>;
extern template class WindowPacing<Gradient2Window>;

}  // namespace sluice
