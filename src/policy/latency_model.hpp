// How long the API takes: time to first token and output speed of one response (docs/model.md,
// Service). TTFT = base draw + uncached input / prefill speed + cached input / cached speed. Per
// model; from the catalog (marked guesses where nothing is published) unless a scenario or a
// calibration says otherwise.
//
//   Service service = model.draw(usage, bits.first, bits.second);
//   TimePoint last = first_token + service.streaming(usage.output_tokens);
#pragma once

#include <algorithm>
#include <cstdint>

#include "api/request.hpp"
#include "api/usage.hpp"
#include "base/check.hpp"
#include "base/time.hpp"
#include "policy/sizes.hpp"

namespace sluice {

struct LatencySpec {
  DurationSpec ttft_base = DurationFixed{milliseconds(900)};
  // At least 1 each. The time for either kind of input is rounded up to whole nanoseconds.
  std::int64_t prefill_tokens_per_second = 50'000;
  std::int64_t cached_tokens_per_second = 10'000'000;
  SizeSpec output_tokens_per_minute =
      SizeFixed{60 * 60};  // speed, in sixtieths of a token a second
};

// A response takes at most 2^61 ns (73 years).
inline constexpr std::int64_t kLongestService = std::int64_t{1} << 61;

namespace detail {

std::int64_t long_time_for(std::int64_t count, std::int64_t unit, std::int64_t speed) noexcept;

// ceil(count x unit / speed), at most 2^61; count >= 0, speed >= 1. All that a real response
// needs fits 64 bits, whose division is several times faster.
inline std::int64_t time_for(std::int64_t count, std::int64_t unit, std::int64_t speed) noexcept {
  if (count == 0) return 0;
  std::int64_t product = 0;
  if (__builtin_mul_overflow(count, unit, &product)) [[unlikely]]
    return long_time_for(count, unit, speed);
  const std::int64_t time = product / speed + (product % speed != 0 ? 1 : 0);
  return time < kLongestService ? time : kLongestService;
}

}  // namespace detail

// How fast the output of one response comes.
struct OutputSpeed {
  std::int64_t tokens_per_minute = 1;  // >= 1

  // Time from the first token to the last of `tokens` (>= 0): ceil(tokens x 60e9 / speed) ns, held
  // to 2^61 ns (73 years).
  Duration streaming(std::int64_t tokens) const noexcept {
    SLUICE_CHECK(tokens >= 0 && tokens_per_minute >= 1);
    return nanoseconds(detail::time_for(tokens, 60'000'000'000, tokens_per_minute));
  }
  // Tokens produced `elapsed` after the first token, rounded down: the other way round, so that
  // streaming(n) is the least time in which produced() reaches n. Not bounded by the response's
  // length.
  std::int64_t produced(Duration elapsed) const noexcept;
};

struct Service {
  Duration ttft{};
  std::int64_t tokens_per_minute = 1;  // output speed; >= 1

  OutputSpeed speed() const noexcept { return {tokens_per_minute}; }
  Duration streaming(std::int64_t tokens) const noexcept { return speed().streaming(tokens); }
  std::int64_t produced(Duration elapsed) const noexcept { return speed().produced(elapsed); }
};

class LatencyModel {
 public:
  explicit LatencyModel(const LatencySpec& spec);

  // Two words of random bits decide: one for the TTFT, one for the speed.
  Service draw(const Usage& input, std::uint64_t ttft_bits,
               std::uint64_t speed_bits) const noexcept {
    const std::int64_t prefill =
        detail::time_for(input.uncached_input_tokens(), 1'000'000'000, prefill_tokens_per_second_);
    const std::int64_t cached =
        detail::time_for(input.cache_read_input_tokens, 1'000'000'000, cached_tokens_per_second_);
    const std::int64_t both = std::min(prefill + cached, kLongestService);
    return {.ttft = ttft_base_(ttft_bits) + nanoseconds(both),
            .tokens_per_minute = std::max<std::int64_t>(speed_(speed_bits), 1)};
  }
  // Whether draw() looks at its bits at all.
  bool needs_bits() const noexcept { return needs_bits_; }

 private:
  DurationSampler ttft_base_;
  SizeSampler speed_;
  std::int64_t prefill_tokens_per_second_;
  std::int64_t cached_tokens_per_second_;
  bool needs_bits_;
};

}  // namespace sluice
