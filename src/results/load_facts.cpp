#include "results/load_facts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, kStopReasonCount> kStopReasonNames = {
    "none",           "interrupted", "aborted",     "spend_cap",
    "authentication", "permission",  "credit_gone", "error_share"};

constexpr std::array<std::string_view, kStopReasonCount> kSentences = {
    "ran to its end",
    "interrupted: nothing more was sent, what was in flight was waited for",
    "interrupted twice: what was in flight was dropped",
    "stopped by --max-cost: the next attempt might have passed it",
    "stopped: the API does not accept the key (401)",
    "stopped: the key may not do this (403)",
    "stopped: the account has no credit left",
    "stopped: more attempts failed than the scenario allows"};

std::string dropped_reason(const LoadFacts& load) {
  return fmt::format("{} of {} sessions that were due were dropped as too late",
                     with_thousands(load.dropped_late),
                     with_thousands(load.asked + load.dropped_late));
}

std::string unsent_reason(const LoadFacts& load) {
  return fmt::format("only {} of {} first attempts that were due were sent: less than {} %",
                     with_thousands(load.sends.sum), with_thousands(load.asked),
                     kSentPercentTrusted);
}

std::string late_reason(Duration p99) {
  return fmt::format("p99 of the schedule delay is {}: above {}", short_text(p99),
                     exact_text(kScheduleDelayTrusted));
}

std::string mock_late_reason(const MockWakes& mock) {
  return fmt::format("{} of {} times the embedded mock was woken more than {} late: above {} %",
                     with_thousands(mock.late), with_thousands(mock.all),
                     exact_text(kScheduleDelayTrusted), kLateWakesPercentTrusted);
}

std::string mock_held_reason(const MockWakes& mock, const LoadFacts& load) {
  return fmt::format("the embedded mock was held up for {} of {}: above {} %",
                     short_text(mock.late_by), short_text(load.wall), kMockLatePercentTrusted);
}

}  // namespace

double LoadCell::cpu_share() const noexcept {
  if (wall == Duration{}) return 0;
  return static_cast<double>(ns(cpu)) / static_cast<double>(ns(wall));
}

LoadCell& LoadCell::operator+=(const LoadCell& other) noexcept {
  sent += other.sent;
  late_max = std::max(late_max, other.late_max);
  looks += other.looks;
  connections = std::max(connections, other.connections);
  cpu += other.cpu;
  wall += other.wall;
  return *this;
}

std::string_view name(StopReason reason) noexcept {
  return kStopReasonNames[static_cast<std::size_t>(reason)];
}

std::string_view sentence(StopReason reason) noexcept {
  return kSentences[static_cast<std::size_t>(reason)];
}

std::optional<double> Dispersion::index() const {
  if (bins < 2 || sum == 0) return std::nullopt;
  const int128 spread = squares * bins - int128{sum} * sum;
  return static_cast<double>(spread) / (static_cast<double>(bins) * static_cast<double>(sum));
}

LoadVerdict judge(const LoadFacts& load) {
  if (load.dropped_late > 0) return {.ok = false, .reason = dropped_reason(load)};
  const bool was_stopped = load.stopped != StopReason::kNone;
  if (!was_stopped && load.sends.sum * 100 < load.asked * kSentPercentTrusted) {
    return {.ok = false, .reason = unsent_reason(load)};
  }
  const auto p99 = load.schedule_delay.quantile(Ppm{990'000});
  if (p99 && *p99 > static_cast<std::uint64_t>(ns(kScheduleDelayTrusted))) {
    const Duration delay{static_cast<std::int64_t>(*p99)};
    return {.ok = false, .reason = late_reason(delay)};
  }
  const MockWakes mock = load.mock.value_or(MockWakes{});
  if (mock.late * 100 > mock.all * kLateWakesPercentTrusted) {
    return {.ok = false, .reason = mock_late_reason(mock)};
  }
  if (ns(mock.late_by) * 100 > ns(load.wall) * kMockLatePercentTrusted) {
    return {.ok = false, .reason = mock_held_reason(mock, load)};
  }
  return {};
}

std::string_view name(const LoadVerdict& verdict) noexcept { return verdict.ok ? "ok" : "limited"; }

}  // namespace sluice
