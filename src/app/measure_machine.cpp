#include "app/measure_machine.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "app/embedded_mock.hpp"
#include "app/replay_run.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"
#include "describe/value.hpp"
#include "results/json_value.hpp"

namespace sluice::app {
namespace {

constexpr Duration kDelayAllowed = milliseconds(1);  // p99 of the schedule delay
constexpr std::int64_t kJitterRate = 500;
constexpr std::size_t kConnections = 32;

// What is tried, by doubling and halving from a middle that takes few steps on most machines.
struct TrialLadder {
  std::int64_t least = 0;
  std::int64_t middle = 0;
  std::int64_t most = 0;
  int halvings = 0;  // of the gap between what is kept and what is not
};
// Of a machine that does not keep even the least rate: later runs shall be warned.
constexpr double kBelowLeastRate = 100;
constexpr TrialLadder kRates{.least = 125, .middle = 8000, .most = 64'000, .halvings = 1};
constexpr TrialLadder kStreams{.least = 500, .middle = 2000, .most = 4000, .halvings = 0};
// An answer of 25 tokens at 30 a second: streams overlap for the 0.8 s in which they begin.
constexpr Duration kTokenGap = nanoseconds(1'000'000'000 / 30);
constexpr Duration kBegunWithin = milliseconds(800);
constexpr Duration kGapAllowed = kTokenGap + milliseconds(5);

// Nothing to wait for but the machine: no limits, no retries, fixed sizes and times.
constexpr const char* kScenario = R"({
  "sluice": 1,
  "duration": "1s",
  "organization": { "tier": "custom" },
  "models": { "haiku-4.5": { "ttft": "1ms", "output_per_second": 30 } },
  "clients": { "plain": { "retry": "none", "attempt_timeout": "5s" } },
  "workloads": [
    {
      "name": "machine",
      "model": "haiku-4.5",
      "client": "plain",
      "arrivals": { "type": "constant", "rate": "1000/s" },
      "input": 50,
      "output": 25,
      "stream": false
    }
  ]
})";

struct Trial {
  std::int64_t requests_per_second = kRates.middle;
  Duration duration = milliseconds(400);
  bool streams = false;
};

Result<scenario::LoadedScenario> scenario_of(const Trial& trial) {
  scenario::LoadOptions options;
  options.whole_catalog = true;
  options.overrides = {fmt::format("/workloads/0/arrivals/rate={}/s", trial.requests_per_second),
                       "/workloads/0/stops=" + exact_text(trial.duration),
                       fmt::format("/workloads/0/stream={}", trial.streams)};
  auto scenario = scenario::load_scenario_text(kScenario, "selftest --machine", options);
  if (!scenario) return tl::unexpected(scenario.error().front());
  return std::move(*scenario);
}

Result<LoadFacts> run(const Trial& trial) {
  SLUICE_TRY(const auto scenario, scenario_of(trial));
  mock::MockOptions mock;
  mock.limits = false;
  mock.latency = trial.streams;  // without it the answer comes at once, whole
  SLUICE_TRY(const auto server, EmbeddedMock::serve(scenario, mock));
  live::ReplayOptions options;
  SLUICE_TRY(options.http.target, net::parse_url(server->url(), "mock"));
  options.target_name = "embedded mock";
  options.writer.target_is_mock = true;
  options.writer.model_ids = model_ids(scenario);
  // A schedule that is not kept must not open connections until there are no more to be had; calls
  // wait for a free one instead, which is seen as delay.
  options.http.connections_max = trial.streams ? std::size_t{kStreams.most} : kConnections;
  options.connections_ahead = kConnections;
  live::CredentialPlan credentials;
  for (const std::string& key : server->keys()) credentials.keys.emplace_back(key);
  SLUICE_TRY(const auto replay, make_replay(scenario, std::move(options), std::move(credentials)));
  if (auto ran = replay->run([](const live::ReplayView&) {}); !ran) {
    return tl::unexpected(std::move(ran).error());
  }
  LoadFacts load = replay->load();
  if (load.stopped == StopReason::kInterrupted || load.stopped == StopReason::kAborted) {
    return tl::unexpected(
        Error{.code = ErrorCode::kInterrupted, .where = {}, .message = "interrupted"});
  }
  const RunResult result = replay->result();
  if (result.measured.all_workloads().requests.failed() > 0) load.sent = 0;  // no honest rate
  return load;
}

bool is_below(const Histogram& histogram, Ppm share, Duration allowed) {
  const auto value = histogram.quantile(share);
  return value && *value < static_cast<std::uint64_t>(ns(allowed));
}

bool is_kept(const Trial& trial, const LoadFacts& load) {
  const bool all_left = load.sent > 0 && load.sent * 100 >= load.asked * 99;
  // One gap in 24 is twice as long: the second token comes two gaps after the first.
  const bool gaps = !trial.streams || is_below(load.content_gap, Ppm{950'000}, kGapAllowed);
  return all_left && gaps && is_below(load.schedule_delay, Ppm{990'000}, kDelayAllowed);
}

// A neighbour on the same machine may spoil one trial: the second one decides.
Result<bool> keeps_up(const Trial& trial) {
  for (int look = 0; look < 2; ++look) {
    SLUICE_TRY(const LoadFacts load, run(trial));
    if (is_kept(trial, load)) return true;
  }
  return false;
}

// The most that holds; 0: not even the least does.
Result<std::int64_t> highest(const TrialLadder& ladder,
                             const std::function<Result<bool>(std::int64_t)>& holds) {
  std::int64_t good = 0;
  std::int64_t bad = 0;
  std::int64_t now = ladder.middle;
  while (now >= ladder.least && now <= ladder.most) {
    SLUICE_TRY(const bool is_good, holds(now));
    (is_good ? good : bad) = now;
    now = good > 0 ? good * 2 : bad / 2;
    if (good > 0 && bad > 0) break;
  }
  for (int i = 0; i < ladder.halvings && good > 0 && bad > 0; ++i) {
    const std::int64_t middle = (good + bad) / 2;
    SLUICE_TRY(const bool is_good, holds(middle));
    (is_good ? good : bad) = middle;
  }
  return good;
}

}  // namespace

Result<MachineFacts> measure_machine(const std::function<void(std::int64_t ppm)>& done) {
  MachineFacts facts;
  facts.cores = std::thread::hardware_concurrency();
  SLUICE_TRY(const LoadFacts idle,
             run({.requests_per_second = kJitterRate, .duration = seconds(1)}));
  const auto at = [&idle](std::int64_t ppm) {
    return nanoseconds(
        static_cast<std::int64_t>(idle.schedule_delay.quantile(Ppm{ppm}).value_or(0)));
  };
  facts.jitter_p50 = at(500'000);
  facts.jitter_p99 = at(990'000);
  facts.jitter_max = at(1'000'000);
  done(100'000);

  const auto rate_holds = [&](std::int64_t rate) {
    return keeps_up({.requests_per_second = rate});
  };
  TrialLadder rates = kRates;
  if (facts.jitter_p99 >= kDelayAllowed) rates.middle = rates.most = kJitterRate / 2;
  SLUICE_TRY(const std::int64_t rate, highest(rates, rate_holds));
  facts.sends_per_second = rate > 0 ? static_cast<double>(rate) : kBelowLeastRate;
  done(500'000);

  const auto begun_per_second = [](std::int64_t streams) {
    return streams * 1'000'000'000 / ns(kBegunWithin);
  };
  const auto streams_hold = [&](std::int64_t streams) {
    return keeps_up({.requests_per_second = begun_per_second(streams),
                     .duration = kBegunWithin,
                     .streams = true});
  };
  TrialLadder streams = kStreams;
  while (streams.most >= streams.least && begun_per_second(streams.most) > rate) streams.most /= 2;
  streams.middle = std::min(streams.middle, streams.most);
  SLUICE_TRY(facts.streams, highest(streams, streams_hold));
  facts.is_measured = true;
  return facts;
}

std::string machine_text(const MachineFacts& facts) {
  std::string text = "What this machine can honestly send to a mock on itself\n\n";
  const auto line = [&text](std::string_view label, const std::string& value) {
    text += fmt::format("  {:<13}{}\n", label, value);
  };
  const bool keeps_any = facts.sends_per_second >= kRates.least;
  line("rate", (keeps_any ? with_thousands(std::llround(facts.sends_per_second))
                          : fmt::format("fewer than {}", kRates.least)) +
                   " sends a second at a schedule delay p99 below 1 ms");
  line("streams", facts.streams == 0
                      ? fmt::format("fewer than {} at once", kStreams.least)
                      : with_thousands(facts.streams) +
                            " at once, 30 events a second each, p95 less than 5 ms late");
  line("timer jitter", fmt::format("p50 {}, p99 {}, max {}", short_text(facts.jitter_p50),
                                   short_text(facts.jitter_p99), short_text(facts.jitter_max)));
  line("cores", fmt::format("{}, shared with the mock", facts.cores));
  if (facts.jitter_p99 >= kDelayAllowed) {
    line("busy", fmt::format("{} sends a second are late already: measure again when nothing else "
                             "runs here",
                             kJitterRate));
  }
  return text;
}

std::string machine_json(const MachineFacts& facts) {
  describe::Value value = describe::Value::object();
  value.set("format", "sluice-machine")
      .set("format_version", 1)
      .set("sends_per_second", std::llround(facts.sends_per_second))
      .set("streams", facts.streams)
      .set("jitter_p50", seconds_of(facts.jitter_p50))
      .set("jitter_p99", seconds_of(facts.jitter_p99))
      .set("jitter_max", seconds_of(facts.jitter_max))
      .set("cores", facts.cores);
  return describe::to_json(value);
}

}  // namespace sluice::app
