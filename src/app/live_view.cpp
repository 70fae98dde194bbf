#include "app/live_view.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/terminal.hpp"
#include "base/text.hpp"
#include "report/number_text.hpp"

namespace sluice::app {
namespace {

constexpr int kLinesEvery = 10;  // looks, of which there is one a second

std::int64_t refused(const Measurements& measured, std::size_t cause) {
  std::int64_t sum = 0;
  for (const WorkloadTotals& workload : measured.workloads) {
    sum += workload.attempts.rate_limited[cause];
  }
  return sum;
}

// "requests 12, output_tokens 3", or "none".
std::string refusals_text(const Measurements& measured) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    const std::int64_t count = refused(measured, i);
    if (count == 0) continue;
    parts.push_back(fmt::format("{} {}", name(static_cast<LimitCause>(i)), with_thousands(count)));
  }
  return parts.empty() ? "none" : join(parts);
}

std::string bar(double done) {
  constexpr std::size_t kCells = 24;
  const auto filled = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * kCells);
  return std::string(filled, '#') + std::string(kCells - filled, '.');
}

// What is left of a kind of limit: by the last answer's headers.
std::string left_text(const char* what, const std::optional<wire::LimitState>& state) {
  if (!state || state->limit <= 0) return {};
  const double left = static_cast<double>(state->remaining) / static_cast<double>(state->limit);
  return fmt::format("{} {} left of {}", what, percent_text(left), with_thousands(state->limit));
}

// What the simulation said would be left now of the limits of that type: the least of all groups.
std::string forecast_text(const RunResult* forecast, LimitType type, TimePoint now) {
  if (forecast == nullptr) return {};
  std::optional<double> least;
  const Measurements& measured = forecast->measured;
  for (std::size_t i = 0; i < measured.levels.size(); ++i) {
    if (forecast->facts.limiters[i].type != type) continue;
    const auto& series = measured.levels[i];
    const auto cell = static_cast<std::size_t>(ns(now) / ns(series.width()));
    if (cell >= series.cells().size()) continue;
    const LimiterCell& at = series.cells()[cell];
    if (at.readings == 0 || at.capacity == 0) continue;
    const double level = static_cast<double>(at.level_sum) / static_cast<double>(at.readings);
    const double left = std::max(0.0, level / static_cast<double>(at.capacity));
    least = std::min(least.value_or(left), left);
  }
  return least ? fmt::format(" (model {})", percent_text(*least)) : std::string();
}

std::string limits_text(const live::ReplayView& view, const RunResult* forecast) {
  if (view.limits == nullptr) return "no headers yet";
  std::vector<std::string> parts;
  const auto add = [&](const char* what, const auto& state, LimitType type) {
    std::string text = left_text(what, state);
    if (!text.empty()) parts.push_back(text + forecast_text(forecast, type, view.now));
  };
  add("requests", view.limits->requests, LimitType::kRequestsPerMinute);
  add("input", view.limits->input_tokens, LimitType::kInputTokensPerMinuteCacheAware);
  add("output", view.limits->output_tokens, LimitType::kOutputTokensPerMinute);
  return parts.empty() ? "none in the headers" : join(parts);
}

std::string cost_text(const live::ReplayView& view) {
  std::string text = money_text(view.spent);
  if (view.load.spend_cap) {
    text += fmt::format(" of {}, {} reserved for what is in flight",
                        money_text(*view.load.spend_cap), money_text(view.reserved));
  }
  return text;
}

std::string delay_text(const Histogram& delay) {
  if (delay.empty()) return "-";
  const auto at = [&](std::int64_t ppm) {
    return short_text(Duration{static_cast<std::int64_t>(*delay.quantile(Ppm{ppm}))});
  };
  return fmt::format("p50 {}, p99 {}", at(500'000), at(990'000));
}

// Planned and ended per minute of model time, so far.
std::string rate_text(std::int64_t count, TimePoint now) {
  const double elapsed = static_cast<double>(ns(now)) / 60e9;
  if (elapsed <= 0) return "-";
  return fmt::format("{:.1f}/min", static_cast<double>(count) / elapsed);
}

}  // namespace

std::string view_line(const live::ReplayView& view) {
  const WorkloadTotals all = view.measured.all_workloads();
  return fmt::format(
      "{} of {}: {} requests, {} succeeded, {} failed, {} in flight, 429: {}, cost {}, schedule "
      "delay {}{}\n",
      duration_text(view.now - kRunStart), duration_text(view.duration),
      with_thousands(all.requests.offered), with_thousands(all.requests.succeeded()),
      with_thousands(all.requests.failed()), view.in_flight, refusals_text(view.measured),
      cost_text(view), delay_text(view.load.schedule_delay),
      view.stopping == StopReason::kNone ? "" : ", stopping");
}

std::string view_block(const live::ReplayView& view, const std::string& title,
                       const RunResult* forecast) {
  const WorkloadTotals all = view.measured.all_workloads();
  const double done = static_cast<double>(ns(view.now - kRunStart)) /
                      static_cast<double>(std::max<std::int64_t>(1, ns(view.duration)));
  const bool stops = view.stopping != StopReason::kNone;
  std::string held;
  if (view.held > 0) held = fmt::format(", {} held back", view.held);
  std::string text =
      fmt::format("{} -> {}  [{}] {} of {}{}\n", title, view.load.target, bar(done),
                  duration_text(view.now - kRunStart), duration_text(view.duration),
                  stops ? "  stopping: waiting for what is in flight (Ctrl-C: drop it)" : "");
  text += fmt::format("  requests  planned {}, succeeded {}, failed {}, in flight {}{}\n",
                      rate_text(all.requests.offered, view.now),
                      rate_text(all.requests.succeeded(), view.now),
                      with_thousands(all.requests.failed()), view.in_flight, held);
  text += fmt::format("  429       {}\n", refusals_text(view.measured));
  text += fmt::format("  limits    {}\n", limits_text(view, forecast));
  text += fmt::format("  cost      {}\n", cost_text(view));
  text += fmt::format("  schedule  delay {}\n", delay_text(view.load.schedule_delay));
  return text;
}

LiveView::LiveView(ViewKind kind, std::string title, const RunResult* forecast)
    : kind_(kind), title_(std::move(title)), forecast_(forecast) {}

LiveView::~LiveView() {
  if (lines_drawn_ > 0) print(stderr, fmt::format("\x1b[{}A\x1b[J", lines_drawn_));
}

void LiveView::show(const live::ReplayView& view) {
  if (kind_ == ViewKind::kNone) return;
  ++looks_;
  if (kind_ == ViewKind::kLines) {
    if (looks_ % kLinesEvery == 0) print(stderr, view_line(view));
    return;
  }
  std::string text = view_block(view, title_, forecast_);
  std::string drawn = lines_drawn_ > 0 ? fmt::format("\x1b[{}A\x1b[J", lines_drawn_) : "";
  // A line that is broken by the terminal would be two: each is cut to its width.
  const auto width = static_cast<std::size_t>(width_of(stderr));
  lines_drawn_ = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    drawn += text.substr(begin, std::min(end - begin, width - 1)) + "\n";
    begin = end + 1;
    ++lines_drawn_;
  }
  print(stderr, drawn);
}

}  // namespace sluice::app
