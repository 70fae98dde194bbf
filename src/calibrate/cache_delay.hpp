// How long after the first response that writes a prefix begins another request can read it. From
// the first requests of sessions of one workload: as long as all share one prefix, those that come
// too soon write it again, and those that come later read it. Where requests miss after others have
// hit, the workload has several prefixes and its records cannot tell. Nor can they where the load
// generator was late.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "calibrate/measuring_noise.hpp"
#include "ingest/record_log.hpp"
#include "results/calibration.hpp"

namespace sluice::calibrate {

class CacheDelay {
 public:
  void begin_run() {
    ++run_;
    noise_.begin_run();
  }
  void add(const ingest::RecordRow& row);
  // kCacheDelay a model that has written to its cache; seconds.
  std::vector<Estimate> estimates() const;

 private:
  struct Request {
    double sent = 0;  // seconds of model time
    double began = 0;
    double lives = 0;  // of what it wrote: 300 or 3600 s
    bool has_read = false;
    bool has_written = false;
    double stretch = 0;
    std::size_t part = 0;  // MeasuringNoise::add
  };
  // Requests that may share a prefix: model, run, workspace, workload.
  using Place = std::tuple<std::string, std::int32_t, std::string, std::string>;

  std::int32_t run_ = 0;
  std::map<Place, std::vector<Request>> places_;
  MeasuringNoise noise_;
};

}  // namespace sluice::calibrate
