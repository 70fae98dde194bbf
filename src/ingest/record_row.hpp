// One line of --records -> one RecordRow, with simdjson. Pure; the line must be followed by
// kLinePadding readable bytes (line_reader.hpp gives such lines). A problem is one sentence without
// file and line.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "ingest/record_log.hpp"

namespace sluice::ingest {

struct RecordProblem {
  std::string message;
  bool is_no_json = false;  // as the last line of a run that was killed
};

class RecordRowParser {
 public:
  RecordRowParser();
  RecordRowParser(RecordRowParser&&) noexcept;
  RecordRowParser& operator=(RecordRowParser&&) noexcept;
  ~RecordRowParser();
  // Every member but `line` is written, texts into the memory that they have.
  tl::expected<void, RecordProblem> parse(std::string_view line, RecordRow& row);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;  // keeps simdjson out of this header
};

}  // namespace sluice::ingest
