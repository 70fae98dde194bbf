#include "app/live_pages.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/spark.hpp"
#include "report/text_charts.hpp"
#include "report/text_table.hpp"
#include "results/cell_figures.hpp"

namespace sluice::app {
namespace {

constexpr std::size_t kSparkColumns = 48;
constexpr std::size_t kBarColumns = 24;
constexpr std::size_t kPartsAtMost = 6;  // of a list on a page
constexpr std::array<std::string_view, kPageCount> kPageNames = {"overview", "limits", "cost",
                                                                 "latency"};

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

std::string progress_bar(double done) {
  constexpr std::size_t kCells = 24;
  const auto filled = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * kCells);
  return std::string(filled, '#') + std::string(kCells - filled, '.');
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

std::optional<double> left_of(const std::optional<wire::LimitState>& state) {
  if (!state || state->limit <= 0) return std::nullopt;
  return static_cast<double>(state->remaining) / static_cast<double>(state->limit);
}

// By the last answer's headers, in few words: there is a page of it.
std::string limits_text(const live::ReplayView& view) {
  if (view.limits == nullptr) return "no headers yet";
  std::vector<std::string> parts;
  const auto add = [&](const char* what, const std::optional<wire::LimitState>& state) {
    if (const auto left = left_of(state))
      parts.push_back(fmt::format("{} {}", what, percent_text(*left)));
  };
  add("requests", view.limits->requests);
  add("input", view.limits->input_tokens);
  add("output", view.limits->output_tokens);
  return parts.empty() ? "none in the headers" : join(parts) + " left";
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

std::string row(std::string_view label, const std::string& text) {
  return fmt::format("  {:<10}{}\n", label, text);
}

// A figure of every cell so far, the largest of them as high as a character goes.
template <class Get>
std::string over_time(const live::ReplayView& view, std::string_view label, double largest,
                      Get get) {
  std::vector<std::optional<double>> shares;
  for (const TrafficCell& cell : view.measured.traffic.cells()) {
    const std::optional<double> value = get(cell);
    shares.push_back(value && largest > 0 ? std::optional(*value / largest) : std::nullopt);
  }
  return row(label, sparkline(shares, kSparkColumns));
}

template <class Get>
double largest_of(const live::ReplayView& view, Get get) {
  double largest = 0;
  for (const TrafficCell& cell : view.measured.traffic.cells()) {
    largest = std::max(largest, get(cell).value_or(0));
  }
  return largest;
}

std::optional<double> offered_in(const TrafficCell& cell) {
  return static_cast<double>(cell.offered);
}

std::optional<double> succeeded_in(const TrafficCell& cell) {
  return static_cast<double>(cell.succeeded);
}

std::optional<double> rate_limited_in(const TrafficCell& cell) {
  std::int64_t sum = 0;
  for (const std::int64_t count : cell.rate_limited) sum += count;
  return static_cast<double>(sum);
}

std::optional<double> cost_in(const TrafficCell& cell) {
  return static_cast<double>(cell.cost.total().picodollars());
}

template <std::int64_t kPercent>
std::optional<double> latency_in(const TrafficCell& cell) {
  const auto value = latency_at(cell, Ppm{kPercent * 10'000});
  return value ? std::optional(static_cast<double>(ns(*value))) : std::nullopt;
}

std::string overview(const live::ReplayView& view, const PageStyle& style) {
  const WorkloadTotals all = view.measured.all_workloads();
  std::string held;
  if (view.held > 0) held = fmt::format(", {} held back", view.held);
  std::string text =
      row("requests", fmt::format("planned {}, succeeded {}, failed {}, in flight {}{}",
                                  rate_text(all.requests.offered, view.now),
                                  rate_text(all.requests.succeeded(), view.now),
                                  with_thousands(all.requests.failed()), view.in_flight, held)) +
      row("429", refusals_text(view.measured)) + row("limits", limits_text(view)) +
      row("cost", cost_text(view)) +
      row("schedule", "delay " + delay_text(view.load.schedule_delay));
  if (!style.charts) return text;
  const double largest = std::max(largest_of(view, offered_in), largest_of(view, succeeded_in));
  return text + "\n" + over_time(view, "planned", largest, offered_in) +
         over_time(view, "succeeded", largest, succeeded_in) +
         over_time(view, "429", largest_of(view, rate_limited_in), rate_limited_in);
}

// "[########................] 33 %"; with charts in finer steps.
std::string gauge(double share, const PageStyle& style) {
  std::string filled = style.charts ? bar_text(share, kBarColumns) : progress_bar(share);
  if (style.charts) filled += std::string(kBarColumns - display_width(filled), ' ');
  return fmt::format("[{}]", filled);
}

std::string limits(const live::ReplayView& view, const PageStyle& style) {
  std::string text;
  const auto add = [&](const char* what, const std::optional<wire::LimitState>& state,
                       LimitType type) {
    const auto left = left_of(state);
    if (!left) return;
    text += row(what, fmt::format("{} {} left of {}{}", gauge(*left, style), percent_text(*left),
                                  with_thousands(state->limit),
                                  forecast_text(style.forecast, type, view.now)));
  };
  if (view.limits != nullptr) {
    add("requests", view.limits->requests, LimitType::kRequestsPerMinute);
    add("input", view.limits->input_tokens, LimitType::kInputTokensPerMinuteCacheAware);
    add("output", view.limits->output_tokens, LimitType::kOutputTokensPerMinute);
  }
  if (text.empty()) text = row("limits", "no headers yet");
  if (view.load.headroom_lowest) {
    text += row("headroom", "lowest seen " + percent_text(*view.load.headroom_lowest) +
                                (view.load.headroom_kept
                                     ? "; " + percent_text(*view.load.headroom_kept) + " to be left"
                                     : ""));
  }
  text += "\n" + row("429", refusals_text(view.measured));
  if (!style.charts) return text;
  for (const std::string& bar : refusal_bars(view.measured)) text += row("", bar);
  return text + over_time(view, "over time", largest_of(view, rate_limited_in), rate_limited_in);
}

struct Part {
  std::string name;
  Money cost;
};

// Those that cost anything, the dearest first, with its share as a gauge.
std::string parts_rows(std::vector<Part> parts, Money all, const PageStyle& style) {
  std::erase_if(parts, [](const Part& part) { return part.cost == Money{}; });
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return b.cost < a.cost; });
  std::string text;
  for (std::size_t i = 0; i < std::min(parts.size(), kPartsAtMost); ++i) {
    const double share =
        static_cast<double>(parts[i].cost.picodollars()) / static_cast<double>(all.picodollars());
    text += row(
        "", fmt::format("{} {} {}", gauge(share, style), money_text(parts[i].cost), parts[i].name));
  }
  if (parts.size() > kPartsAtMost) {
    text += row("", fmt::format("and {} more", parts.size() - kPartsAtMost));
  }
  return text;
}

std::string cost(const live::ReplayView& view, const PageStyle& style) {
  CellCosts sum;
  TrafficCell tokens;
  for (const TrafficCell& cell : view.measured.traffic.cells()) {
    sum += cell.cost;
    tokens.input_tokens += cell.input_tokens;
    tokens.cache_read_tokens += cell.cache_read_tokens;
    tokens.output_tokens += cell.output_tokens;
  }
  std::string text = row("spent", cost_text(view));
  if (view.load.expected_cost) {
    text += row("expected", money_text(*view.load.expected_cost) + " for the whole run");
  }
  const double read = tokens.input_tokens == 0 ? 0
                                               : static_cast<double>(tokens.cache_read_tokens) /
                                                     static_cast<double>(tokens.input_tokens);
  text += row("tokens", fmt::format("{} input, {} of it read from the cache; {} output",
                                    with_thousands(tokens.input_tokens), percent_text(read),
                                    with_thousands(tokens.output_tokens)));
  std::vector<Part> categories;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    categories.push_back({std::string(name(static_cast<CostCategory>(i))),
                          Money::from_picodollars(sum.picodollars[i])});
  }
  text += "\n" + row("for", "") + parts_rows(std::move(categories), sum.total(), style);
  std::vector<Part> models;
  for (std::size_t i = 0; style.forecast != nullptr && i < sum.by_model.size(); ++i) {
    models.push_back(
        {style.forecast->facts.names.models.at(i), sum.of(ModelId{static_cast<std::uint16_t>(i)})});
  }
  if (models.size() > 1) {
    text += row("of", "") + parts_rows(std::move(models), sum.total(), style);
  }
  if (!style.charts) return text;
  return text + over_time(view, "over time", largest_of(view, cost_in), cost_in);
}

std::string latency_row(std::string_view label, const Histogram& histogram) {
  if (histogram.empty()) return {};
  const auto at = [&](std::int64_t ppm) {
    return short_text(Duration{static_cast<std::int64_t>(*histogram.quantile(Ppm{ppm}))});
  };
  return fmt::format("  {:<20}{:>10}{:>10}{:>10}{:>10}{:>12}\n", label, at(500'000), at(950'000),
                     at(990'000), at(1'000'000),
                     with_thousands(static_cast<std::int64_t>(histogram.count())));
}

std::string latency(const live::ReplayView& view, const PageStyle& style) {
  const Latencies all = view.measured.all_workloads().latency;
  std::string text =
      fmt::format("  {:<20}{:>10}{:>10}{:>10}{:>10}{:>12}\n", "", "p50", "p95", "p99", "max",
                  "requests") +
      latency_row("latency, succeeded", all.success()) +
      latency_row("  after retries", all.retried) + latency_row("latency, failed", all.failed) +
      latency_row("first token", all.ttft) + latency_row("gap between tokens", all.inter_token) +
      latency_row("queueing", all.queueing) + latency_row("waited for retries", all.backoff) +
      latency_row("schedule delay", view.load.schedule_delay);
  if (!style.charts || all.success().empty()) return text;
  const double largest = largest_of(view, latency_in<95>);
  const auto highest = short_text(Duration{static_cast<std::int64_t>(largest)});
  return text + "\n" + over_time(view, "p50", largest, latency_in<50>) +
         over_time(view, "p95", largest, latency_in<95>) + row("", "█ is " + highest);
}

std::string header(const live::ReplayView& view, const PageStyle& style) {
  const double done = static_cast<double>(ns(view.now - kRunStart)) /
                      static_cast<double>(std::max<std::int64_t>(1, ns(view.duration)));
  const bool stops = view.stopping != StopReason::kNone;
  return fmt::format("{} -> {}  [{}] {} of {}\n{}", style.title, view.load.target,
                     progress_bar(done), short_text(view.now - kRunStart),
                     short_text(view.duration),
                     stops ? "  stopping: waiting for what is in flight (Ctrl-C: drop it)\n" : "");
}

// "  [1 overview]  2 limits  3 cost  4 latency  (tab: next)".
std::string footer(Page shown) {
  std::string text = "\n ";
  for (std::size_t i = 0; i < kPageCount; ++i) {
    const std::string name = fmt::format("{} {}", i + 1, kPageNames[i]);
    text += i == static_cast<std::size_t>(shown) ? " [" + name + "]" : "  " + name + " ";
  }
  return text + "  tab: next\n";
}

}  // namespace

std::string page_text(Page page, const live::ReplayView& view, const PageStyle& style) {
  std::string text = header(view, style);
  switch (page) {
    case Page::kOverview:
      text += overview(view, style);
      break;
    case Page::kLimits:
      text += limits(view, style);
      break;
    case Page::kCost:
      text += cost(view, style);
      break;
    case Page::kLatency:
      text += latency(view, style);
      break;
  }
  return style.keys ? text + footer(page) : text;
}

std::optional<Page> page_of_key(char key, Page shown) {
  if (key >= '1' && key < static_cast<char>('1' + kPageCount)) return static_cast<Page>(key - '1');
  if (key != '\t') return std::nullopt;
  return static_cast<Page>((static_cast<std::size_t>(shown) + 1) % kPageCount);
}

std::string view_line(const live::ReplayView& view) {
  const WorkloadTotals all = view.measured.all_workloads();
  return fmt::format(
      "{} of {}: {} requests, {} succeeded, {} failed, {} in flight, 429: {}, cost {}, schedule "
      "delay {}{}\n",
      short_text(view.now - kRunStart), short_text(view.duration),
      with_thousands(all.requests.offered), with_thousands(all.requests.succeeded()),
      with_thousands(all.requests.failed()), view.in_flight, refusals_text(view.measured),
      cost_text(view), delay_text(view.load.schedule_delay),
      view.stopping == StopReason::kNone ? "" : ", stopping");
}

}  // namespace sluice::app
