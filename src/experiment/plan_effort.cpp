#include "experiment/plan_effort.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice {
namespace {

constexpr double kTodayMost = 3e6;        // requests in all runs of today's scenario
constexpr double kWholeMost = 8e6;        // a scenario with more is not simulated whole
constexpr double kTodayWindow = 500'000;  // then this much of it is
constexpr double kTrial = 16'000;         // requests of one trial of a search, where it can be cut

constexpr double kSmallTrial = 40'000;
constexpr double kMiddlingTrial = 150'000;
constexpr double kHugeTrial = 300'000;
constexpr double kTalkWeight = 12;  // a request of a conversation carries its cached past

}  // namespace

PlanEffort effort_for_today(const RunPlan& plan, double requests) {
  PlanEffort effort;
  const double run_minutes = static_cast<double>(ns(plan.duration)) / 60e9;
  const double per_minute = requests / run_minutes;
  effort.today_window = {.from = {}, .length = plan.duration, .text = ""};
  double today = requests;
  if (requests > kWholeMost) {
    effort.today_window = window_of(plan, per_minute, kTodayWindow);
    if (!effort.today_window.text.empty()) {
      effort.notes.push_back("the scenario is long: " + effort.today_window.text +
                             " of it stands for the whole");
    }
    today *= static_cast<double>(ns(effort.today_window.length)) /
             static_cast<double>(ns(plan.duration));
  }
  if (const auto longer = longer_window(plan, per_minute)) {
    effort.today_window = *longer;
    effort.notes.push_back("few requests come: " + longer->text +
                           " of the same traffic are simulated to see enough of them");
  }
  const PlanWindow held = bounded(effort.today_window, per_minute);
  if (held.length < effort.today_window.length) {
    effort.today_window = held;
    today = std::min(today, per_minute * static_cast<double>(ns(held.length)) / 60e9);
    effort.notes.push_back(fmt::format(
        "{} requests a minute are more than can be simulated for long: {} stands for the whole",
        with_thousands(static_cast<std::int64_t>(per_minute)), held.text));
  }
  const double affordable = kTodayMost / std::max(1.0, today);
  effort.runs_today = affordable < 3 ? 2 : static_cast<std::int64_t>(std::min(10.0, affordable));
  return effort;
}

void add_search(PlanEffort& effort, const RunPlan& plan, double requests, double raised) {
  const double run_length = static_cast<double>(ns(plan.duration));
  const double near = requests * raised;
  const double near_per_minute = near / (run_length / 60e9);
  effort.search_window = bounded(window_of(plan, near_per_minute, kTrial), near_per_minute);
  const bool is_longer = effort.today_window.length > plan.duration;
  effort.tier_window = is_longer ? effort.today_window
                                 : bounded(effort.search_window, requests / (run_length / 60e9));
  const bool any_talk = std::any_of(plan.workloads.begin(), plan.workloads.end(),
                                    [](const auto& w) { return w.conversation_ttl.has_value(); });
  const double trial = (any_talk ? kTalkWeight : 1) * near *
                       static_cast<double>(ns(effort.search_window.length)) / run_length;
  if (trial > kSmallTrial) {
    effort.runs_rate = 5;
    effort.tolerance = 0.006;
  }
  if (trial > kMiddlingTrial) {
    effort.runs_rate = 3;
    effort.runs_tier = 2;
    effort.tolerance = 0.01;
  }
  if (trial > kHugeTrial) effort.tolerance = 0.02;
  if (!effort.search_window.text.empty()) {
    effort.notes.push_back("tiers, rates and what would raise them are simulated over " +
                           effort.search_window.text);
  }
  if (effort.runs_rate < 8) {
    effort.notes.push_back(
        fmt::format("the scenario is large: {} runs for each rate", effort.runs_rate));
  }
}

}  // namespace sluice
