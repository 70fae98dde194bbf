// GET /metrics: counters, limiters and times in Prometheus' text format 0.0.4, by hand, because no
// client library of Debian's fits. Times are model time.
#pragma once

#include <string>

#include "mock/state_json.hpp"

namespace sluice::mock {

std::string metrics_text(const StateView& view);

}  // namespace sluice::mock
