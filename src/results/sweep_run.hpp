// One finished run of a sweep as a line of JSON, and the line before all of them that says of what
// sweep they are. What is written reads back as the same numbers.
//
//   {"cell":"5f0c...","replication":3,"values":[0.25,null]}
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/sweep_result.hpp"

namespace sluice {

// All that a run depends on besides its cell and its number.
struct SweepIdentity {
  std::string version;   // of the program, with its commit
  std::string scenario;  // digest, nothing varied
  std::string catalog;   // digest
  std::string traces;    // digest of the contents of all traces; empty without any
  std::vector<std::string> metrics;

  bool operator==(const SweepIdentity&) const = default;
};

struct SweepRun {
  std::string cell;  // digest of its scenario
  std::int64_t replication;
  SweepValues values;  // in the order of the metrics
};

// Lines with their newline.
std::string sweep_header_line(const SweepIdentity& identity);
std::string sweep_run_line(const std::string& cell, std::int64_t replication,
                           const SweepValues& values);

// A line without its newline; none if it is not a run of so many metrics.
std::optional<SweepRun> parse_sweep_run(std::string_view line, std::size_t metrics);

// Why runs below this first line are not of that sweep, as the end of a sentence that begins with
// the file.
std::string sweep_header_difference(std::string_view line, const SweepIdentity& identity);

}  // namespace sluice
