// What a client can read of its limits in an answer's head (docs: rate-limits "Response headers",
// 2026-08): of requests, input and output tokens the limit, what is left, and when the bucket is
// full again. Instants are the run's; token counts are to the nearest thousand, as the headers are.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace sluice {

// As the headers show a number of tokens.
constexpr std::int64_t to_nearest_thousand(std::int64_t tokens) noexcept {
  return (tokens + 500) / 1000 * 1000;
}

struct LimitView {
  std::int64_t limit = 0;      // per minute
  std::int64_t remaining = 0;  // at least 0
  TimePoint full_at{};
  bool operator==(const LimitView&) const = default;
};

struct RateLimitView {
  std::optional<LimitView> requests{};
  std::optional<LimitView> input_tokens{};
  std::optional<LimitView> output_tokens{};
  bool operator==(const RateLimitView&) const = default;
};

}  // namespace sluice
