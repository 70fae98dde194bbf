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

// Of a speed of one size; 0 where sizes are drawn.
std::int64_t ns_per_token(const SizeSampler& speed) noexcept {
  if (!speed.is_constant()) return 0;
  return detail::whole_time_of_one(detail::kSpeedUnit, std::max<std::int64_t>(speed(0), 1));
}

}  // namespace

std::int64_t OutputSpeed::produced(Duration elapsed) const noexcept {
  SLUICE_CHECK(elapsed >= Duration{} && tokens_per_minute >= 1);
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(ns(elapsed), tokens_per_minute, &product)) {
    return product / detail::kSpeedUnit;
  }
  const int128 wide = static_cast<int128>(ns(elapsed)) * tokens_per_minute / detail::kSpeedUnit;
  return static_cast<std::int64_t>(std::min<int128>(wide, kLongestService));
}

LatencyModel::LatencyModel(const LatencySpec& spec)
    : ttft_base_(spec.ttft_base),
      speed_(spec.output_tokens_per_minute),
      prefill_(spec.prefill_tokens_per_second),
      cached_(spec.cached_tokens_per_second),
      ns_per_output_token_(ns_per_token(speed_)),
      needs_bits_(!ttft_base_.is_constant() || !speed_.is_constant()) {}

}  // namespace sluice
