// One load run: the simulator's own clients and workloads over HttpApi, in real time. What
// Simulation is in virtual time; one thread, the caller's.
//
//   SLUICE_TRY(auto replay, Replay::make(plan, facts, options, std::move(credentials), ...));
//   replay->run();                     // until all has ended, or the first Ctrl-C has drained
//   replay->result()
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/request_source.hpp"
#include "live/credentials.hpp"
#include "live/request_writer.hpp"
#include "live/run_guard.hpp"
#include "metrics/recorder.hpp"
#include "net/event_loop.hpp"
#include "net/http_client.hpp"
#include "results/run_result.hpp"

namespace sluice::live {

struct ReplayOptions {
  net::ClientOptions http;  // target, proxy, CA
  std::string target_name;  // for reports; empty: the target's address
  WriterOptions writer;
  GuardOptions guard;
  std::int64_t speed_permille = 1000;
  std::optional<Duration> drop_after{};  // wall time; --late-policy drop
  Duration spin{};                       // --spin
  std::optional<std::int64_t> origin{};  // net::steady_now() at which model time begins
  std::string records{};                 // --records; empty: none
  bool calibrates_prompts = false;       // against count_tokens, before the schedule begins
  std::size_t connections_ahead = 0;     // opened before the schedule begins
  std::optional<Money> expected_cost{};  // for the report: what a simulation said
  std::optional<double> machine_ceiling{};
  bool keeps_trace = false;  // RunResult::trace
  // Asked ten times a second: whether run() should look at once, as when a key was pressed.
  std::function<bool()> wants_look{};
};

// What is known while it runs; made anew for every call.
struct ReplayView {
  TimePoint now{};
  Duration duration{};
  const Measurements& measured;
  const LoadFacts& load;
  std::size_t in_flight = 0;
  std::size_t held = 0;
  Money spent{};
  Money reserved{};
  const wire::RateLimitHeaders* limits = nullptr;  // of the last answer that had any
  StopReason stopping = StopReason::kNone;
};

// What can be simulated and not replayed: a workload that sends batches.
Result<void> check_replayable(const RunPlan& plan);

class Replay {
 public:
  // sources[w] gives workload w's requests where its arrivals are a trace. Errors: an address that
  // is not found, a CA file, records that cannot be written, a workload that sends batches.
  // `facts` is what is known before the run. The plan outlives the replay.
  static Result<std::unique_ptr<Replay>> make(const RunPlan& plan, RunFacts facts,
                                              ReplayOptions options, CredentialPlan credentials,
                                              std::vector<std::unique_ptr<RequestSource>> sources);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  // Calls `look` about once a second of wall time while it runs. SIGINT and SIGTERM drain, a second
  // one aborts.
  Result<void> run(const std::function<void(const ReplayView&)>& look);
  // Complete also after an interruption, and marked partial then. `mock`: how punctually the loop
  // of an embedded mock was woken.
  RunResult result(const std::optional<net::Wakes>& mock = {}) const;
  const LoadFacts& load() const;

 private:
  struct Parts;
  explicit Replay(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::live
