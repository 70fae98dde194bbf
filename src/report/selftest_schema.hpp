// The schema of what `sluice selftest --format json` prints (docs/selftest.schema.json): the JSON
// of a SelftestReport (results/selftest_report.hpp).
#pragma once

#include <string>

namespace sluice {

std::string selftest_schema();

}  // namespace sluice
