// The table of the AWS Architecture Blog's backoff study, by a model written from its description
// and the project's own backoff formulas and timer queue.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/deterministic_math.hpp"
#include "base/draw.hpp"
#include "engine/timer_queue.hpp"
#include "experiment/validation_studies.hpp"
#include "policy/retry_policy.hpp"
#include "stats/intervals.hpp"

namespace sluice {
namespace {

// Exponential backoff is full jitter's without the jitter: 5 ms x 2^n up to 2 s, n from 1.
RetrySpec study_policy(std::string_view policy) {
  if (policy == "none") return {.backoff = Backoff::kFixed, .base = {}};
  if (policy != "exponential") return *retry_preset(policy);
  RetrySpec spec = *retry_preset("aws-full-jitter");
  spec.backoff = Backoff::kExponential;
  return spec;
}

// One row with a version, written by optimistic concurrency: a client reads the version and then
// writes, which succeeds if nobody else has written in between. Each of the four messages takes
// |N(10, 2)| ms. A client whose write failed reads again after its backoff.
class ContendedRow {
 public:
  ContendedRow(const ContentionStudy& study, const CheckTrial& trial, std::int64_t clients)
      : spec_(study_policy(study.policy)),
        network_(RandomSource(trial.seed, trial.replication).stream(Purpose::kService, {})),
        jitter_(RandomSource(trial.seed, trial.replication).stream(Purpose::kRetry, {})),
        clients_(static_cast<std::size_t>(clients)) {}

  std::vector<Observation> run() {
    for (Client& client : clients_) {
      client.fire = [](TimedCall& call) {
        auto& self = static_cast<Client&>(call);
        self.row->step(self);
      };
      client.row = this;
      send(client);
    }
    timers_.run_until(kNever, [](std::uint64_t) { return true; });
    return {{.sum = static_cast<double>(ns(timers_.now() - kRunStart)) / 1e6},
            {.sum = static_cast<double>(calls_)}};
  }

 private:
  enum class Arrival : std::uint8_t { kRead, kVersion, kWrite, kResult };
  struct Client : TimedCall {
    ContendedRow* row = nullptr;
    Arrival next = Arrival::kRead;
    std::int64_t version = 0;
    bool succeeded = false;
    std::int64_t failures = 0;
    Duration previous{};
  };

  void send(Client& client, Duration after = {}) {
    timers_.push(timers_.now() + after + network_delay(), client);
  }

  Duration network_delay() {
    const double tail = unit_interval(network_.next()) + 0x1.0p-54;  // never 0
    const double delay = 10 + 2 * deterministic::normal_exceeded_with(tail);
    return nanoseconds(static_cast<std::int64_t>(std::abs(delay) * 1e6));
  }

  void step(Client& client) {
    switch (client.next) {
      case Arrival::kRead:
        client.version = version_;
        client.next = Arrival::kVersion;
        return send(client);
      case Arrival::kVersion:
        client.next = Arrival::kWrite;
        return send(client);
      case Arrival::kWrite:
        ++calls_;
        client.succeeded = client.version == version_;
        version_ += client.succeeded ? 1 : 0;
        client.next = Arrival::kResult;
        return send(client);
      case Arrival::kResult:
        if (client.succeeded) return;
        client.previous = backoff_delay(spec_, client.failures++, client.previous, jitter_.next());
        client.next = Arrival::kRead;
        return send(client, client.previous);
    }
  }

  RetrySpec spec_;
  TimerQueue timers_;
  DrawStream network_;
  DrawStream jitter_;
  std::vector<Client> clients_;
  std::int64_t version_ = 0;
  std::int64_t calls_ = 0;
};

// Half-widths of calls are not in the study: these are of 100 trials of ours.
constexpr std::array<ContentionStudy, 5> kStudies = {{
    {"exponential",
     {{{10, 3371, 257, 50.4, 0.9},
       {20, 14409, 572, 149.9, 2.8},
       {50, 36278, 634, 621.8, 5.2},
       {100, 63432, 667, 1856, 12.1},
       {190, 101031, 714, 5158, 23}}}},
    {"aws-decorrelated",
     {{{10, 440, 18, 37.7, 0.57},
       {20, 838, 44, 100.7, 1},
       {50, 2240, 104, 375.1, 2.4},
       {100, 4512, 141, 1004, 5.3},
       {190, 7883, 128, 2429, 10.7}}}},
    {"aws-equal-jitter",
     {{{10, 714, 35, 42.4, 0.51},
       {20, 1601, 101, 108.0, 0.89},
       {50, 4173, 105, 346.7, 1.2},
       {100, 6691, 133, 812, 1.7},
       {190, 9367, 126, 1761, 2.5}}}},
    {"aws-full-jitter",
     {{{10, 473, 22, 39.2, 0.47},
       {20, 1021, 60, 100.4, 0.66},
       {50, 2849, 113, 332.2, 0.92},
       {100, 4894, 102, 796, 1.4},
       {190, 7393, 98, 1772, 2.8}}}},
    {"none",
     {{{10, 384, 6, 51.6, 0.86},
       {20, 607, 10, 152.8, 2.5},
       {50, 1147, 8.5, 690.7, 3.6},
       {100, 2022, 9, 2422, 5.9},
       {190, 3535, 10, 8002, 12.7}}}},
}};

double standard_error(double half_width) {
  return half_width /
         stats::student_t_quantile((1 + stats::kConfidence) / 2, kContentionTrials - 1);
}

ValidationCheck contention_check(const ContentionStudy& study, const ContentionCell& cell) {
  const std::string which = fmt::format("{}, {} clients", study.policy, cell.clients);
  return {.group = "study: one contended row (AWS, 2015)",
          .claims = {{"ms until all are done: " + which, cell.milliseconds,
                      standard_error(cell.milliseconds_half_width)},
                     {"calls: " + which, cell.calls, standard_error(cell.calls_half_width)}},
          .is_exact = false,
          .replications = kContentionTrials,
          .observe = [&study, clients = cell.clients](const CheckTrial& trial) {
            return observe_contention(trial, study, clients);
          }};
}

}  // namespace

std::span<const ContentionStudy> contention_studies() noexcept { return kStudies; }

std::vector<Observation> observe_contention(const CheckTrial& trial, const ContentionStudy& study,
                                            std::int64_t clients) {
  return ContendedRow(study, trial, clients).run();
}

ValidationChecks contention_checks() {
  ValidationChecks checks;
  for (const ContentionStudy& study : kStudies) {
    for (const ContentionCell& cell : study.cells) checks.push_back(contention_check(study, cell));
  }
  return checks;
}

}  // namespace sluice
