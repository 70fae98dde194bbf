#include "wire/image_size.hpp"

#include <algorithm>
#include <cstddef>

namespace sluice::wire {
namespace {

int sextet(char character) noexcept {
  if (character >= 'A' && character <= 'Z') return character - 'A';
  if (character >= 'a' && character <= 'z') return character - 'a' + 26;
  if (character >= '0' && character <= '9') return character - '0' + 52;
  if (character == '+') return 62;
  return character == '/' ? 63 : -1;
}

// The decoded bytes, one at a time and anywhere: a JPEG states its size behind segments of any
// length.
class Bytes {
 public:
  explicit Bytes(std::string_view base64) noexcept : base64_(base64) {}

  // Beyond the end, and where the base64 is none: 0, and good() is false from then on.
  unsigned at(std::size_t index) noexcept {
    const std::size_t first = index / 3 * 4 + index % 3;
    if (first + 1 >= base64_.size()) return bad();
    const int high = sextet(base64_[first]);
    const int low = sextet(base64_[first + 1]);
    if (high < 0 || low < 0) return bad();
    const unsigned pair = static_cast<unsigned>(high) << 6 | static_cast<unsigned>(low);
    return pair >> (4 - 2 * (index % 3)) & 0xff;
  }
  unsigned big16(std::size_t index) noexcept { return at(index) << 8 | at(index + 1); }
  unsigned little16(std::size_t index) noexcept { return at(index + 1) << 8 | at(index); }
  unsigned big32(std::size_t index) noexcept { return big16(index) << 16 | big16(index + 2); }
  bool begins(std::size_t index, std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (at(index + i) != static_cast<unsigned char>(text[i])) return false;
    }
    return true;
  }
  bool good() const noexcept { return good_; }

 private:
  unsigned bad() noexcept {
    good_ = false;
    return 0;
  }
  std::string_view base64_;
  bool good_ = true;
};

// Start-of-frame segments hold the size: 0xc0 to 0xcf but for three that are something else.
bool is_frame(unsigned marker) noexcept {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

ImageSize jpeg_size(Bytes& bytes) noexcept {
  constexpr int kMostSegments = 1000;
  std::size_t at = 2;
  for (int segment = 0; segment < kMostSegments && bytes.good(); ++segment) {
    if (bytes.at(at) != 0xff) break;
    const unsigned marker = bytes.at(at + 1);
    if (is_frame(marker)) return {bytes.big16(at + 7), bytes.big16(at + 5)};
    at += marker == 0xff ? 1 : 2 + bytes.big16(at + 2);
  }
  return {};
}

ImageSize webp_size(Bytes& bytes) noexcept {
  if (bytes.begins(12, "VP8X")) {
    const auto little24 = [&](std::size_t i) { return bytes.little16(i) | bytes.at(i + 2) << 16; };
    return {std::int64_t{little24(24)} + 1, std::int64_t{little24(27)} + 1};
  }
  if (bytes.begins(12, "VP8L")) {
    const std::uint32_t packed = bytes.little16(21) | bytes.little16(23) << 16;
    return {std::int64_t{packed & 0x3fff} + 1, std::int64_t{packed >> 14 & 0x3fff} + 1};
  }
  if (bytes.begins(12, "VP8 ")) return {bytes.little16(26) & 0x3fff, bytes.little16(28) & 0x3fff};
  return {};
}

ImageSize stated_size(Bytes& bytes) noexcept {
  if (bytes.begins(0, "\x89PNG")) return {bytes.big32(16), bytes.big32(20)};
  if (bytes.begins(0, "\xff\xd8")) return jpeg_size(bytes);
  if (bytes.begins(0, "GIF8")) return {bytes.little16(6), bytes.little16(8)};
  if (bytes.begins(0, "RIFF") && bytes.begins(8, "WEBP")) return webp_size(bytes);
  return {};
}

}  // namespace

std::optional<ImageSize> image_size(std::string_view base64) noexcept {
  Bytes bytes(base64);
  const ImageSize size = stated_size(bytes);
  if (!bytes.good() || size.width <= 0 || size.height <= 0) return std::nullopt;
  return size;
}

TextSize image_text_size(std::string_view base64) noexcept {
  std::int64_t tokens = kMaxImageTokens;
  if (const std::optional<ImageSize> size = image_size(base64)) {
    constexpr std::int64_t kPatch = 28;
    const std::int64_t across = (size->width + kPatch - 1) / kPatch;
    const std::int64_t down = (size->height + kPatch - 1) / kPatch;
    tokens = std::min(across * down, kMaxImageTokens);  // both below 2^28
  }
  return {.image_tokens = tokens, .image_tokens_before = std::min(tokens, kMaxImageTokensBefore)};
}

}  // namespace sluice::wire
