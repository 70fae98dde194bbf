#include "policy/latency_model.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/integer.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kUnitsPerToken =
    60'000'000'000;  // a speed of 1 a minute is 1 unit a nanosecond
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kLongest = std::int64_t{1} << 61;

// ceil(count x unit / speed), at most kLongest; count >= 0, speed >= 1. All that a real response
// needs fits 64 bits, whose division is several times faster.
std::int64_t time_for(std::int64_t count, std::int64_t unit, std::int64_t speed) noexcept {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(count, unit, &product)) {
    return std::min(product / speed + (product % speed != 0 ? 1 : 0), kLongest);
  }
  const int128 wide = ceil_div(static_cast<int128>(count) * unit, speed);
  return static_cast<std::int64_t>(std::min<int128>(wide, kLongest));
}

}  // namespace

Duration Service::streaming(std::int64_t tokens) const noexcept {
  SLUICE_CHECK(tokens >= 0 && tokens_per_minute >= 1);
  return nanoseconds(time_for(tokens, kUnitsPerToken, tokens_per_minute));
}

std::int64_t Service::produced(Duration elapsed) const noexcept {
  SLUICE_CHECK(elapsed >= Duration{} && tokens_per_minute >= 1);
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(ns(elapsed), tokens_per_minute, &product)) {
    return product / kUnitsPerToken;
  }
  const int128 wide = static_cast<int128>(ns(elapsed)) * tokens_per_minute / kUnitsPerToken;
  return static_cast<std::int64_t>(std::min<int128>(wide, kLongest));
}

LatencyModel::LatencyModel(const LatencySpec& spec)
    : ttft_base_(spec.ttft_base),
      speed_(spec.output_tokens_per_minute),
      prefill_tokens_per_second_(spec.prefill_tokens_per_second),
      cached_tokens_per_second_(spec.cached_tokens_per_second) {
  SLUICE_CHECK(prefill_tokens_per_second_ >= 1 && cached_tokens_per_second_ >= 1);
}

Service LatencyModel::draw(const Usage& input, std::uint64_t ttft_bits,
                           std::uint64_t speed_bits) const noexcept {
  const std::int64_t prefill =
      time_for(input.uncached_input_tokens(), kNanosecondsPerSecond, prefill_tokens_per_second_);
  const std::int64_t cached =
      time_for(input.cache_read_input_tokens, kNanosecondsPerSecond, cached_tokens_per_second_);
  const std::int64_t both = std::min(prefill + cached, kLongest);
  return {.ttft = ttft_base_(ttft_bits) + nanoseconds(both),
          .tokens_per_minute = std::max<std::int64_t>(speed_(speed_bits), 1)};
}

}  // namespace sluice
