// A probe's plan for a terminal and for programs (docs/probe.schema.json): what each part tells and
// costs, before it is sent.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/probe_plan.hpp"

namespace sluice {

// `written`: where the scenario went; empty: nowhere.
std::string render_text(const ProbePlan& plan, const std::string& written, TextStyle style);
std::string render_json(const ProbePlan& plan, const std::string& written);
std::string probe_schema();

}  // namespace sluice
