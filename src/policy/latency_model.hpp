// How long the API takes: time to first token and output speed of one response (model.md, Service).
// TTFT = base draw + uncached input / prefill speed + cached input / cached speed. Per model; from the
// catalog (marked guesses where nothing is published) unless a scenario or a calibration says otherwise.
#pragma once

#include <cstdint>

#include "api/request.hpp"
#include "api/usage.hpp"
#include "base/time.hpp"
#include "policy/sizes.hpp"

namespace sluice {

struct LatencySpec {
  DurationSpec ttft_base = DurationFixed{milliseconds(900)};
  std::int64_t prefill_tokens_per_second = 50'000;
  std::int64_t cached_tokens_per_second = 10'000'000;
  SizeSpec output_tokens_per_minute = SizeFixed{60 * 60};  // speed, in sixtieths of a token a second
};

struct Service {
  Duration ttft{};
  std::int64_t tokens_per_minute = 1;  // output speed; >= 1

  // Time from the first token to the last of `tokens`: ceil(tokens x 60e9 / speed) ns.
  Duration streaming(std::int64_t tokens) const noexcept;
  // Tokens produced `elapsed` after the first token, rounded down.
  std::int64_t produced(Duration elapsed) const noexcept;
};

class LatencyModel {
 public:
  explicit LatencyModel(const LatencySpec& spec);

  // Two words of random bits decide: one for the TTFT, one for the speed.
  Service draw(const Usage& input, std::uint64_t ttft_bits, std::uint64_t speed_bits) const noexcept;

 private:
  DurationSampler ttft_base_;
  SizeSampler speed_;
  std::int64_t prefill_tokens_per_second_;
  std::int64_t cached_tokens_per_second_;
};

}  // namespace sluice
