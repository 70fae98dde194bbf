#include "report/markdown_page.hpp"

#include "report/markup.hpp"

namespace sluice {
namespace {

// Between a character and what would make a mention or a reference of it. An escaped @ is still
// one: GitHub looks for mentions in the text, not in the markup.
constexpr std::string_view kZeroWidthSpace = "&#8203;";

// Whether GitHub would make a link of what begins here, but for something between `text[at]` and
// the character after it.
bool would_link(std::string_view text, std::size_t at) {
  if (text[at] == ':') return text.substr(at + 1).starts_with("//");
  const auto is_w = [&](std::size_t i) { return text[i] == 'w' || text[i] == 'W'; };
  return is_w(at) && at >= 2 && is_w(at - 1) && is_w(at - 2) &&
         text.substr(at + 1).starts_with('.');
}

std::string_view mark_text(MarkdownPage::Mark mark) {
  switch (mark) {
    case MarkdownPage::Mark::kGood:
      return "✅";
    case MarkdownPage::Mark::kWarning:
      return "⚠️";
    case MarkdownPage::Mark::kBad:
      return "❌";
  }
  return {};
}

}  // namespace

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()|~!$";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += ' ';
    } else if (c != '"' && !entity_of(c).empty()) {
      out += entity_of(c);
    } else if (c == '@' || c == '#') {
      if (c == '#') out += '\\';
      out += c;
      out += kZeroWidthSpace;
    } else {
      if (kMarkup.find(c) != std::string_view::npos) out += '\\';
      out += c;
      if (would_link(text, i)) out += kZeroWidthSpace;
    }
  }
  return out;
}

void MarkdownPage::title(Mark mark, std::string_view verdict, std::string_view name) {
  out_.append("## ").append(mark_text(mark)).append(" ").append(markdown_text(verdict));
  out_.append(": ").append(markdown_text(name)).append("\n");
}

void MarkdownPage::heading(std::string_view text) {
  out_.append("\n### ").append(markdown_text(text)).append("\n");
}

void MarkdownPage::paragraph(std::string_view text) {
  if (!text.empty()) out_.append("\n").append(markdown_text(text)).append("\n");
}

void MarkdownPage::table(const std::vector<std::string>& header,
                         const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return;
  const auto line = [&](const std::vector<std::string>& cells) {
    out_ += '|';
    for (const std::string& cell : cells) out_.append(" ").append(markdown_text(cell)).append(" |");
    out_ += '\n';
  };
  out_ += '\n';
  line(header);
  out_ += "|:--|";
  for (std::size_t i = 1; i < header.size(); ++i) out_ += "--:|";
  out_ += '\n';
  for (const std::vector<std::string>& row : rows) line(row);
}

void MarkdownPage::fold(std::string_view summary, const std::vector<Entry>& entries) {
  out_.append("\n<details><summary>").append(markdown_text(summary)).append("</summary>\n\n");
  for (const Entry& entry : entries) {
    if (entry.text.empty()) continue;
    out_.append("- ").append(markdown_text(entry.label)).append(": ");
    out_.append(markdown_text(entry.text)).append("\n");
  }
  out_ += "\n</details>\n";
}

}  // namespace sluice
