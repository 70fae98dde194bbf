#include "ingest/row_stream.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kExamples = 10;

// The first line with something on it.
Result<Line> first_line(LineReader& lines, const std::string& path) {
  Line line;
  do {
    SLUICE_TRY(const bool more, lines.next(line));
    if (!more) {
      return invalid(path, "the file is empty; expected a CSV header or a JSON object a line");
    }
  } while (!line.too_long && ascii::is_blank(line.text));
  if (line.too_long) {
    return invalid(
        place_of(path, line.number),
        fmt::format("the line is longer than {} bytes; expected CSV or JSON lines", kMaxLineBytes));
  }
  return line;
}

}  // namespace

RowStream::RowStream(LineReader lines, Parser parser, const TraceOptions& options,
                     TraceFormat format)
    : lines_(std::move(lines)),
      parser_(std::move(parser)),
      path_(options.path),
      format_(format),
      skip_bad_rows_(options.skip_bad_rows) {}

Result<RowStream> RowStream::open(LineReader lines, const TraceOptions& options) {
  SLUICE_TRY(const Line first, first_line(lines, options.path));
  const std::string where = place_of(options.path, first.number);
  if (FieldResult<void> text = check_signature(first.text); !text) {
    return invalid(where, std::move(text).error());
  }
  TraceFormat format = options.format;
  if (format == TraceFormat::kDetect) {
    FieldResult<TraceFormat> detected = detect_format(first.text);
    if (!detected) return invalid(where, std::move(detected).error());
    format = *detected;
  }
  if (!is_csv(format)) {
    RowStream stream(std::move(lines), JsonRowParser(format), options, format);
    if (auto back = stream.lines_.rewind(); !back) return tl::unexpected(std::move(back).error());
    return stream;
  }
  FieldResult<CsvRowParser> parser = CsvRowParser::from_header(format, first.text);
  if (!parser) return invalid(where, std::move(parser).error());
  RowStream stream(std::move(lines), *std::move(parser), options, format);
  stream.header_line_ = first.number;
  return stream;
}

Result<bool> RowStream::next(TraceRequest& row) {
  Line line;
  for (;;) {
    SLUICE_TRY(const bool more, lines_.next(line));
    if (!more) return false;
    if (!line.too_long && ascii::is_blank(line.text)) continue;
    FieldResult<void> read = read_row(line, row);
    if (read) {
      row.line = line.number;
      if (!first_at_) first_at_ = row.at;
      last_at_ = row.at;
      ++good_rows_;
      return true;
    }
    if (!skip_bad_rows_) return invalid(place_of(path_, line.number), std::move(read).error());
    if (!first_pass_) continue;
    ++bad_rows_;
    if (examples_.size() < kExamples) {
      examples_.push_back({.code = ErrorCode::kInvalidInput,
                           .where = place_of(path_, line.number),
                           .message = std::move(read).error()});
    }
  }
}

FieldResult<void> RowStream::read_row(const Line& line, TraceRequest& row) {
  if (line.too_long) {
    return tl::unexpected(fmt::format(
        "the line is longer than {} bytes; expected one request a line", kMaxLineBytes));
  }
  if (FieldResult<void> text = check_encoding(line.text); !text) return text;
  FieldResult<void> parsed =
      std::visit([&](auto& parser) { return parser.parse(line.text, row); }, parser_);
  return parsed ? check_time(row.at) : parsed;
}

FieldResult<void> RowStream::check_time(Duration at) const {
  if (!last_at_) return {};
  if (at < *last_at_) {
    return tl::unexpected(
        fmt::format("the row's time goes back by {} from the row before it; sort the file by time",
                    seconds_text(*last_at_ - at)));
  }
  if (at - *first_at_ > kMaxTraceTime) {
    return tl::unexpected(
        std::string("the row is more than a hundred years after the first; check its time"));
  }
  return {};
}

Result<void> RowStream::rewind() {
  if (auto back = lines_.rewind(); !back) return back;
  for (Line line; line.number < header_line_;) {
    SLUICE_TRY(const bool more, lines_.next(line));
    if (!more) return io_error(path_, "the file shrank while it was read");
  }
  first_pass_ = false;
  good_rows_ = 0;
  first_at_.reset();
  last_at_.reset();
  return {};
}

std::size_t RowStream::buffer_bytes() const noexcept {
  const JsonRowParser* const json = std::get_if<JsonRowParser>(&parser_);
  return lines_.capacity() + (json == nullptr ? 0 : json->buffer_bytes());
}

}  // namespace sluice::ingest
