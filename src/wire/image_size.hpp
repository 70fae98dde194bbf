// What an image costs, from the size that its first bytes state: PNG, JPEG, GIF and WebP, read out
// of the base64 without decoding the rest (docs: vision, 2026-08).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::wire {

struct ImageSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool operator==(const ImageSize&) const = default;
};

// None: no format known here, or damaged.
std::optional<ImageSize> image_size(std::string_view base64) noexcept;

// The most that an image cost before Opus 4.7, and what stands in for an image of unknown size
// (one of which only an address or a file id is given).
inline constexpr std::int64_t kMaxImageTokens = 1568;

// ceil(width / 28) * ceil(height / 28), at most kMaxImageTokens.
std::int64_t image_tokens(std::string_view base64) noexcept;

}  // namespace sluice::wire
