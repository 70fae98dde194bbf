// A trace in the project's own CSV format (docs/traces.md), written as calls come. It is there
// whole or not at all: until commit() it has a temporary name beside its place, and goes away with
// this object.
//
//   SLUICE_TRY(auto trace, TraceFile::create("logs.sonnet-5.5.csv", {.blocks = true}));
//   SLUICE_TRY_VOID(trace->add(request, at)); ... trace->commit();
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/error.hpp"
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
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  // `at` and `session` are written instead of the request's own: since the import's zero, and a
  // number that tells nothing of the log's.
  Result<void> add(const ingest::TraceRequest& request, Duration at, std::int64_t session);
  // Everything is on disk under the temporary name: it can be read.
  Result<void> flush();
  // Where commit() will put it.
  void move_to(std::string path) noexcept { path_ = std::move(path); }
  Result<void> commit();
  // Takes a committed file away again.
  void withdraw() noexcept;

  const std::string& path() const noexcept { return path_; }
  const std::string& temporary() const noexcept { return temporary_; }

 private:
  TraceFile(std::string path, std::string temporary, int file, TraceColumns columns);

  std::string path_;
  std::string temporary_;
  int file_;
  TraceColumns columns_;
  std::string buffer_;
  bool is_committed_ = false;
};

}  // namespace sluice::importer
