// A trace in the project's own CSV format (docs/traces.md), written as calls come. It is there
// whole or not at all: until its file is put at its place it has a temporary name beside it, and
// goes away with this object.
//
//   SLUICE_TRY(auto trace, TraceFile::create("logs.sonnet-5.5.csv", {.blocks = true}));
//   trace->add(request, at, session); ... trace->flush(); trace->file().finish(), put();
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/staged_file.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::importer {

// Columns beside time, input and output; what a call has in the others is not written.
struct TraceColumns {
  bool thinking = false;
  bool max_tokens = false;
  bool session = false;
  bool prefix = false;
  bool blocks = false;
};

class TraceFile {
 public:
  static Result<std::unique_ptr<TraceFile>> create(std::string path, TraceColumns columns);
  // `at` and `session` are written instead of the request's own: since the import's zero, and a
  // number that tells nothing of the log's.
  Result<void> add(const ingest::TraceRequest& request, Duration at, std::int64_t session);
  // Everything is on disk under the temporary name: it can be read.
  Result<void> flush();
  // For all that becomes of it once everything has been flushed.
  StagedFile& file() noexcept { return *file_; }
  const std::string& path() const noexcept { return file_->path(); }
  const std::string& temporary() const noexcept { return file_->temporary(); }

 private:
  TraceFile(std::unique_ptr<StagedFile> file, TraceColumns columns);

  std::unique_ptr<StagedFile> file_;
  TraceColumns columns_;
  std::string buffer_;
};

}  // namespace sluice::importer
