#include "app/live_view.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/terminal.hpp"

namespace sluice::app {
namespace {

constexpr int kLinesEvery = 10;  // looks, of which there is one a second

// The line's first columns; what a terminal would obey shows as a question mark.
std::string shown(std::string_view line, std::size_t columns) {
  std::string text;
  for (const char c : line) {
    const bool begins_column = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (begins_column && columns-- == 0) break;
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return text;
}

}  // namespace

LiveView::LiveView(ViewKind kind, std::string title, const RunResult* forecast)
    : kind_(kind), style_{.title = std::move(title), .forecast = forecast} {
  if (kind_ != ViewKind::kBlock) return;
  keys_.emplace();
  style_.keys = keys_->active();
  style_.charts = wants_charts(stderr);
}

LiveView::~LiveView() { print(stderr, taken_away()); }

std::string LiveView::taken_away() {
  const int lines = std::exchange(lines_drawn_, 0);
  return lines > 0 ? fmt::format("\x1b[{}A\x1b[J", lines) : std::string();
}

bool LiveView::wants_look() {
  if (!keys_) return false;
  const Page before = page_;
  for (const char key : keys_->typed()) page_ = page_of_key(key, page_).value_or(page_);
  return page_ != before;
}

void LiveView::show(const live::ReplayView& view) {
  if (kind_ == ViewKind::kNone) return;
  ++looks_;
  if (kind_ == ViewKind::kLines) {
    if (looks_ % kLinesEvery == 0) print(stderr, view_line(view));
    return;
  }
  const std::string text = page_text(page_, view, style_);
  std::string drawn = taken_away();
  // A line that is broken by the terminal would be two, and one that has left it at the top cannot
  // be taken away: a page is cut to the terminal.
  const auto width = static_cast<std::size_t>(columns_of(stderr));
  const int height = height_of(stderr);
  for (std::size_t begin = 0; begin < text.size() && lines_drawn_ < height - 1;) {
    const std::size_t end = text.find('\n', begin);
    drawn += shown(std::string_view(text).substr(begin, end - begin), width - 1) + "\n";
    begin = end + 1;
    ++lines_drawn_;
  }
  print(stderr, drawn);
}

}  // namespace sluice::app
