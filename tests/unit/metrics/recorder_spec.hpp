// What a recorder is told for the tests of this module: two workloads and two limiters.
// The rest is as a RecorderSpec is made.
#pragma once

#include "metrics/recorder.hpp"

namespace sluice::testing {

inline RecorderSpec spec_for(Duration duration) {
  RecorderSpec spec;
  spec.workloads = spec.limiters = 2;
  spec.duration = duration;
  return spec;
}

}  // namespace sluice::testing
