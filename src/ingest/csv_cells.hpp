// The cells of one CSV line, quoted ones as in RFC 4180. A line end inside quotes is not supported,
// for lines are read one by one.
//
//   CellCursor cells(line, scratch);
//   while (cells.more()) { auto cell = cells.next(); ... }
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "ingest/fields.hpp"

namespace sluice::ingest {

class CellCursor {
 public:
  // `scratch` holds a quoted cell without its doubled quotes.
  CellCursor(std::string_view line, std::string& scratch) : rest_(line), scratch_(scratch) {}

  bool more() const noexcept { return !done_; }
  // The text is valid until the next call.
  FieldResult<std::string_view> next() {
    const std::size_t first = rest_.find_first_not_of(" \t");
    if (first != std::string_view::npos && rest_[first] == '"') return next_quoted(first + 1);
    const std::size_t comma = rest_.find(',');
    const std::string_view cell = ascii::trimmed(rest_.substr(0, comma));
    drop_through(comma);
    return cell;
  }

 private:
  FieldResult<std::string_view> next_quoted(std::size_t position);
  void drop_through(std::size_t comma) noexcept {
    done_ = comma == std::string_view::npos;
    rest_.remove_prefix(done_ ? rest_.size() : comma + 1);
  }

  std::string_view rest_;
  std::string& scratch_;
  bool done_ = false;
};

}  // namespace sluice::ingest
