// The agreement table for programs, in the layout of docs/agreement.schema.json, which
// agreement_schema() writes.
#pragma once

#include <cstdint>
#include <string>

#include "describe/value.hpp"
#include "results/agreement.hpp"
#include "results/run_facts.hpp"

namespace sluice {

// `facts` is the prediction's: scenario, seed and version are its.
std::string render_json(const Agreement& agreement, const RunFacts& facts,
                        std::int64_t speed_permille);

// JSON Schema (draft 2020-12) of render_json's output.
std::string agreement_schema();

// The rows alone, and the schema of one of them, for reports that have an agreement in them.
describe::Value agreement_rows(const Agreement& agreement);
describe::Value agreement_row_schema();

}  // namespace sluice
