// What all reports for people have in common: colours or none, how wide they are, and lines with a
// label at their left.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice {

struct TextStyle {
  bool colour = false;
  int width = 96;       // of a line; names longer than that stay whole
  bool charts = false;  // sparklines and bars of Unicode's block characters
};

inline constexpr std::size_t kLabelWidth = 13;

// `code` is ANSI's: "1" is bold, "2" faint, "1;31" bold and red. Empty: as it is.
std::string in_colour(std::string_view code, std::string_view text, TextStyle style);

// "  label        text" and a newline, wrapped to the style's width behind the label. A label that
// is too long moves the text of its own line; `code` colours the label alone.
std::string labelled(std::string_view label, std::string_view text, TextStyle style,
                     std::string_view code = "");

}  // namespace sluice
