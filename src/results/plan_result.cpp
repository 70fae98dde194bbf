#include "results/plan_result.hpp"

namespace sluice {

std::optional<PlanNumber> plan_number(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  PlanNumber number{.value = stats::mean(values), .interval = {}};
  if (const auto interval = stats::t_interval(values)) {
    number.interval = MetricInterval{interval->low, interval->high};
  }
  return number;
}

std::string_view name(Standing standing) noexcept {
  switch (standing) {
    case Standing::kHolds:
      return "holds";
    case Standing::kUnclear:
      return "unclear";
    case Standing::kFails:
      return "fails";
  }
  return "fails";
}

std::string_view name(PlanVerdict verdict) noexcept {
  switch (verdict) {
    case PlanVerdict::kFits:
      return "fits";
    case PlanVerdict::kUnclear:
      return "unclear";
    case PlanVerdict::kTooLittle:
      return "too little to say";
    case PlanVerdict::kDoesNotFit:
      return "does not fit";
    case PlanVerdict::kImpossible:
      return "impossible";
  }
  return "impossible";
}

}  // namespace sluice
