// One JSON line per attempt, written as the run goes (docs/records.schema.json): what was planned,
// sent and answered, in model time and on the calendar, with every rate-limit header. No prompt, no
// answer text, no secret. Lines are complete: a run that is killed leaves whole ones.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/calendar.hpp"
#include "base/error.hpp"
#include "live/attempt_facts.hpp"
#include "policy/run_plan.hpp"

namespace sluice::live {

// The calendar of a record's instants: what the calendar read when model time began.
struct RecordClock {
  UnixTime started_at;                 // wall
  std::int64_t origin = 0;             // net::steady_now() then
  std::int64_t speed_permille = 1000;  // model time over wall time
};

// The line of one attempt, its line feed included.
void append_record(std::string& out, const AttemptFacts& facts, const RunPlan& plan,
                   const RecordClock& clock);
std::string record_schema_json();  // docs/records.schema.json

class RecordWriter {
 public:
  // Replaces the file; "-" is standard output.
  static Result<std::unique_ptr<RecordWriter>> open(const std::string& path, const RunPlan& plan,
                                                    RecordClock clock);
  struct Parts;
  explicit RecordWriter(std::unique_ptr<Parts> parts);
  ~RecordWriter();  // flushes
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  // Into memory; written out when there is enough of it.
  void write(const AttemptFacts& facts);
  void flush();  // called once a second and at the end
  // The disk is full, the reader has gone: what was written stays, the run goes on, the report says
  // so.
  const std::optional<Error>& failure() const noexcept;

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::live
