#include "report/text_style.hpp"

#include "report/text_table.hpp"

namespace sluice {

std::string in_colour(std::string_view code, std::string_view text, TextStyle style) {
  if (code.empty() || !style.colour) return std::string(text);
  std::string out = "\x1b[";
  return out.append(code).append("m").append(text).append("\x1b[0m");
}

std::string labelled(std::string_view label, std::string_view text, TextStyle style,
                     std::string_view code) {
  const std::size_t seen = display_width(label);
  // A long one has a line to itself.
  const std::string gap = seen < kLabelWidth ? std::string(kLabelWidth - seen, ' ')
                                             : "\n" + std::string(kLabelWidth + 2, ' ');
  return "  " + in_colour(code, label, style) + gap +
         wrapped(text, static_cast<std::size_t>(style.width), kLabelWidth + 2) + "\n";
}

}  // namespace sluice
