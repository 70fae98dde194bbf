// The good rows of one trace file in order: finds the format, checks every row against the one
// before it, and either stops at the first malformed row or counts and skips them. Times are still
// the file's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/error.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/row_parser.hpp"
#include "ingest/trace_reader.hpp"

namespace sluice::ingest {

class RowStream {
 public:
  // options.path names the input in messages.
  static Result<RowStream> open(LineReader lines, const TraceOptions& options);

  Result<bool> next(TraceRequest& row);  // false at the end of the file
  // Back to the first row. Malformed rows of a later pass are not counted again.
  Result<void> rewind();

  TraceFormat format() const noexcept { return format_; }
  std::int64_t good_rows() const noexcept { return good_rows_; }  // of this pass
  std::int64_t bad_rows() const noexcept { return bad_rows_; }
  const Errors& bad_row_examples() const noexcept { return examples_; }
  std::optional<Duration> first_at() const noexcept { return first_at_; }
  std::optional<Duration> last_at() const noexcept { return last_at_; }
  std::size_t buffer_bytes() const noexcept;

 private:
  using Parser = std::variant<CsvRowParser, JsonRowParser>;

  RowStream(LineReader lines, Parser parser, const TraceOptions& options, TraceFormat format);
  FieldResult<void> read_row(const Line& line, TraceRequest& row);
  FieldResult<void> check_time(Duration at) const;

  LineReader lines_;
  Parser parser_;
  std::string path_;
  TraceFormat format_;
  bool skip_bad_rows_;
  std::int64_t header_line_ = 0;  // of a CSV; 0 for JSON lines
  bool first_pass_ = true;
  std::int64_t good_rows_ = 0;
  std::int64_t bad_rows_ = 0;
  Errors examples_;
  std::optional<Duration> first_at_;
  std::optional<Duration> last_at_;
};

}  // namespace sluice::ingest
