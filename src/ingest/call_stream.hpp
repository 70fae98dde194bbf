// The calls of one file, row by row: skips what is blank, refuses what is not text, too long or out
// of order, counts bad rows or stops at the first. Memory does not grow with the file, but for one
// that is a single JSON document over many lines, which is held whole up to kMaxDocumentBytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ingest/call_parser.hpp"
#include "ingest/column_names.hpp"
#include "ingest/columns.hpp"
#include "ingest/import_source.hpp"
#include "ingest/line_reader.hpp"

namespace sluice::ingest {

inline constexpr std::size_t kMaxDocumentBytes = 64'000'000;

// How the files of one format are read.
struct CallFormat {
  using MakeParser =
      std::function<FieldResult<std::unique_ptr<CallParser>>(std::string_view first_line)>;

  LogFormat format = LogFormat::kDetect;
  std::vector<std::string_view> endings{};  // of its files in a folder
  bool in_order = false;     // its files are; a row that goes back in time is a bad one
  bool has_header = false;   // the first line is no row
  bool is_document = false;  // a file may be one JSON document over many lines
  NamedColumns said{};       // each of these is in some row
  MakeParser parser{};
};

class CallStream {
 public:
  struct Options {
    std::string path;        // names the input in messages
    std::uint32_t file = 0;  // ImportedCall::file
    bool strict = false;     // the first bad row is an error
  };
  // `format` and `facts`, where rows are counted, outlive the stream.
  static Result<std::unique_ptr<CallStream>> open(const CallFormat& format, const Options& options,
                                                  ImportFacts& facts);
  static Result<std::unique_ptr<CallStream>> over(LineReader lines, const CallFormat& format,
                                                  const Options& options, ImportFacts& facts);

  Result<bool> next(ImportedCall& call);  // false at the end of the file
  // Which columns rows so far had under the names that were said for them.
  ColumnSet said() const noexcept { return said_; }

 private:
  CallStream(LineReader lines, const CallFormat& format, const Options& options,
             ImportFacts& facts);
  Result<void> begin();
  Result<void> begin_document();
  Result<bool> fill();
  FieldResult<void> read_row(const Line& line);
  FieldResult<void> check_time(Duration at) const;
  Result<void> bad_row(std::string_view problem);

  LineReader lines_;
  const CallFormat& format_;
  Options options_;
  ImportFacts& facts_;
  std::unique_ptr<CallParser> parser_;
  std::optional<std::string> document_;  // with kLinePadding bytes of capacity behind it
  bool document_read_ = false;
  CallBatch batch_;
  ColumnSet said_;
  std::size_t taken_ = 0;  // of batch_
  std::int64_t line_ = 0;
  std::optional<Duration> first_at_;
  Duration last_at_{};
};

}  // namespace sluice::ingest
