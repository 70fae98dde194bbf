#include "ingest/unknown_log.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "ingest/call_stream.hpp"
#include "ingest/foreign_fields.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/named_columns.hpp"
#include "ingest/row_parser.hpp"

namespace sluice::ingest {

std::string problem_with_columns(LogFormat format, std::string_view line,
                                 const ImportOptions& options) {
  const Result<CallFormat> named = named_columns_format(format, options);
  if (!named) return named.error().message;
  const auto parser = named->parser(line);
  if (!parser) return without_content(parser.error());
  if (format == LogFormat::kCsv) return {};
  std::string padded(line);
  padded.reserve(line.size() + kLinePadding);
  CallBatch batch;
  const FieldResult<void> read = (*parser)->parse(padded, batch);
  return read ? std::string() : without_content(read.error());
}

Error why_not_recognized(const std::string& path, const ImportOptions& options) {
  Result<LineReader> lines = LineReader::open(path, kBytesLookedAt);
  if (!lines) return lines.error();
  Line line;
  do {
    const Result<bool> more = lines->next(line);
    if (!more) return more.error();
    if (!*more) return invalid_input(path, "is empty; expected a log");
  } while (!line.too_long && ascii::is_blank(line.text));
  const std::string where = place_of(path, line.number);
  if (const FieldResult<void> text = check_signature(line.text); !text) {
    return invalid_input(where, text.error());
  }
  const std::string_view text = ascii::trimmed(line.text);
  const bool is_json = !text.empty() && (text.front() == '{' || text.front() == '[');
  const bool is_table = !is_json && text.find(',') != std::string_view::npos;
  if (line.too_long || !(is_json || is_table)) {
    return invalid_input(path, fmt::format("is of no format that is known by its content; name it "
                                           "before the file if it is one of {}",
                                           join(log_format_names())));
  }
  return invalid_input(
      where, fmt::format("is of no format that is known by its content; as {}: {} (--column "
                         "OURS=THEIRS names columns, docs/import-formats.md the formats)",
                         is_json ? "jsonl" : "csv",
                         problem_with_columns(is_json ? LogFormat::kJsonl : LogFormat::kCsv, text,
                                              options)));
}

}  // namespace sluice::ingest
