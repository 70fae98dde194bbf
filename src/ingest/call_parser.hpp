// One row of somebody's log -> the calls that it tells of. What every line format gives to
// CallStream, which deals with files, encodings, order and bad rows. Parsers remember nothing of
// earlier rows, so that they can be fuzzed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/columns.hpp"
#include "ingest/fields.hpp"
#include "ingest/imported_call.hpp"

namespace sluice::ingest {

// What one row held. Its calls keep their capacity from row to row.
class CallBatch {
 public:
  void clear() noexcept {
    used_ = 0;
    not_calls_ = 0;
    problems_.clear();
    said_ = {};
  }
  ImportedCall& add() {
    if (used_ == calls_.size()) calls_.emplace_back();
    calls_[used_].clear();
    return calls_[used_++];
  }
  void drop_last() noexcept { --used_; }
  // Something that is well-formed and not a call to a model.
  void add_other() noexcept { ++not_calls_; }
  // One of several things in the row is malformed; the others stand.
  void reject(std::string problem) { problems_.push_back(std::move(problem)); }
  // The row has the column under the name that was said for it, be it of a good row or a bad one.
  void add_said(Column column) noexcept { static_cast<void>(said_.add(column)); }

  std::size_t size() const noexcept { return used_; }
  ImportedCall& operator[](std::size_t index) noexcept { return calls_[index]; }
  std::int64_t not_calls() const noexcept { return not_calls_; }
  const std::vector<std::string>& problems() const noexcept { return problems_; }
  ColumnSet said() const noexcept { return said_; }

 private:
  std::vector<ImportedCall> calls_;
  std::size_t used_ = 0;
  std::int64_t not_calls_ = 0;
  std::vector<std::string> problems_;
  ColumnSet said_;
};

class CallParser {
 public:
  CallParser() = default;
  CallParser(const CallParser&) = delete;
  CallParser& operator=(const CallParser&) = delete;
  virtual ~CallParser() = default;

  // `row` is UTF-8 without NUL bytes and followed by kLinePadding readable bytes; `batch` is empty.
  // An error is one sentence without file and line, and means that nothing of the row counts.
  virtual FieldResult<void> parse(std::string_view row, CallBatch& batch) = 0;
};

}  // namespace sluice::ingest
