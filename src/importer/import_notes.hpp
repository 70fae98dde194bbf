// What an import says in sentences: what was assumed of the log, where a fit is not its trace, and
// the comments of the scenario. Files are named without their folders, session logs not at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/import_source.hpp"
#include "results/import_result.hpp"

namespace sluice::importer {

struct Assumptions {
  const ingest::ImportFacts& facts;
  std::int64_t rows_split = 0;
  std::int64_t request_tokens = 0;
  Duration spread{};
  bool is_cut = false;           // longer than a scenario can be
  bool has_blocks = false;       // some call has a prefix or blocks
  std::int64_t calls_cut = 0;    // whose prefixes have too many blocks
  std::int64_t other_names = 0;  // calls of models that are not told apart
};
void add_assumptions(const Assumptions& assumed, ImportResult& result);

// One sentence for each check that is off by more than a tenth, and for each reason that there may
// be.
std::vector<std::string> fit_notes(const std::vector<FitCheck>& checks,
                                   const std::vector<std::string>& losses);

std::vector<std::string> about_lines(const ImportResult& result, const ingest::ImportFacts& facts);

}  // namespace sluice::importer
