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

// A time per token that is known before is that of a speed of one size.
Service fixed_service(const DurationSampler& ttft_base, const SizeSampler& speed) noexcept {
  Service service{.ttft = ttft_base(0), .tokens_per_minute = std::max<std::int64_t>(speed(0), 1)};
  if (speed.is_constant()) {
    service.ns_per_token = detail::whole_time_of_one(detail::kSpeedUnit, service.tokens_per_minute);
  }
  return service;
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
      needs_bits_(!ttft_base_.is_constant() || !speed_.is_constant()),
      fixed_(fixed_service(ttft_base_, speed_)) {}

}  // namespace sluice
