#include "calibrate/service_times.hpp"

#include <cmath>
#include <cstdint>
#include <string>

#include "calibrate/estimate_names.hpp"
#include "support/catch.hpp"
#include "unit/calibrate/service_rows.hpp"

namespace sluice::calibrate {
namespace {

using namespace sluice::testing;  // NOLINT

std::vector<Estimate> estimates_of(
    const std::vector<ingest::RecordRow>& rows,
    const SpeedsOf& assumed = [](const std::string&) { return std::optional<AssumedSpeeds>{}; }) {
  ServiceTimes times;
  for (const ingest::RecordRow& row : rows) times.add(row);
  return times.estimates(assumed);
}

const Estimate& of(const std::vector<Estimate>& estimates, std::string_view what) {
  const Estimate* const found = find(estimates, what, kModelName);
  REQUIRE(found != nullptr);
  return *found;
}

double as_seconds(Duration time) { return static_cast<double>(ns(time)) * 1e-9; }

struct Truth {
  std::string_view what;
  double value;
};

std::vector<Truth> truths_of(const HiddenTimes& hidden) {
  return {{kTtftP50, as_seconds(hidden.ttft.p50)},
          {kTtftP95, as_seconds(hidden.ttft.p95)},
          {kPrefillSpeed, static_cast<double>(hidden.prefill_per_second)},
          {kOutputP50, static_cast<double>(hidden.output_per_second.p50)},
          {kOutputP95, static_cast<double>(hidden.output_per_second.p95)}};
}

TEST_CASE("service times of fifty random models: medians within 3 %, intervals cover in 90 %") {
  constexpr int kDraws = 50;
  std::map<std::string_view, int> covered;
  std::map<std::string_view, double> worst;
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto seed = static_cast<std::uint64_t>(draw) + 100;
    const HiddenTimes hidden = hidden_times(seed);
    const auto estimates = estimates_of(answered_rows(hidden, {.seed = seed}));
    for (const Truth& truth : truths_of(hidden)) {
      const Estimate& found = of(estimates, truth.what);
      CAPTURE(seed, found.what, truth.value, found.interval.value, found.interval.low,
              found.interval.high, found.reason);
      REQUIRE(found.is_identifiable);
      covered[truth.what] += found.interval.contains(truth.value) ? 1 : 0;
      const double off = std::abs(found.interval.value / truth.value - 1);
      worst[truth.what] = std::max(worst[truth.what], off);
      if (truth.what == kTtftP50 || truth.what == kOutputP50) CHECK(off < 0.03);
    }
  }
  for (const auto& [what, count] : covered) {
    WARN(what << " covered " << count << " worst " << worst[what]);
    CAPTURE(what, count, worst[what]);
    CHECK(count >= 45);
  }
}

}  // namespace
}  // namespace sluice::calibrate
