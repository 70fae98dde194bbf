// A hand-made load generator's account of itself, for tests of results and reports.
#pragma once

#include "results/load_facts.hpp"

namespace sluice::testing {

// 2,000 first attempts in ten seconds of wall time, sixty times as fast as real time.
inline LoadFacts some_load() {
  LoadFacts load;
  load.target = "embedded mock";
  load.speed_permille = 60'000;
  load.asked = 2000;
  load.sent = 2335;
  load.held_back = 12;
  load.connections_opened = 64;
  load.connections_reused = 2271;
  load.mock = MockWakes{.all = 9'870, .late = 3};
  load.retry_after_obeyed = 334;
  load.retry_after_disobeyed = 1;
  for (std::uint64_t i = 0; i < 2335; ++i) load.schedule_delay.record(20'000 + i * 50);
  load.schedule_delay.record(3'100'000);
  for (std::uint64_t i = 0; i < 5000; ++i) load.content_gap.record(9'000'000 + i * 1000);
  load.planned = {.bins = 1000, .sum = 2000, .squares = 6000};  // as a Poisson process
  load.sends = {.bins = 1000, .sum = 2000, .squares = 6100};
  load.wall = milliseconds(10'100);
  load.sending_wall = seconds(10);
  load.cpu = milliseconds(1'520);
  // A look in every second cell of 5 s of model time, 83 ms of wall time.
  auto& series = load.series.emplace(seconds(5));
  for (std::int64_t cell = 0; cell < 120; ++cell) {
    series.at(kRunStart + seconds(5) * cell) =
        cell % 2 == 0 ? LoadCell{.sent = 20,
                                 .late_max = nanoseconds(40'000 + 1'000 * cell),
                                 .looks = 1,
                                 .connections = cell / 4,
                                 .cpu = milliseconds(25),
                                 .wall = milliseconds(100)}
                      : LoadCell{};
  }
  load.spend_cap = Money::from_dollars(20);
  load.expected_cost = Money::from_decimal("10.25").value();
  load.headroom_kept = 0.2;
  load.headroom_lowest = 0.215;
  load.machine_ceiling = 21'000;
  return load;
}

}  // namespace sluice::testing
