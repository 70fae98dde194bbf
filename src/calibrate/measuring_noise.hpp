// What measuring adds to a time at --speed k, where a millisecond of wall time is k of model time:
// at most a tick of the server, which is our own mock, and the way there, which refused attempts
// tell, for they are answered at once. At speed 1 the way is part of what users wait for, and
// nothing is taken off. Workloads whose sends were late are told from the others: what was measured
// of them is true of a busy machine. They say nothing of the way, nor of service times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ingest/record_log.hpp"

namespace sluice::calibrate {

class MeasuringNoise {
 public:
  void begin_run() { ++run_; }
  // The row's part: a workload of a run.
  std::size_t add(const ingest::RecordRow& row);

  // By part: whether the 99th percentile of the delay between due and sent, above speed 1, is
  // beyond kScheduleDelayTrusted of wall time, as replay judges a load generator.
  std::vector<bool> late() const;
  // "the load generator was late: ..." of the latest workload; empty: none was late.
  std::string late_text() const;

  // Of the workloads that were not late, seconds of wall time: by how much a first token comes
  // late in the median, and by how much less or more than that it may be. A load generator that
  // sends late has run on a busy machine, whose mock is as late: what 95 % of the sends were not
  // later than is taken for how much more.
  double lateness() const;
  static double less() noexcept { return 0.00015; }
  double more() const;
  // The standard deviation of the lateness of an instant.
  double jitter() const;
  // Refusals that tell the way; 0: the usual way is taken.
  std::size_t refusals() const;
  // Model seconds in a wall second where that matters; 0 at speed 1 and below.
  static double stretch(std::int64_t speed_permille) noexcept {
    return speed_permille > 1000 ? static_cast<double>(speed_permille) / 1000 : 0;
  }

 private:
  // Seconds of wall time.
  struct Part {
    std::string workload;
    std::vector<double> delays;  // between due and sent
    std::vector<double> ways;    // from sent to the refusal, of those that were sent in time
  };

  static double latest(const Part& part);
  std::vector<double> ways() const;
  std::vector<double> delays() const;

  std::int32_t run_ = 0;
  std::map<std::pair<std::int32_t, std::string>, std::size_t> numbers_;
  std::vector<Part> parts_;
};

// From the one to the other, in seconds.
double seconds_between(Duration from, Duration to) noexcept;

}  // namespace sluice::calibrate
