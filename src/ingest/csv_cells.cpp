#include "ingest/csv_cells.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace sluice::ingest {

FieldResult<std::string_view> CellCursor::next_quoted(std::size_t position) {
  scratch_.clear();
  for (;;) {
    const std::size_t quote = rest_.find('"', position);
    if (quote == std::string_view::npos) {
      return tl::unexpected(std::string("a quoted cell has no closing quote on its line"));
    }
    scratch_.append(rest_, position, quote - position);
    position = quote + 1;
    if (position >= rest_.size() || rest_[position] != '"') break;
    scratch_ += '"';
    ++position;
  }
  const std::size_t comma = rest_.find(',', position);
  const std::string_view after = ascii::trimmed(rest_.substr(position, comma - position));
  if (!after.empty()) {
    return tl::unexpected(
        fmt::format("{} follows a closing quote; expected a comma", in_quotes(after)));
  }
  drop_through(comma);
  return std::string_view(scratch_);
}

}  // namespace sluice::ingest
