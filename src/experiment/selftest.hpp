// `sluice selftest`: runs the validation table through the real engine and the real policy types
// and judges every row by three standard errors, or by equality where nothing is random. The result
// depends on seed and effort alone, not on the number of threads. Of a hundred true rows one lies
// beyond three standard errors every few runs; such a row is looked at again with fresh draws and
// four times as many replications and judged by those alone, which clears chance and convicts the
// more where theory and program do disagree. Exact rows have one look.
//
//   SelftestReport report = run_selftest({.threads = 2}, [](const SelftestProgress&) { return true;
//   }); out << render(report, is_terminal);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "experiment/validation_check.hpp"
#include "results/selftest_report.hpp"

namespace sluice {

struct SelftestOptions {
  std::size_t threads = 1;
  std::string rows{};  // only those whose "group: name" contains this; empty: all
  std::uint64_t seed = 1;
  std::int64_t effort_permille = 1000;  // of the time measured; at least 1
};

struct SelftestProgress {
  std::size_t done = 0;  // replications
  std::size_t of = 0;
};
// Called now and then, by one thread at a time; false stops the test.
using SelftestMonitor = std::function<bool(const SelftestProgress&)>;

SelftestReport run_selftest(const SelftestOptions& options, const SelftestMonitor& monitor);
// The same for a table of the caller's.
SelftestReport run_checks(const ValidationChecks& checks, const SelftestOptions& options,
                          const SelftestMonitor& monitor);

// A table for people, one block per group, and a last line with the verdict.
std::string render(const SelftestReport& report, bool colour);

}  // namespace sluice
