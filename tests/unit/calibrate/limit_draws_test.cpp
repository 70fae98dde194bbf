// What the calibration promises, over 50 draws of limiters that it is not told of: ten minutes of
// traffic that saturates one of them give its capacity within 5 % and its refill within 1 %, and
// nine of ten intervals hold the truth.
#include "calibrate/limit_evidence.hpp"
#include "unit/calibrate/limit_draw.hpp"

namespace sluice::calibrate {
namespace {

using testing::calibrated;
using testing::LimitDraw;
using testing::make_limit_draw;
using testing::of_type;
using testing::RecordedRun;

constexpr std::uint64_t kLimitDraws = 50;

struct LimiterTruth {
  double refill;
  double capacity;
};

LimiterTruth truth_of(const LimitDraw& draw, LimitType type) {
  for (const LimiterSpec& spec : draw.plan.limits.limiters) {
    if (spec.type != type) continue;
    const auto refill = static_cast<double>(spec.limit);
    const auto burst = static_cast<double>(ns(draw.plan.limits.burst_of(type)));
    return {refill, refill * burst / 60e9};
  }
  FAIL("no such limiter");
  return {};
}

// Shares of what could be told.
struct Coverage {
  int told = 0;
  int capacities = 0;
  int refills = 0;
  int bursts = 0;
};

void check_limiter(const LimiterCalibration& found, const LimiterTruth& truth, Coverage& coverage) {
  INFO(name(found.type) << ": " << found.capacity.evidence);
  if (found.capacity.is_identifiable) {
    ++coverage.told;
    CHECK(found.capacity.interval.value == Approx(truth.capacity).epsilon(0.05));
    coverage.capacities += found.capacity.interval.contains(truth.capacity) ? 1 : 0;
    coverage.bursts += found.burst.interval.contains(truth.capacity / truth.refill * 60) ? 1 : 0;
    coverage.refills += found.refill.interval.contains(truth.refill) ? 1 : 0;
  }
  if (found.refill.is_identifiable) {
    CHECK(found.refill.interval.value == Approx(truth.refill).epsilon(0.01));
  }
}

TEST_CASE("hidden limits are recovered from ten minutes that saturate them", "[long]") {
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= kLimitDraws; ++seed) {
    const LimitDraw draw = make_limit_draw(seed);
    const Calibration found = calibrated(RecordedRun(draw.plan, draw.traffic).rows());
    INFO("seed " << seed);
    REQUIRE(found.limits.size() == 3);
    CHECK(of_type(found, draw.binding).capacity.is_identifiable);
    CHECK(of_type(found, draw.binding).refill.is_identifiable);
    for (const LimiterCalibration& one : found.limits) {
      check_limiter(one, truth_of(draw, one.type), coverage);
    }
    REQUIRE(found.charge_modes.size() == 1);
    const Estimate& mode = found.charge_modes.front();
    INFO(mode.evidence);
    if (draw.binding == LimitType::kOutputTokensPerMinute) CHECK(mode.is_identifiable);
    if (mode.is_identifiable) CHECK(mode.word == name_of(draw.plan.limits.output_charge));
  }
  CHECK(coverage.told >= static_cast<int>(kLimitDraws));
  CHECK(coverage.capacities * 10 >= coverage.told * 9);
  CHECK(coverage.bursts * 10 >= coverage.told * 9);
  CHECK(coverage.refills * 10 >= coverage.told * 9);
}

}  // namespace
}  // namespace sluice::calibrate
