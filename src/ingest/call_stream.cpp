#include "ingest/call_stream.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "ingest/bad_rows.hpp"
#include "ingest/foreign_fields.hpp"
#include "ingest/row_parser.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kBlockBytes = 128 * 1024;

// Whether the line opens a JSON document that later lines go on with.
bool opens_document(std::string_view first_line) noexcept {
  const std::string_view text = ascii::trimmed(first_line);
  if (text.empty() || (text.front() != '[' && text.front() != '{')) return false;
  return text.back() == ',' || text.back() == '[' || text.back() == '{' || text.back() == ':';
}

}  // namespace

CallStream::CallStream(LineReader lines, const CallFormat& format, const Options& options,
                       ImportFacts& facts)
    : lines_(std::move(lines)), format_(format), options_(options), facts_(facts) {}

Result<std::unique_ptr<CallStream>> CallStream::open(const CallFormat& format,
                                                     const Options& options, ImportFacts& facts) {
  SLUICE_TRY(LineReader lines, LineReader::open(options.path, kBlockBytes));
  return over(std::move(lines), format, options, facts);
}

Result<std::unique_ptr<CallStream>> CallStream::over(LineReader lines, const CallFormat& format,
                                                     const Options& options, ImportFacts& facts) {
  auto stream =
      std::unique_ptr<CallStream>(new CallStream(std::move(lines), format, options, facts));
  if (auto begun = stream->begin(); !begun) return tl::unexpected(std::move(begun).error());
  return stream;
}

Result<void> CallStream::begin() {
  Line line;
  do {
    SLUICE_TRY(const bool more, lines_.next(line));
    if (!more) return invalid(options_.path, "the file is empty");
  } while (!line.too_long && ascii::is_blank(line.text));
  const std::string where = place_of(options_.path, line.number);
  if (FieldResult<void> text = check_signature(line.text); !text) {
    return invalid(where, std::move(text).error());
  }
  FieldResult<std::unique_ptr<CallParser>> parser = format_.parser(line.text);
  if (!parser) return invalid(where, without_content(parser.error()));
  parser_ = *std::move(parser);
  line_ = line.number;
  if (format_.has_header) return {};
  const bool is_document = format_.is_document && opens_document(line.text);
  if (auto back = lines_.rewind(); !back) return back;
  return is_document ? begin_document() : Result<void>{};
}

Result<void> CallStream::begin_document() {
  document_.emplace();
  Line line;
  for (;;) {
    SLUICE_TRY(const bool more, lines_.next(line));
    if (!more) break;
    if (line.too_long || document_->size() + line.text.size() > kMaxDocumentBytes) {
      return invalid(options_.path,
                     fmt::format("the JSON document is longer than {} bytes; write one object a "
                                 "line instead (jq -c)",
                                 kMaxDocumentBytes));
    }
    *document_ += line.text;
    *document_ += '\n';
  }
  document_->reserve(document_->size() + kLinePadding);
  return {};
}

Result<bool> CallStream::next(ImportedCall& call) {
  for (;;) {
    if (taken_ == batch_.size()) {
      SLUICE_TRY(const bool more, fill());
      if (!more) return false;
      continue;
    }
    ImportedCall& found = batch_[taken_++];
    if (FieldResult<void> timely = check_time(found.request.at); !timely) {
      if (auto noted = bad_row(timely.error()); !noted) {
        return tl::unexpected(std::move(noted).error());
      }
      continue;
    }
    last_at_ = found.request.at;
    if (!first_at_) first_at_ = last_at_;
    found.file = options_.file;
    found.request.line = line_;
    ++facts_.rows;
    std::swap(call, found);
    return true;
  }
}

// The next row that can be read, into batch_; false at the end.
Result<bool> CallStream::fill() {
  batch_.clear();
  taken_ = 0;
  Line line;
  for (;;) {
    if (document_) {
      if (std::exchange(document_read_, true)) return false;
      line = {.text = *document_, .number = 1};
    } else {
      SLUICE_TRY(const bool more, lines_.next(line));
      if (!more) return false;
      if (!line.too_long && ascii::is_blank(line.text)) continue;
      line_ = line.number;
    }
    batch_.clear();
    FieldResult<void> read = read_row(line);
    said_.add_all(batch_.said());
    if (!read) batch_.clear();
    facts_.not_calls += batch_.not_calls();
    for (const std::string& problem : batch_.problems()) {
      if (auto noted = bad_row(problem); !noted) return tl::unexpected(std::move(noted).error());
    }
    if (!read) {
      if (auto noted = bad_row(read.error()); !noted) {
        return tl::unexpected(std::move(noted).error());
      }
    }
    return true;
  }
}

FieldResult<void> CallStream::read_row(const Line& line) {
  if (line.too_long) {
    return tl::unexpected(
        fmt::format("the line is longer than {} bytes; expected one row a line", kMaxLineBytes));
  }
  if (FieldResult<void> text = check_encoding(line.text); !text) return text;
  return parser_->parse(line.text, batch_);
}

FieldResult<void> CallStream::check_time(Duration at) const {
  if (!first_at_) return {};
  if (is_date(at) != is_date(*first_at_)) {
    return tl::unexpected(std::string(
        "the row's time is not of the kind of the rows before it (a date, or since a zero of the "
        "log's own)"));
  }
  if (at - *first_at_ > kMaxTraceTime || *first_at_ - at > kMaxTraceTime) {
    return tl::unexpected(
        std::string("the row is more than a hundred years from the first; check its time"));
  }
  if (!format_.in_order || at >= last_at_) return {};
  return tl::unexpected(
      fmt::format("the row's time goes back by {} from the row before it; sort the file by time",
                  seconds_text(last_at_ - at)));
}

Result<void> CallStream::bad_row(std::string_view problem) {
  const Error error{.code = ErrorCode::kInvalidInput,
                    .where = document_ ? options_.path : place_of(options_.path, line_),
                    .message = without_content(problem)};
  return note_bad_row(facts_, error, options_.strict);
}

}  // namespace sluice::ingest
