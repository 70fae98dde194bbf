// What an image costs, from the size that its first bytes state: PNG, JPEG, GIF and WebP, read out
// of the base64 without decoding the rest (docs: vision, 2026-08).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wire/messages_request.hpp"

namespace sluice::wire {

struct ImageSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool operator==(const ImageSize&) const = default;
};

// None: no format known here, or damaged.
std::optional<ImageSize> image_size(std::string_view base64) noexcept;

// The most that an image costs from Opus 4.7 on, and cost before; what stands in for an image of
// unknown size (one of which only an address or a file id is given).
inline constexpr std::int64_t kMaxImageTokens = 4784;
inline constexpr std::int64_t kMaxImageTokensBefore = 1568;

// ceil(width / 28) * ceil(height / 28), at most that; an empty text is of unknown size.
TextSize image_text_size(std::string_view base64) noexcept;

}  // namespace sluice::wire
