#include "report/scenario_json.hpp"

#include <utility>

#include "base/check.hpp"
#include "describe/json.hpp"

namespace sluice {

describe::Value scenario_value(const std::string& echo) {
  if (echo.empty()) return describe::Value();
  auto value = describe::parse_json(echo, "effective scenario");
  SLUICE_CHECK(value.has_value());
  return std::move(*value);
}

}  // namespace sluice
