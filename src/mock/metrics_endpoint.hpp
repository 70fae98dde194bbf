// GET /metrics: counters, limiters and times in the OpenMetrics text format, which Prometheus
// reads. Times are model time.
#pragma once

#include <string>

#include "mock/state_json.hpp"

namespace sluice::mock {

std::string metrics_text(const StateView& view);

}  // namespace sluice::mock
