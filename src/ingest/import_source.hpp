// Logs of others as a stream of calls. open_import() finds the format and opens files or whole
// folders of them; a row that cannot be read is left out, counted, and shown with its file and
// line.
//
//   SLUICE_TRY(auto source, open_import({.paths = {"logs/"}}));
//   ImportedCall call;
//   for (;;) { SLUICE_TRY(bool more, source->next(call)); if (!more) break; use(call); }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "ingest/imported_call.hpp"
#include "ingest/left_aside.hpp"

namespace sluice::ingest {

enum class LogFormat {
  kDetect,
  kAzure,
  kBurstGpt,
  kMooncake,
  kServeGen,
  kClaudeCode,
  kLiteLlm,
  kOpenTelemetry,
  kUsageReport,
  kRecords,
  kCsv,
  kJsonl,
};
// "azure", "burstgpt", "mooncake", "servegen", "claude-code", "litellm", "otel", "usage-report",
// "records", "csv", "jsonl"; kDetect is "detect".
std::string_view name(LogFormat format) noexcept;
std::optional<LogFormat> log_format_named(std::string_view name) noexcept;
std::vector<std::string> log_format_names();  // without kDetect's

struct ImportOptions {
  LogFormat format = LogFormat::kDetect;
  std::vector<std::string> paths{};  // files, or folders whose files of the format are read
  bool strict = false;               // the first bad row is an error
  // Of a CSV or JSON lines with names of its own: (ours, theirs), ours as in docs/traces.md.
  std::vector<std::pair<std::string, std::string>> columns{};
  std::uint64_t seed = 1;  // of what a log leaves open (ServeGen's arrivals)
  // Of ServeGen: the part of its weeks that is wanted, from the start of its windows.
  Duration window_start{};
  std::optional<Duration> window_length{};
};

struct ImportFacts {
  LogFormat format = LogFormat::kDetect;
  std::vector<std::string> files;  // that were read
  std::int64_t rows = 0;           // good ones
  std::int64_t bad_rows = 0;
  Errors bad_row_examples;      // the first ten
  std::int64_t duplicates = 0;  // left out: the same call, seen before
  std::int64_t not_calls = 0;   // rows that are something else, as the format has them
  LeftAside left_aside;         // files that were not read
  bool has_dates = false;       // `at` is since 1970-01-01 UTC
  bool in_order = false;        // calls come in the order of time
};

class ImportSource {
 public:
  virtual ~ImportSource() = default;
  // False at the end. An error is final.
  virtual Result<bool> next(ImportedCall& call) = 0;
  virtual const ImportFacts& facts() const noexcept = 0;
};

// An error also where a path is missing, nothing in it is of the format, or more rows are bad than
// good (known only at the end, from next()).
Result<std::unique_ptr<ImportSource>> open_import(const ImportOptions& options);

}  // namespace sluice::ingest
