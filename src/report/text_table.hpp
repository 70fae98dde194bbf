// A table of text in aligned columns: the first to the left, the others to the right. Widths count
// characters as they are seen, not bytes (UTF-8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) { add(std::move(header)); }

  // At most as many cells as the header has.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const noexcept { return rows_.size() < 2; }

  // Every line is indented by two spaces and ends with a newline; columns stand two apart.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Characters seen on a terminal, for text without wide or combining characters.
std::size_t display_width(std::string_view text) noexcept;

// Breaks at spaces so that no line is wider than `width`; the first line stands behind `indent`
// other characters, further lines begin with as many spaces.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace sluice
