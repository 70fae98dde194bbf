#include "experiment/plan_ceiling.hpp"

#include <algorithm>

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr double kFirstFactor = 0.25;
constexpr double kSaturatedUse = 0.97;  // use of a limit that says nothing of how much is asked
constexpr int kRoundsMost = 12;
constexpr double kNearFull = 0.8;  // of what the first trial promises: where it is measured again
constexpr double kEndless = 16;    // times today's traffic, where nothing limits
constexpr double kMeasuredRoom = 1.05;  // a measured ceiling may be too low
constexpr double kGuess = 0.99;         // Poisson traffic and a minute's bucket bear nearly all

void close(Ceiling& ceiling, std::optional<ClosedForm> closed, bool is_exact) {
  ceiling.is_exact = is_exact;
  const double up_to = closed ? closed->factor * (is_exact ? 1 : kMeasuredRoom) : kEndless;
  ceiling.search_to = std::min(up_to, kLargestFactor);
  ceiling.guess = closed ? std::min(closed->factor, kLargestFactor) * kGuess : 1;
  ceiling.closed = std::move(closed);
}

struct Measured {
  std::size_t scenario = 0;
  double factor = kFirstFactor;
  double use = 1;  // of the fullest limit there, mean over the replications
  bool is_last = false;
  std::optional<ClosedForm> closed;
};

// The factor at which the fullest limit is full, if its use grows with the load.
Result<void> measure(TrialRunner& runner, const Lasting& lasting,
                     const std::vector<const LoadedScenario*>& scenarios, std::int64_t replications,
                     const std::vector<Measured*>& measured) {
  std::vector<LoadedScenario> scaled;
  for (const Measured* one : measured) {
    scaled.push_back(with_load(*scenarios[one->scenario], one->factor));
  }
  std::vector<Trial> trials;
  for (const LoadedScenario& scenario : scaled) {
    for (std::int64_t i = 0; i < replications; ++i) trials.push_back({&scenario, i});
  }
  SLUICE_TRY(const std::vector<Sample> samples, runner.run(trials));
  const auto each = static_cast<std::size_t>(replications);
  for (std::size_t i = 0; i < measured.size(); ++i) {
    double sum = 0;
    Lasting::Use largest;
    for (std::size_t j = 0; j < each; ++j) {
      largest = lasting.largest_use(samples[i * each + j]);
      sum += largest.share;
    }
    Measured& one = *measured[i];
    one.use = sum / static_cast<double>(each);
    one.closed.reset();
    if (sum <= 0) continue;
    const std::string path = lasting.metrics()[largest.metric];
    one.closed = ClosedForm{one.factor / one.use, path.substr(path.find('.') + 1)};
  }
  return {};
}

// Down until nothing is overloaded, then once more near the limit.
std::vector<Measured*> next_round(std::vector<Measured>& measured, int round) {
  std::vector<Measured*> next;
  for (Measured& one : measured) {
    if (one.is_last) continue;
    if (round > 0) {
      one.is_last = one.use < kSaturatedUse;
      one.factor = !one.is_last ? one.factor / 4
                   : one.closed ? std::min(one.closed->factor * kNearFull, kEndless)
                                : one.factor;
    }
    next.push_back(&one);
  }
  return next;
}

}  // namespace

Result<std::vector<Ceiling>> find_ceilings(TrialRunner& runner, const Lasting& lasting,
                                           const std::vector<const LoadedScenario*>& scenarios,
                                           std::int64_t replications) {
  std::vector<Ceiling> ceilings(scenarios.size());
  std::vector<Measured> measured;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (is_arithmetic(scenarios[i]->plan)) {
      close(ceilings[i], closed_form(scenarios[i]->plan), true);
    } else {
      measured.push_back({.scenario = i, .closed = {}});
    }
  }
  for (int round = 0; round < kRoundsMost; ++round) {
    const std::vector<Measured*> next = next_round(measured, round);
    if (next.empty()) break;
    if (auto done = measure(runner, lasting, scenarios, replications, next); !done) {
      return tl::unexpected(std::move(done).error());
    }
  }
  for (Measured& one : measured) close(ceilings[one.scenario], std::move(one.closed), false);
  return ceilings;
}

}  // namespace sluice
