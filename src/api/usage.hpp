// Tokens of one response, in the API's own field names and meaning (Messages API, `usage`,
// 2026-10): the three input fields are disjoint and their sum is the prompt.
#pragma once

#include <cstdint>

namespace sluice {

struct Usage {
  std::int64_t input_tokens = 0;  // after the last cache breakpoint: neither read nor written
  std::int64_t cache_creation_5m_input_tokens = 0;
  std::int64_t cache_creation_1h_input_tokens = 0;
  std::int64_t cache_read_input_tokens = 0;
  std::int64_t output_tokens = 0;  // thinking included

  constexpr std::int64_t cache_creation_input_tokens() const noexcept {
    return cache_creation_5m_input_tokens + cache_creation_1h_input_tokens;
  }
  constexpr std::int64_t prompt_tokens() const noexcept {
    return input_tokens + cache_creation_input_tokens() + cache_read_input_tokens;
  }
  // Whether any part of the prompt was read from a cache or written to one.
  constexpr bool uses_cache() const noexcept {
    return (cache_creation_5m_input_tokens | cache_creation_1h_input_tokens |
            cache_read_input_tokens) != 0;
  }
  // What a cache-aware input limit counts.
  constexpr std::int64_t uncached_input_tokens() const noexcept {
    return input_tokens + cache_creation_input_tokens();
  }
  constexpr Usage& operator+=(const Usage& other) noexcept {
    input_tokens += other.input_tokens;
    cache_creation_5m_input_tokens += other.cache_creation_5m_input_tokens;
    cache_creation_1h_input_tokens += other.cache_creation_1h_input_tokens;
    cache_read_input_tokens += other.cache_read_input_tokens;
    output_tokens += other.output_tokens;
    return *this;
  }
  bool operator==(const Usage&) const = default;
};

}  // namespace sluice
