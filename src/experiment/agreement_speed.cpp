#include "experiment/agreement_speed.hpp"

#include <algorithm>
#include <array>
#include <variant>

namespace sluice {
namespace {

constexpr double kEventsPerStreamSecond = 20;
constexpr double kEventsPerSend = 5;
constexpr double kPromptTokensPerSend = 4000;
constexpr double kShareOfMachine = 0.5;

// Round numbers, so that a run can be repeated by hand.
constexpr std::array<std::int64_t, 31> kSpeeds = {
    100,       200,       500,       1'000,     1'500,     2'000,     3'000,     4'000,
    5'000,     7'000,     10'000,    15'000,    20'000,    30'000,    40'000,    50'000,
    70'000,    100'000,   150'000,   200'000,   300'000,   400'000,   500'000,   700'000,
    1'000'000, 1'500'000, 2'000'000, 3'000'000, 5'000'000, 7'000'000, 10'000'000};

// Of the output tokens, those that workloads stream.
double streamed_share(const RunResult& predicted, const RunPlan& plan) {
  const Ledger& ledger = predicted.measured.ledger;
  const auto all = ledger.total([](const Ledger::Account&) { return true; });
  const auto streamed = ledger.total(
      [&](const Ledger::Account& a) { return plan.workloads[index(a.workload)].stream; });
  if (all.usage.output_tokens == 0) return 0;
  return static_cast<double>(streamed.usage.output_tokens) /
         static_cast<double>(all.usage.output_tokens);
}

struct Busiest {
  double attempts = 0;  // a second of model time
  double tokens = 0;
  double prompt_tokens = 0;  // of answered attempts
};

// Over windows of at least a second of wall time, which are `cells` of the prediction.
Busiest busiest(const RunResult& predicted, std::int64_t speed_permille) {
  const auto& traffic = predicted.measured.traffic;
  const auto cells = traffic.cells();
  const std::int64_t second = ns(seconds(1)) / 1000 * speed_permille;
  const auto window = static_cast<std::size_t>(
      std::max<std::int64_t>(1, (second + ns(traffic.width()) - 1) / ns(traffic.width())));
  const double length =
      static_cast<double>(ns(traffic.width())) / 1e9 *
      static_cast<double>(std::max<std::size_t>(1, std::min(window, cells.size())));
  Busiest most;
  std::int64_t attempts = 0;
  std::int64_t tokens = 0;
  std::int64_t prompt_tokens = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    attempts += cells[i].attempts;
    tokens += cells[i].output_tokens;
    prompt_tokens += cells[i].input_tokens;
    if (i >= window) {
      attempts -= cells[i - window].attempts;
      tokens -= cells[i - window].output_tokens;
      prompt_tokens -= cells[i - window].input_tokens;
    }
    most.attempts = std::max(most.attempts, static_cast<double>(attempts) / length);
    most.tokens = std::max(most.tokens, static_cast<double>(tokens) / length);
    most.prompt_tokens = std::max(most.prompt_tokens, static_cast<double>(prompt_tokens) / length);
  }
  return most;
}

}  // namespace

double busiest_second(const RunResult& predicted, const RunPlan& plan,
                      std::int64_t speed_permille) {
  const double speed = static_cast<double>(speed_permille) / 1000;
  const Busiest most = busiest(predicted, speed_permille);
  const double tokens = most.tokens * streamed_share(predicted, plan);
  double events = speed * tokens;
  if (speed_permille > 1000) {
    // Little's law: streams at once = tokens a second x seconds a token.
    const Histogram gaps = predicted.measured.all_workloads().latency.inter_token;
    const double streams = tokens * static_cast<double>(gaps.mean().value_or(0)) / 1e9;
    events = std::min(events, kEventsPerStreamSecond * streams);
  }
  return speed * (most.attempts + most.prompt_tokens / kPromptTokensPerSend) +
         events / kEventsPerSend;
}

ChosenSpeed choose_speed(const RunResult& predicted, const RunPlan& plan, double machine_ceiling,
                         Duration wanted) {
  const std::int64_t model = ns(std::max(kRunStart + plan.duration, predicted.measured.last_event));
  ChosenSpeed chosen;
  chosen.is_slowed = true;
  const auto choose = [&](std::int64_t permille, double sends) {
    chosen.permille = permille;
    chosen.sends_per_second = sends;
    chosen.wall = nanoseconds(static_cast<std::int64_t>(int128{model} * 1000 / permille));
  };
  choose(kSpeeds.front(), busiest_second(predicted, plan, kSpeeds.front()));
  for (const std::int64_t permille : kSpeeds) {
    const double sends = busiest_second(predicted, plan, permille);
    if (sends > kShareOfMachine * machine_ceiling) continue;
    choose(permille, sends);
    const int128 planned = int128{ns(plan.duration)} * 1000 / permille;
    chosen.is_slowed = permille < 1000 || planned > ns(wanted);
    if (!chosen.is_slowed) break;
  }
  return chosen;
}

bool answers_lead_on(const RunPlan& plan) {
  return std::any_of(plan.workloads.begin(), plan.workloads.end(), [&](const WorkloadSpec& w) {
    return std::holds_alternative<ClosedLoop>(w.arrivals) || !w.conversation.is_one_request();
  });
}

}  // namespace sluice
