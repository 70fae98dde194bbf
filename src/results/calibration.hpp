// What `sluice calibrate` found in attempt records: estimates with intervals, the evidence behind
// each, and what the data cannot tell, said as such. A value; report/ turns it into text and JSON,
// calibrate/ into a catalog overlay.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/limit_type.hpp"
#include "base/calendar.hpp"
#include "base/time.hpp"
#include "stats/intervals.hpp"

namespace sluice {

// One thing that was estimated.
struct Estimate {
  std::string what;   // "refill", "capacity", "burst", "charge mode", "ttft base", ...
  std::string of;     // the rate-limit group or the model
  std::string limit;  // the limit's type by the API's name; empty: it is of no limit
  std::string
      unit;  // of the interval: "tokens", "tokens a minute", "s"; empty: the value is a word
  stats::Interval interval{};  // 95 %; means nothing where it is not identifiable
  std::string word{};          // the value where it is a word ("streaming"); empty: it is a number
  bool is_identifiable = false;
  std::string reason{};    // why it is not identifiable; empty where it is
  std::string evidence{};  // what it rests on, with counts: "412 answers, 96 refusals"
};

// One limiter: a scope, a rate-limit group and a type.
struct LimiterCalibration {
  std::string workspace{};  // empty: the organization's
  std::string group;
  LimitType type = LimitType::kRequestsPerMinute;
  std::int64_t limit_said = 0;   // a minute, by the answers' headers; 0: no header said one
  std::int64_t answers = 0;      // whose headers showed this limiter
  std::int64_t refusals = 0;     // 429s that name it as their cause
  Estimate refill;               // tokens or requests a minute
  Estimate capacity;             // tokens or requests
  Estimate burst;                // capacity / refill, seconds
  bool is_contradicted = false;  // by records of another run: nothing of it is identifiable
};

struct CalibrationFacts {
  std::vector<std::string> files;
  std::int64_t records = 0;
  std::int64_t truncated = 0;  // last lines that ended early
  std::int64_t answered = 0;   // 2xx
  std::int64_t refused = 0;    // 429
  std::int64_t failed = 0;     // all others
  Duration span{};             // from the first send to the last end, of model time
  std::int64_t speed_permille = 1000;
  UnixTime first_at{};  // the calendar, wall time
  UnixTime last_at{};
  std::vector<std::string> models;
  std::vector<std::string> workspaces;
};

struct Calibration {
  CalibrationFacts facts;
  std::vector<LimiterCalibration> limits;
  std::vector<Estimate> charge_modes;  // of output, by group
  std::vector<Estimate> service;   // ttft base, prefill and cached speed, output speed, by model
  std::vector<Estimate> errors;    // shares by kind
  std::vector<Estimate> cache;     // readability delay
  std::vector<std::string> notes;  // what a reader should know of the whole
};

}  // namespace sluice
