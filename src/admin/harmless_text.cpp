#include "admin/harmless_text.hpp"

#include <algorithm>
#include <array>

namespace sluice::admin {
namespace {

constexpr std::size_t kMost = 200;

// Code points that a terminal obeys or that change how others are shown, each range whole.
struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array kHarmful{
    Range{0x00, 0x1F},        // C0 controls
    Range{0x7F, 0x9F},        // delete, C1 controls
    Range{0x061C, 0x061C},    // Arabic letter mark
    Range{0x200B, 0x200B},    // zero width space
    Range{0x200E, 0x200F},    // left-to-right, right-to-left mark
    Range{0x2028, 0x202E},    // line and paragraph separator, bidi embeddings and overrides
    Range{0x2060, 0x206F},    // word joiner, invisible operators, bidi isolates
    Range{0xFEFF, 0xFEFF},    // byte order mark
    Range{0xFFF9, 0xFFFB},    // interlinear annotation
    Range{0xE0000, 0xE007F},  // tags
};

bool is_harmful(char32_t point) noexcept {
  return std::any_of(kHarmful.begin(), kHarmful.end(), [point](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The character at the beginning of `text`, which is not empty: its first byte and as much of what
// goes on from it as that byte announces.
std::string_view first_character(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t announced = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  const std::size_t most = std::min(text.size(), announced);
  std::size_t size = 1;
  while (size < most && is_continuation(text[size])) ++size;
  return text.substr(0, size);
}

// Of UTF-8, as JSON's texts are: a lone continuation byte is taken for what it would be in Latin-1.
char32_t code_point(std::string_view character) noexcept {
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead;
  char32_t point = lead & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) {
    point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return point;
}

}  // namespace

std::string harmless_text(std::string_view text) {
  if (text.size() > kMost) {
    std::size_t end = kMost;
    while (end > 0 && is_continuation(text[end])) --end;
    text = text.substr(0, end);
  }
  std::string harmless;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    text.remove_prefix(character.size());
    if (is_harmful(code_point(character))) {
      harmless += '?';
    } else {
      harmless += character;
    }
  }
  return harmless;
}

}  // namespace sluice::admin
