// What `sluice selftest` leaves: one row for each closed form or identity that the program was held
// against, with the exact value, the simulated one, its standard error and the verdict. A value;
// the same for the same seed and effort, whatever the number of threads.
//
//   if (!report.passed()) for (const SelftestRow& row : report.rows) if (!row.verdict.pass) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "describe/value.hpp"
#include "stats/validation.hpp"

namespace sluice {

struct SelftestRow {
  std::string group;     // "token bucket, Poisson arrivals"
  std::string name;      // "429 share at 0.9/s, refill 1/s, capacity 10"
  bool is_exact = true;  // nothing about it is random: the values must be equal
  stats::Verdict verdict{};
  std::size_t replications = 1;  // that the verdict rests on
  // 2: the first look lay beyond the limit, and the verdict rests on fresh and more replications.
  std::size_t looks = 1;

  bool operator==(const SelftestRow&) const = default;
};

struct SelftestReport {
  std::uint64_t seed = 0;
  bool complete = true;  // false: stopped before the end; rows holds what had been finished
  std::vector<SelftestRow> rows;

  std::size_t failed() const noexcept;
  std::size_t random_rows() const noexcept;
  // Nothing passes that was stopped, or that checked nothing.
  bool passed() const noexcept { return complete && !rows.empty() && failed() == 0; }
  bool operator==(const SelftestReport&) const = default;
};

// In the layout of docs/selftest.schema.json. What is infinite or not a number is null.
describe::Value to_value(const SelftestReport& report);

}  // namespace sluice
