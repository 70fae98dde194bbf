// Attempt records of one run to its limiters: refill, capacity and the charge mode of output, each
// with an interval, or with the reason why the run cannot tell. Headers and refusals bound the
// level of every bucket at many instants; the bucket is searched that contradicts them least.
//
//   LimitCalibrator limits(groups);         // model -> rate-limit group
//   for (const RecordRow& row : rows) limits.add(row);
//   limits.finish(calibration);             // limits, charge_modes, notes
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "calibrate/limit_attempt.hpp"
#include "calibrate/stalls.hpp"
#include "ingest/record_log.hpp"
#include "results/calibration.hpp"

namespace sluice::calibrate {

// The rate-limit group of each model; a model that is not in it is a group of its own.
using ModelGroups = std::map<std::string, std::string, std::less<>>;

class LimitCalibrator {
 public:
  // Attempts of a group that are looked at, so that memory and time stay bounded: the first that
  // are added, but for those that were sent after one that is left out.
  static constexpr std::size_t kMost = 50'000;

  explicit LimitCalibrator(ModelGroups groups) : groups_(std::move(groups)) {}

  // In any order, all of one run.
  void add(const ingest::RecordRow& row);
  // Appends what was found to the calibration's limits, charge_modes and notes.
  void finish(Calibration& calibration) const;

 private:
  struct Group {
    std::vector<LimitAttempt> attempts;
    std::int64_t left_out = 0;
    Duration left_out_from = Duration::max();  // when the first that is left out was sent
  };

  static std::vector<LimitAttempt> known(const Group& group);

  ModelGroups groups_;
  std::map<std::string, Group> by_group_;
  std::vector<std::string> workspaces_;
  Stalls stalls_;
  std::int64_t speed_permille_ = 1000;
};

}  // namespace sluice::calibrate
