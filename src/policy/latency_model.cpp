#include "policy/latency_model.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/integer.hpp"

namespace sluice {
namespace detail {

std::int64_t long_time_for(std::int64_t count, std::int64_t unit, std::int64_t speed) noexcept {
  const int128 wide = ceil_div(static_cast<int128>(count) * unit, speed);
  return static_cast<std::int64_t>(std::min<int128>(wide, kLongestService));
}

}  // namespace detail

namespace {

constexpr std::int64_t kUnitsPerToken =
    60'000'000'000;  // a speed of 1 a minute is 1 unit a nanosecond

}  // namespace

std::int64_t OutputSpeed::produced(Duration elapsed) const noexcept {
  SLUICE_CHECK(elapsed >= Duration{} && tokens_per_minute >= 1);
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(ns(elapsed), tokens_per_minute, &product)) {
    return product / kUnitsPerToken;
  }
  const int128 wide = static_cast<int128>(ns(elapsed)) * tokens_per_minute / kUnitsPerToken;
  return static_cast<std::int64_t>(std::min<int128>(wide, kLongestService));
}

LatencyModel::LatencyModel(const LatencySpec& spec)
    : ttft_base_(spec.ttft_base),
      speed_(spec.output_tokens_per_minute),
      prefill_tokens_per_second_(spec.prefill_tokens_per_second),
      cached_tokens_per_second_(spec.cached_tokens_per_second),
      needs_bits_(!ttft_base_.is_constant() || !speed_.is_constant()) {
  SLUICE_CHECK(prefill_tokens_per_second_ >= 1 && cached_tokens_per_second_ >= 1);
}

}  // namespace sluice
