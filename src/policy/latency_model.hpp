// How long the API takes: time to first token and output speed of one response (model.md, Service).
// TTFT = base draw + uncached input / prefill speed + cached input / cached speed. Per model; from
// the catalog (marked guesses where nothing is published) unless a scenario or a calibration says
// otherwise.
//
//   Service service = model.draw(usage, bits.first, bits.second);
//   TimePoint last = first_token + service.streaming(usage.output_tokens);
#pragma once

#include <cstdint>

#include "api/request.hpp"
#include "api/usage.hpp"
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

struct Service {
  Duration ttft{};
  std::int64_t tokens_per_minute = 1;  // output speed; >= 1

  // Time from the first token to the last of `tokens` (>= 0): ceil(tokens x 60e9 / speed) ns, held
  // to 2^61 ns (73 years).
  Duration streaming(std::int64_t tokens) const noexcept;
  // Tokens produced `elapsed` after the first token, rounded down: the other way round, so that
  // streaming(n) is the least time in which produced() reaches n. Not bounded by the response's
  // length.
  std::int64_t produced(Duration elapsed) const noexcept;
};

class LatencyModel {
 public:
  explicit LatencyModel(const LatencySpec& spec);

  // Two words of random bits decide: one for the TTFT, one for the speed.
  Service draw(const Usage& input, std::uint64_t ttft_bits,
               std::uint64_t speed_bits) const noexcept;

 private:
  DurationSampler ttft_base_;
  SizeSampler speed_;
  std::int64_t prefill_tokens_per_second_;
  std::int64_t cached_tokens_per_second_;
};

}  // namespace sluice
