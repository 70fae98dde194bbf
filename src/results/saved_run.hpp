// A result as the history keeps it: who made it and of what, and its numbers as rows. The same for
// every command, so that runs are listed, compared and followed over time without reading reports.
//
//   SavedRun run = saved_run(result);  // id, time, version and digest are the keeper's to fill in
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "describe/value.hpp"
#include "results/metric.hpp"

namespace sluice {

struct RunFacts;
struct RunResult;

struct SavedRun {
  std::int64_t id = 0;   // from 1, never given twice
  UnixTime saved_at;     // of the wall clock
  std::string kind;      // the command: "simulate", "replay", "plan", ...
  std::string scenario;  // its name
  std::string scenario_digest;
  std::string catalog_date;
  std::string catalog_digest;     // empty where the result does not say
  std::string tier;               // likewise
  std::string seed;               // likewise; decimal, 64 bits
  std::string version;            // of sluice, with its commit
  std::int64_t replications = 0;  // 0: not that kind of result
  bool is_partial = false;        // stopped before its end
  std::string verdict;            // as the result's JSON has it
  std::string digest;             // sha256 of the JSON, hex

  // Results of one form: both are runs, or both come from the same command.
  bool is_comparable_to(const SavedRun& other) const noexcept;
  bool is_run() const noexcept { return kind == "simulate" || kind == "replay"; }
  bool operator==(const SavedRun&) const = default;
};

// What differs between runs of two scenario digests: "scenario"; or "scenario or seed" where the
// seeds differ or are not known, since the seed is part of what the digest is made of.
std::string_view what_differs(const SavedRun& one, const SavedRun& other) noexcept;

struct SavedMetric {
  std::string path;
  std::optional<Unit> unit;  // none: a number of a report other than a run's
  double value = 0;          // in the metric's unit
  std::optional<MetricInterval> interval;
  // Of what replications the interval is the Student t interval; 0: it is another kind, or none.
  std::int64_t mean_of = 0;

  bool operator==(const SavedMetric& other) const noexcept;
};

// The two forms in which a result is kept.
struct SavedDocument {
  std::string json;
  std::string text;  // the report as it was printed, without colours

  bool operator==(const SavedDocument&) const = default;
};

// "requests", "seconds", ...: the inverse of name().
std::optional<Unit> unit_named(std::string_view name) noexcept;

// What the facts say of it: of what, when and with which seed.
SavedRun run_of(const RunFacts& facts, std::string kind);
SavedRun saved_run(const RunResult& result);
// In the order of the report.
std::vector<SavedMetric> saved_metrics(const RunResult& result);
// The numbers of any other report, by where they stand in its JSON: {"value", "low", "high"} is one
// number with its interval, and an item of a list goes by its name where it has one ("a#2": the
// second of that name). The scenario is none of it.
std::vector<SavedMetric> saved_metrics(const describe::Value& report);

}  // namespace sluice
