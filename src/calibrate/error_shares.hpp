// How often the server itself fails: 529, 500 and 504 of the attempts that got so far, and of the
// answers that began the share that broke off or ended in an error. With exact binomial intervals.
// Errors that come in clusters have no one share: then it is said when they came instead.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/record_log.hpp"
#include "results/calibration.hpp"

namespace sluice::calibrate {

class ErrorShares {
 public:
  // A further run begins: its times are its own.
  void begin_run() { ++run_; }
  void add(const ingest::RecordRow& row);
  // kOverloadedShare to kErrorInStreamShare, of all models together (`of` is empty), as the faults
  // of a scenario are drawn: an attempt that one of them struck is not tried by the next.
  std::vector<Estimate> estimates() const;

 private:
  // In the order in which the server would decide.
  enum class End : std::uint8_t { kOverloaded, kApi, kTimeout, kDisconnect, kErrorInStream, kFine };
  struct Attempt {
    std::int32_t run = 0;
    Duration sent{};
    End end = End::kFine;
    bool began = false;
  };
  Estimate estimate(End kind) const;

  std::int32_t run_ = 0;
  std::vector<Attempt> attempts_;
};

}  // namespace sluice::calibrate
