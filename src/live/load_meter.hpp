// Measures the load generator itself, and what only a real run has: schedule delay, evenness of the
// sends, gaps within streams, whether retry-after was obeyed. Memory does not grow with the run.
#pragma once

#include <cstdint>
#include <optional>

#include "live/attempt_facts.hpp"
#include "live/bin_counts.hpp"
#include "live/told_waits.hpp"
#include "results/load_facts.hpp"

namespace sluice::live {

class LoadMeter final : public AttemptObserver, public wire::ContentListener {
 public:
  // `origin`: net::steady_now() at the start of model time. `run`: how long arrivals are planned,
  // model time; the cells of the time series follow from it.
  LoadMeter(std::int64_t origin, std::int64_t speed_permille, Duration run);

  void on_sent(const RequestSpec& spec, std::int32_t number, TimePoint due, std::int64_t wall_now,
               Duration delay) override;
  void on_held_back() override;
  void on_ended(const AttemptFacts& facts) override;
  void on_content_gap(Duration gap) override;
  // What the generator holds and has used up to now: connections that are open, CPU time of its
  // thread since any fixed instant. Some hundred times a second are cheap.
  void look(TimePoint now, std::int64_t wall_now, std::int64_t connections, Duration cpu);

  // All so far. Target, stop, money, times, what was dropped and counters of the connections are
  // the caller's to fill in.
  const LoadFacts& facts() const noexcept { return facts_; }

 private:
  std::int64_t origin_;
  std::int64_t speed_permille_;
  LoadFacts facts_;
  BinCounts planned_;
  BinCounts sends_;
  ToldWaits told_;
  // Of the last look.
  std::optional<std::int64_t> looked_at_;
  Duration cpu_{};
};

}  // namespace sluice::live
