#include "app/progress.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>
#include <signal.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "app/terminal.hpp"
#include "base/text.hpp"

namespace sluice::app {
namespace {

std::atomic<int> interrupts{0};
static_assert(std::atomic<int>::is_always_lock_free);  // so that a signal handler may touch it

void on_interrupt(int signal) {
  if (++interrupts > 1) _exit(128 + signal);
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// "42 s left", "3 min 20 s left", "2 h 05 min left".
std::string left_text(long long seconds) {
  if (seconds < 60) return fmt::format("{} s left", seconds);
  if (seconds < 3600) return fmt::format("{} min {:02} s left", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min left", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace

bool was_interrupted() { return interrupts > 0; }

ProgressLine::ProgressLine(Monitor& monitor, std::string what)
    : monitor_(monitor), what_(std::move(what)), shows_(is_terminal(stderr)) {
  catch_interrupts();
  thread_ = std::thread([this] { watch(); });
}

ProgressLine::~ProgressLine() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (drawn_) print(stderr, "\r\x1b[K");
}

void ProgressLine::watch() {
  using Clock = std::chrono::steady_clock;
  constexpr auto kLookEvery = std::chrono::milliseconds(100);
  constexpr auto kSilentFor = std::chrono::seconds(2);
  const Clock::time_point started = Clock::now();
  std::optional<Mark> first;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kLookEvery, [this] { return done_; })) {
    if (was_interrupted()) monitor_.stop = true;
    const auto elapsed = Clock::now() - started;
    const Mark now{std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(),
                   std::clamp<std::int64_t>(monitor_.done_ppm, 0, 1'000'000)};
    // A computation of several rounds may find that there is more to do than it thought.
    if (!first || now.ppm < first->ppm) first = now;
    if (!shows_ || elapsed < kSilentFor) continue;
    drawn_ = true;
    draw(*first, now);
  }
}

void ProgressLine::draw(Mark first, Mark now) const {
  constexpr int kCells = 24;
  const auto filled = static_cast<int>(now.ppm * kCells / 1'000'000);
  std::string bar(static_cast<std::size_t>(filled), '#');
  bar.resize(kCells, '.');
  std::string line = fmt::format("\r\x1b[K{} [{}] {}%", what_, bar, now.ppm / 10'000);
  const std::uint64_t events = monitor_.events;
  if (events > 0 && now.elapsed_ms > 0) {
    const std::uint64_t rate = events * 1000 / static_cast<std::uint64_t>(now.elapsed_ms);
    line += fmt::format("  {} events/s", with_thousands(static_cast<std::int64_t>(rate)));
  }
  if (now.ppm > first.ppm) {
    const long long took = now.elapsed_ms - first.elapsed_ms;
    line += "  " + left_text(took * (1'000'000 - now.ppm) / (now.ppm - first.ppm) / 1000);
  }
  if (monitor_.stop) line += "  stopping ...";
  print(stderr, line);
}

}  // namespace sluice::app
