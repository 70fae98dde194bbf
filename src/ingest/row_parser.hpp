// One line of a trace -> one TraceRequest with the file's own clock and token counts. Pure: no
// file, no memory of earlier rows, so that it can be fuzzed and tested by tables. A line must be
// followed by kLinePadding readable bytes (line_reader.hpp gives such lines). A problem is one
// sentence without file and line.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/columns.hpp"
#include "ingest/fields.hpp"
#include "ingest/trace_reader.hpp"

namespace sluice::ingest {

// The format of a file whose first line this is; a CSV's first line is its header.
FieldResult<TraceFormat> detect_format(std::string_view first_line);
bool is_csv(TraceFormat format) noexcept;

class CsvRowParser {
 public:
  static FieldResult<CsvRowParser> from_header(TraceFormat format, std::string_view header);
  FieldResult<void> parse(std::string_view line, TraceRequest& request);

 private:
  TraceFormat format_ = TraceFormat::kCsv;
  std::vector<Column> columns_;
  std::string scratch_;  // a quoted cell without its doubled quotes
};

class JsonRowParser {
 public:
  explicit JsonRowParser(TraceFormat format);
  JsonRowParser(JsonRowParser&&) noexcept;
  JsonRowParser& operator=(JsonRowParser&&) noexcept;
  ~JsonRowParser();
  FieldResult<void> parse(std::string_view line, TraceRequest& request);
  std::size_t buffer_bytes() const noexcept;

 private:
  struct Buffers;
  TraceFormat format_;
  std::unique_ptr<Buffers> buffers_;  // keeps simdjson out of this header
};

// Nothing that is text can hold these: NUL bytes, or bytes that are not UTF-8.
FieldResult<void> check_encoding(std::string_view line);
// The same for a file's first line, with a better word for compressed files and UTF-16.
FieldResult<void> check_signature(std::string_view first_line);

}  // namespace sluice::ingest
