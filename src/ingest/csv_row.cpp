#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "ingest/row_parser.hpp"

namespace sluice::ingest {
namespace {

// The cells of one line, quoted ones as in RFC 4180; a line end inside quotes is not supported.
class CellCursor {
 public:
  CellCursor(std::string_view line, std::string& scratch) : rest_(line), scratch_(scratch) {}

  bool more() const noexcept { return !done_; }

  // The text is valid until the next call.
  FieldResult<std::string_view> next() {
    const std::size_t first = rest_.find_first_not_of(" \t");
    if (first != std::string_view::npos && rest_[first] == '"') return next_quoted(first + 1);
    const std::size_t comma = rest_.find(',');
    const std::string_view cell = trimmed(rest_.substr(0, comma));
    drop_through(comma);
    return cell;
  }

 private:
  FieldResult<std::string_view> next_quoted(std::size_t position) {
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
    const std::string_view after = trimmed(rest_.substr(position, comma - position));
    if (!after.empty()) {
      return tl::unexpected(
          fmt::format("{} follows a closing quote; expected a comma", in_quotes(after)));
    }
    drop_through(comma);
    return std::string_view(scratch_);
  }

  void drop_through(std::size_t comma) noexcept {
    done_ = comma == std::string_view::npos;
    rest_.remove_prefix(done_ ? rest_.size() : comma + 1);
  }

  std::string_view rest_;
  std::string& scratch_;
  bool done_ = false;
};

bool may_be_empty(Column column) noexcept {
  return column == Column::kSession || column == Column::kModel || column == Column::kMaxTokens ||
         column == Column::kThinkingTokens || column == Column::kCachedPrefixId ||
         column == Column::kCachedPrefixTokens || column == Column::kBlockIds;
}

}  // namespace

bool is_csv(TraceFormat format) noexcept {
  return format == TraceFormat::kAzure || format == TraceFormat::kCsv;
}

FieldResult<CsvRowParser> CsvRowParser::from_header(TraceFormat format, std::string_view header) {
  CsvRowParser parser;
  parser.format_ = format;
  ColumnSet seen;
  CellCursor cells(header, parser.scratch_);
  while (cells.more()) {
    const FieldResult<std::string_view> cell = cells.next();
    if (!cell) return tl::unexpected("the header is malformed: " + cell.error());
    const FieldResult<Column> column = column_named(format, *cell);
    if (!column) return tl::unexpected("column " + column.error());
    if (!seen.add(*column)) {
      return tl::unexpected(fmt::format("column {} appears twice", in_quotes(*cell)));
    }
    parser.columns_.push_back(*column);
  }
  const FieldResult<void> complete = check_complete(format, seen);
  if (!complete) return tl::unexpected("the header is malformed: " + complete.error());
  return parser;
}

FieldResult<void> CsvRowParser::parse(std::string_view line, TraceRequest& request) {
  clear_row(request);
  CellCursor cells(line, scratch_);
  std::size_t count = 0;
  for (; cells.more(); ++count) {
    const FieldResult<std::string_view> cell = cells.next();
    if (!cell) return tl::unexpected(cell.error());
    const Column column = count < columns_.size() ? columns_[count] : Column::kIgnored;
    if (column == Column::kIgnored || (cell->empty() && may_be_empty(column))) continue;
    if (FieldResult<void> set = set_field(format_, column, *cell, request); !set) return set;
  }
  if (count != columns_.size()) {
    return tl::unexpected(
        fmt::format("the row has {} cells; expected {}, as the header", count, columns_.size()));
  }
  return check_row(request);
}

}  // namespace sluice::ingest
