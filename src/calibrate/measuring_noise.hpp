// What measuring adds to a time at --speed k, where a millisecond of wall time is k of model time.
// At speed 1 the way to the server is part of what a user waits for, and nothing is taken off.
// Above it the server is our own mock: an answer is due at an instant of model time, but its loop
// wakes once a wall millisecond (half of one late in the mean), and the way there and back is wall
// time too. How long that way is, refused attempts tell: they are answered at once.
#pragma once

#include <cstddef>
#include <vector>

#include "ingest/record_log.hpp"

namespace sluice::calibrate {

class MeasuringNoise {
 public:
  void add(const ingest::RecordRow& row);

  // Seconds of wall time that a first token comes late in the median, and by how much less or more
  // than that it may be. A load generator that sends late has run on a busy machine, whose mock is
  // as late: what 95 % of the sends were not later than is taken for how much more.
  double lateness() const;
  static double less() noexcept { return 0.00015; }
  double more() const;
  std::size_t refusals() const noexcept { return ways_.size(); }
  // Model seconds in a wall second where that matters; 0 at speed 1 and below.
  static double stretch(std::int64_t speed_permille) noexcept {
    return speed_permille > 1000 ? static_cast<double>(speed_permille) / 1000 : 0;
  }

 private:
  std::vector<double> ways_;    // seconds of wall time, of refused attempts
  std::vector<double> delays_;  // the same between due and sent
};

// From the one to the other, in seconds.
double seconds_between(Duration from, Duration to) noexcept;

}  // namespace sluice::calibrate
