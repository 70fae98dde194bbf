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

inline constexpr std::int64_t kInputUnit = 1'000'000'000;   // input tokens a second
inline constexpr std::int64_t kSpeedUnit = 60'000'000'000;  // output tokens a minute

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

// Whole nanoseconds that one takes, where they are whole: what is known before a response comes
// needs no division then. 0: they are not.
inline std::int64_t whole_time_of_one(std::int64_t unit, std::int64_t speed) noexcept {
  SLUICE_CHECK(speed >= 1);
  return unit % speed == 0 ? unit / speed : 0;
}
inline std::int64_t time_for(std::int64_t count, std::int64_t unit, std::int64_t speed,
                             std::int64_t of_one) noexcept {
  std::int64_t time = 0;
  if (of_one == 0 || __builtin_mul_overflow(count, of_one, &time)) {
    return time_for(count, unit, speed);
  }
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
    return nanoseconds(detail::time_for(tokens, detail::kSpeedUnit, tokens_per_minute));
  }
  // Tokens produced `elapsed` after the first token, rounded down: the other way round, so that
  // streaming(n) is the least time in which produced() reaches n. Not bounded by the response's
  // length.
  std::int64_t produced(Duration elapsed) const noexcept;
};

struct Service {
  Duration ttft{};
  std::int64_t tokens_per_minute = 1;  // output speed; >= 1
  std::int64_t ns_per_token = 0;       // the same where it is whole and known before; else 0

  OutputSpeed speed() const noexcept { return {tokens_per_minute}; }
  Duration streaming(std::int64_t tokens) const noexcept {
    SLUICE_CHECK(tokens >= 0 && tokens_per_minute >= 1);
    return nanoseconds(
        detail::time_for(tokens, detail::kSpeedUnit, tokens_per_minute, ns_per_token));
  }
  std::int64_t produced(Duration elapsed) const noexcept { return speed().produced(elapsed); }
};

class LatencyModel {
 public:
  explicit LatencyModel(const LatencySpec& spec);

  // Two words of random bits decide: one for the TTFT, one for the speed.
  Service draw(const Usage& input, std::uint64_t ttft_bits,
               std::uint64_t speed_bits) const noexcept {
    const std::int64_t prefill = prefill_.time_for(input.uncached_input_tokens());
    const std::int64_t cached = cached_.time_for(input.cache_read_input_tokens);
    const std::int64_t both = std::min(prefill + cached, kLongestService);
    Service service = fixed_;
    if (needs_bits_) {
      service.ttft = ttft_base_(ttft_bits);
      service.tokens_per_minute = std::max<std::int64_t>(speed_(speed_bits), 1);
    }
    service.ttft += nanoseconds(both);
    return service;
  }
  // Whether draw() looks at its bits at all.
  bool needs_bits() const noexcept { return needs_bits_; }

 private:
  struct InputSpeed {
    explicit InputSpeed(std::int64_t tokens_per_second)
        : per_second(tokens_per_second),
          of_one(detail::whole_time_of_one(detail::kInputUnit, tokens_per_second)) {}

    std::int64_t time_for(std::int64_t tokens) const noexcept {
      return detail::time_for(tokens, detail::kInputUnit, per_second, of_one);
    }

    std::int64_t per_second;
    std::int64_t of_one;
  };

  DurationSampler ttft_base_;
  SizeSampler speed_;
  InputSpeed prefill_;
  InputSpeed cached_;
  bool needs_bits_;
  Service fixed_;  // without input: of draws that are always the same
};

}  // namespace sluice
