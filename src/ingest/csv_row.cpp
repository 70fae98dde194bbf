#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "ingest/csv_cells.hpp"
#include "ingest/row_parser.hpp"

namespace sluice::ingest {
namespace {

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
