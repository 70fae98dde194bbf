// The parts of a Markdown page: headings, tables, folds; and text that cannot be taken for markup.
// What calls itself markdown here is inserted as it is, all else is escaped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

// Text on one line: no markup, HTML, mention (@name), reference (#1) or link of GitHub's can come
// of it.
std::string markdown_text(std::string_view text);

class MarkdownPage {
 public:
  enum class Mark { kGood, kWarning, kBad };

  // The first line, with the verdict's mark.
  void title(Mark mark, std::string_view verdict, std::string_view name);
  void heading(std::string_view text);
  void paragraph(std::string_view text);
  // The first column stands to the left, the others to the right. Nothing without rows. Cells are
  // text.
  void table(const std::vector<std::string>& header,
             const std::vector<std::vector<std::string>>& rows);
  // Label and text, folded away. Entries without text are left out.
  struct Entry {
    std::string label;
    std::string text;
  };
  void fold(std::string_view summary, const std::vector<Entry>& entries);

  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace sluice
