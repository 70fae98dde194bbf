#include "admin/harmless_text.hpp"

namespace sluice::admin {
namespace {

constexpr std::size_t kMost = 200;

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string harmless_text(std::string_view text) {
  if (text.size() > kMost) {
    std::size_t end = kMost;
    while (end > 0 && is_continuation(text[end])) --end;
    text = text.substr(0, end);
  }
  std::string harmless;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) ++i;
    harmless += byte < 0x20 || byte == 0x7F || is_c1 ? '?' : text[i];
  }
  return harmless;
}

}  // namespace sluice::admin
