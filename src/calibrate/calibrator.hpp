// Attempt records of one or several runs to a Calibration: limits, service times, errors and the
// cache, each estimate with its interval, or with the reason why the records cannot tell.
//
//   Calibrator calibrator(known_models(catalog));
//   calibrator.begin_run("records.jsonl");
//   for (...) calibrator.add(row);
//   Calibration found = calibrator.finish();
#pragma once

#include <set>
#include <string>
#include <vector>

#include "calibrate/cache_delay.hpp"
#include "calibrate/error_shares.hpp"
#include "calibrate/known_models.hpp"
#include "calibrate/limit_calibrator.hpp"
#include "calibrate/service_times.hpp"
#include "experiment/monitor.hpp"
#include "ingest/record_log.hpp"
#include "results/calibration.hpp"

namespace sluice::calibrate {

class Calibrator {
 public:
  explicit Calibrator(KnownModels known) : known_(std::move(known)) {}

  // A file of records begins: a run of its own, with its own clock and its own buckets.
  void begin_run(std::string file);
  void add(const ingest::RecordRow& row);
  void end_run(std::int64_t truncated_lines) { facts_.truncated += truncated_lines; }
  // Of limits that several runs show, the estimate with the narrowest interval is kept; where runs
  // contradict each other (other limits in the headers, other charge modes, buckets that cannot be
  // one), nothing is identifiable, and the reason says so.
  Calibration finish() const;

 private:
  KnownModels known_;
  CalibrationFacts facts_;
  Duration run_span_{};  // of the present run
  std::set<std::string> models_;
  std::set<std::string> workspaces_;
  std::vector<LimitCalibrator> limits_;         // a run each
  std::vector<std::set<std::int64_t>> speeds_;  // the same, in permille
  ServiceTimes service_;
  ErrorShares errors_;
  CacheDelay cache_;
};

// All of the files, in their order; the first bad line ends it, and so does `monitor`
// (kInterrupted).
Result<Calibration> calibrate_files(const std::vector<std::string>& files, KnownModels known,
                                    Monitor& monitor);

}  // namespace sluice::calibrate
