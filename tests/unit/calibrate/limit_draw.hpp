// Runs for tests of the calibration of limits: limiters and traffic drawn at random, and what the
// calibration makes of their records.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "calibrate/limit_calibrator.hpp"
#include "support/catch.hpp"
#include "support/recorded_run.hpp"

namespace sluice::testing {

inline constexpr std::array kDrawnTypes = {LimitType::kRequestsPerMinute,
                                           LimitType::kInputTokensPerMinuteCacheAware,
                                           LimitType::kOutputTokensPerMinute};

// Limiters whose parameters the calibration is not told, and traffic that saturates one of them.
struct LimitDraw {
  RunPlan plan;
  RecordedTraffic traffic;
  LimitType binding = LimitType::kRequestsPerMinute;  // asked for more than it gives
};

inline std::int64_t drawn_between(DrawStream& draws, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(
                   uniform_below(draws.next(), static_cast<std::uint64_t>(high - low + 1)));
}

// One limiter is asked for 1.2 to 3 times what it gives; the others get 0.3 to 1.5 times as much.
inline LimitDraw make_limit_draw(std::uint64_t seed) {
  DrawStream draws = RandomSource(seed, 7).stream(Purpose::kTest, {});
  LimitDraw draw;
  draw.plan = small_plan();
  draw.plan.models[0].latency = {
      .ttft_base = DurationLognormal{.p50 = milliseconds(700), .p95 = milliseconds(2000)},
      .prefill_tokens_per_second = 50'000,
      .cached_tokens_per_second = 1'000'000,
      .output_tokens_per_minute =
          SizeLognormal{.p50 = 3600, .p95 = 6000, .min = 600, .max = 20'000}};
  draw.binding = kDrawnTypes[static_cast<std::size_t>(drawn_between(draws, 0, 2))];
  draw.plan.limits.output_charge =
      std::array{ChargeMode::kStreaming, ChargeMode::kReserveSettle,
                 ChargeMode::kPost}[static_cast<std::size_t>(drawn_between(draws, 0, 2))];
  const bool reserves = draw.plan.limits.output_charge == ChargeMode::kReserveSettle;
  const std::int64_t rpm = drawn_between(draws, 40, 250);
  draw.traffic.seed = seed;
  draw.traffic.requests_per_minute = static_cast<double>(rpm);
  for (const LimitType type : kDrawnTypes) {
    const std::int64_t percent =
        type == draw.binding ? drawn_between(draws, 120, 300) : drawn_between(draws, 30, 150);
    const std::int64_t each = type == LimitType::kRequestsPerMinute                ? 1
                              : type == LimitType::kInputTokensPerMinuteCacheAware ? 2500
                                                                                   : 430;
    add_limit(draw.plan, type, std::max<std::int64_t>(rpm * each * 100 / percent, 10));
    // A bucket that holds no request never admits one.
    const std::int64_t holds = type == LimitType::kOutputTokensPerMinute && reserves ? 12'000
                               : type == LimitType::kInputTokensPerMinuteCacheAware  ? 12'000
                                                                                     : 2 * each;
    const std::int64_t limit = draw.plan.limits.limiters.back().limit;
    const Duration least = seconds(holds * 60 / limit + 1);
    draw.plan.limits.bursts[static_cast<std::size_t>(type)] =
        std::max(least, milliseconds(drawn_between(draws, 5'000, 120'000)));
  }
  return draw;
}

// Twice as many requests as the one limit of requests lets through, from a bucket for 20 s.
inline LimitDraw crowded_draw(std::int64_t limit) {
  LimitDraw draw = make_limit_draw(1);
  draw.plan.limits.limiters.clear();
  draw.plan.limits.bursts = {};
  draw.plan.limits.burst = seconds(20);
  add_limit(draw.plan, LimitType::kRequestsPerMinute, limit);
  draw.traffic.requests_per_minute = 2 * static_cast<double>(limit);
  return draw;
}

inline Calibration calibrated(const std::vector<ingest::RecordRow>& rows) {
  calibrate::LimitCalibrator limits({});
  for (const ingest::RecordRow& row : rows) limits.add(row);
  Calibration calibration;
  limits.finish(calibration);
  return calibration;
}

inline const LimiterCalibration& of_type(const Calibration& calibration, LimitType type) {
  for (const LimiterCalibration& one : calibration.limits) {
    if (one.type == type) return one;
  }
  FAIL("no limiter of type " << name(type));
  return calibration.limits.front();
}

}  // namespace sluice::testing
