// Lines of --records of a load run (docs/records.schema.json), read without its scenario: names
// stay text. For whoever wants to learn from them, and as a source of calls for an import. Streams;
// a line that is not as it was written is an error with file and line, for the format is our own.
//
//   SLUICE_TRY(RecordLog log, RecordLog::open("run.jsonl"));
//   RecordRow row;
//   for (;;) { SLUICE_TRY(bool more, log.next(row)); if (!more) break; use(row); }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/cost.hpp"
#include "api/outcome.hpp"
#include "api/usage.hpp"
#include "base/calendar.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/import_source.hpp"

namespace sluice::ingest {

// What the headers said of one limit.
struct RecordedLimit {
  std::int64_t limit = 0;      // a minute
  std::int64_t remaining = 0;  // tokens to the nearest thousand
  UnixTime reset{};  // when it would be full again, in whole seconds of the server's clock
  bool operator==(const RecordedLimit&) const = default;
};

struct RecordedLimits {
  std::optional<RecordedLimit> requests;
  std::optional<RecordedLimit> tokens;
  std::optional<RecordedLimit> input_tokens;
  std::optional<RecordedLimit> output_tokens;
  std::optional<RecordedLimit> fast_input_tokens;
  std::optional<RecordedLimit> fast_output_tokens;
  bool operator==(const RecordedLimits&) const = default;
};

// One attempt. Durations are model time since the start of the run, which passes `speed_permille` /
// 1000 times as fast as the calendar; `sent_at` and `ended_at` are the load generator's calendar,
// `date` and the limits' `reset` the server's. Texts are empty where the record has null.
struct RecordRow {
  std::int64_t line = 0;  // in the file, from 1
  std::string workload;
  std::uint64_t session = 0;
  std::int64_t turn = 0;     // of the session, from 0
  std::int64_t attempt = 1;  // of the request, from 1
  std::string model;
  std::string key;
  std::string workspace;
  std::int64_t speed_permille = 1000;
  Duration planned{};
  Duration due{};
  std::optional<Duration> sent;  // empty: it never left
  std::optional<Duration> first_token;
  std::optional<Duration> first_answer;
  Duration ended{};
  std::optional<UnixTime> sent_at;
  UnixTime ended_at{};
  bool stream = false;
  std::int64_t planned_prompt_tokens = 0;
  std::int64_t planned_output_tokens = 0;  // thinking included
  std::int64_t max_tokens = 0;
  std::optional<int> status;  // empty: there was no answer
  ErrorKind outcome = ErrorKind::kNone;
  std::optional<LimitCause> cause;
  std::string error_type;
  std::string error_code;
  std::string error_message;
  std::string transport;
  bool reused_connection = false;
  std::string request_id;
  std::optional<UnixTime> date;
  std::optional<Duration> retry_after;  // as the answer asked, of the server's clock
  std::optional<bool> should_retry;
  RecordedLimits rate_limits;
  Usage usage;
  std::int64_t thinking_tokens = 0;  // of the output; 0 where the server does not say
  std::string stop_reason;
  bool priced = false;
  std::optional<CostBreakdown> cost;  // empty: nothing was billed
  std::optional<Money> saved_by_cache;

  bool ok() const noexcept { return outcome == ErrorKind::kNone; }
  bool was_billed() const noexcept { return cost.has_value(); }
};

class RecordLog {
 public:
  static Result<RecordLog> open(const std::string& path);  // a file or a pipe
  // `text` outlives the log; `name` stands for the file in errors.
  static RecordLog over(std::string_view text, std::string name);
  RecordLog(RecordLog&&) noexcept;
  RecordLog& operator=(RecordLog&&) noexcept;
  ~RecordLog();

  // False at the end. A member that is missing or of another kind is an error; one that is not
  // known is passed over, so that records of a later version can be read.
  Result<bool> next(RecordRow& row);
  // 1 where the last line is not whole, as a run that was killed leaves it; it was left out.
  std::int64_t truncated_lines() const noexcept;

 private:
  struct State;
  explicit RecordLog(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;  // keeps simdjson out of this header
};

// The attempts that were billed, as calls with dates (ImportedCall::usage is what was billed, `at`
// when the attempt was due on the calendar of the run's start, in model time). In the order of
// their ends, so facts().in_order is false. A line that cannot be read is a bad row.
Result<std::unique_ptr<ImportSource>> open_records(const ImportOptions& options);

}  // namespace sluice::ingest
