#include "policy/pacer_window.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/integer.hpp"
#include "policy/pacer_outcome.hpp"

namespace sluice {
namespace {

constexpr Duration kAimdTimeout = seconds(5);
constexpr std::int64_t kAimdKeepsPermille = 900;

constexpr std::int64_t kVegasProbe = 30;

constexpr double kGradientTolerance = 1.5;
constexpr double kGradientSmoothing = 0.2;
constexpr double kGradientQueue = 4;
constexpr std::int64_t kGradientWarmUp = 10;
constexpr double kGradientLongWeight = 2.0 / (600 + 1);
constexpr double kGradientDecay = 0.95;
constexpr Duration kGradientWindow = seconds(1);
constexpr std::int64_t kGradientAnswers = 10;

// The library's own table: log10, whole, at least 1.
std::int64_t log10_of(std::int64_t size) noexcept {
  std::int64_t digits = 0;
  for (std::int64_t rest = size; rest >= 10; rest /= 10) ++digits;
  return std::max<std::int64_t>(1, digits);
}

std::int64_t queue_of(std::int64_t size, Duration least, Duration time) noexcept {
  return static_cast<std::int64_t>(ceil_div(int128{size} * ns(time - least), ns(time)));
}

}  // namespace

AimdWindow::AimdWindow(const PacerSpec& spec) noexcept
    : min_(spec.window_min), max_(spec.window_max), size_(spec.window_initial) {}

void AimdWindow::add(TimePoint, const WindowSample& sample) noexcept {
  if (sample.dropped || (sample.response_time && *sample.response_time > kAimdTimeout)) {
    size_ = size_ * kAimdKeepsPermille / 1000;
  } else if (sample.in_flight * 2 >= size_) {
    ++size_;
  }
  size_ = std::clamp(size_, min_, max_);
}

VegasWindow::VegasWindow(const PacerSpec& spec) noexcept
    : min_(spec.window_min), max_(spec.window_max), size_(spec.window_initial) {}

bool VegasWindow::is_time_to_probe() const noexcept {
  // (1 + jitter) / 2 x 30 x L, jitter in [0, 1).
  const uint128 position = (uint128{1} << 64) + probe_jitter_;
  return position * static_cast<std::uint64_t>(kVegasProbe * size_) <=
         uint128{static_cast<std::uint64_t>(answers_)} << 65;
}

void VegasWindow::add(TimePoint now, const WindowSample& sample) noexcept {
  const std::int64_t step = log10_of(size_);
  if (sample.dropped) {
    size_ = std::clamp(size_ - step, min_, max_);
    return;
  }
  if (!sample.response_time) return;
  const Duration time = std::max(*sample.response_time, nanoseconds(1));
  ++answers_;
  if (is_time_to_probe()) {
    probe_jitter_ = mix64(static_cast<std::uint64_t>(ns(now)));
    answers_ = 0;
    least_ = time;
    return;
  }
  if (!least_ || time < *least_) {
    least_ = time;
    return;
  }
  if (sample.in_flight * 2 < size_) return;
  const std::int64_t queue = queue_of(size_, *least_, time);
  std::int64_t change = 0;
  if (queue <= step) {
    change = 6 * step;
  } else if (queue < 3 * step) {
    change = step;
  } else if (queue > 6 * step) {
    change = -step;
  }
  size_ = std::clamp(size_ + change, min_, max_);
}

Gradient2Window::Gradient2Window(const PacerSpec& spec) noexcept
    : min_(static_cast<double>(spec.window_min)),
      max_(static_cast<double>(spec.window_max)),
      size_(static_cast<double>(spec.window_initial)) {}

void Gradient2Window::add(TimePoint now, const WindowSample& sample) noexcept {
  if (!sample.response_time) return;
  ++answers_;
  time_total_ += *sample.response_time;
  in_flight_max_ = std::max(in_flight_max_, sample.in_flight);
  if (now <= next_update_) return;
  next_update_ = now + kGradientWindow;
  if (answers_ >= kGradientAnswers && time_total_ > Duration{}) {
    update(static_cast<double>(ns(time_total_)) / static_cast<double>(answers_), in_flight_max_);
  }
  answers_ = 0;
  time_total_ = {};
  in_flight_max_ = 0;
}

void Gradient2Window::update(double short_time, std::int64_t in_flight) noexcept {
  if (windows_ < kGradientWarmUp) {
    ++windows_;
    long_total_ += short_time;
    long_time_ = long_total_ / static_cast<double>(windows_);
  } else {
    long_time_ = long_time_ * (1 - kGradientLongWeight) + short_time * kGradientLongWeight;
  }
  const double ratio = long_time_ / short_time;
  if (ratio > 2) long_time_ *= kGradientDecay;
  if (static_cast<double>(in_flight) < size_ / 2) return;
  const double gradient = std::clamp(kGradientTolerance * ratio, 0.5, 1.0);
  const double aim = size_ * gradient + kGradientQueue;
  size_ = std::clamp(size_ * (1 - kGradientSmoothing) + aim * kGradientSmoothing, min_, max_);
}

template <class Window>
void WindowPacing<Window>::ended(TimePoint now, const PacedAttempt&, TimePoint sent,
                                 const Outcome& outcome) noexcept {
  WindowSample sample{.dropped = is_dropped(outcome), .in_flight = in_flight_};
  --in_flight_;
  if (!sample.dropped && outcome.first_token != kNever) {
    sample.response_time = outcome.first_token - sent;
  } else if (outcome.ok()) {
    sample.response_time = now - sent;
  }
  if (sample.dropped || sample.response_time) window_.add(now, sample);
}

template class WindowPacing<AimdWindow>;
template class WindowPacing<VegasWindow>;
template class WindowPacing<Gradient2Window>;

}  // namespace sluice
