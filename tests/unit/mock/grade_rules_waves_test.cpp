#include "mock/grade_rules_waves.hpp"

#include <algorithm>
#include <vector>

#include "base/draw.hpp"
#include "mock/grade_rules.hpp"
#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice::mock {
namespace {

using testing::millisecond;
// Of retries at these instants.
std::uint64_t waves_of(const std::vector<TimePoint>& instants) {
  WaveDetector detector(grading::kWaveBin);
  for (const TimePoint instant : instants) detector.add(instant, seconds(1));
  return detector.waves(kRunStart + hours(1)).count;
}

TEST_CASE("retries spread over a second or more are no wave, however many") {
  const std::int64_t spread_ms = GENERATE(1'000, 1'500, 3'000, 10'000);
  const std::int64_t retries = GENERATE(50, 200, 1'000);
  CAPTURE(spread_ms, retries);
  std::vector<TimePoint> instants;
  for (std::int64_t i = 0; i < retries; ++i) {
    instants.push_back(millisecond(20'000) + milliseconds(spread_ms) * i / retries);
  }
  CHECK(waves_of(instants) == 0);
}

TEST_CASE("random retries of a steady rate are no waves") {
  const std::int64_t per_second = GENERATE(50, 100, 300, 2'000);
  CAPTURE(per_second);
  DrawStream stream(Bits128{11, static_cast<std::uint64_t>(per_second)});
  std::vector<TimePoint> instants;
  // Uniform instants in each second: as random as a Poisson stream within any half second.
  for (std::int64_t second = 0; second < 600; ++second) {
    std::vector<TimePoint> own;
    for (std::int64_t i = 0; i < per_second; ++i) {
      own.push_back(millisecond(second * 1'000) +
                    nanoseconds(static_cast<std::int64_t>(stream.next() % 1'000'000'000)));
    }
    std::sort(own.begin(), own.end());
    instants.insert(instants.end(), own.begin(), own.end());
  }
  CHECK(waves_of(instants) == 0);
}

TEST_CASE("a wave is found wherever its hundredth of a second falls") {
  const std::int64_t offset = GENERATE(range(0, 100, 7));
  CAPTURE(offset);
  std::vector<TimePoint> instants;
  for (std::int64_t i = 0; i < 12; ++i) instants.push_back(millisecond(5'000 + offset + i * 4));
  CHECK(waves_of(instants) == 1);
}

TEST_CASE("retries that had waited for different times are no wave") {
  WaveDetector detector(grading::kWaveBin);
  for (std::int64_t i = 0; i < 12; ++i) detector.add(millisecond(5'000 + i), seconds(1 + i % 2));
  CHECK(detector.waves(millisecond(60'000)).count == 0);
}

}  // namespace
}  // namespace sluice::mock
