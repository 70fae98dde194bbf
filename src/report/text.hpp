// The report for people. First screen, in this order: does it fit and which limit binds when; what
// got through; what it costs; how it felt; how full every limit was; then the run's identity. Plain
// when pasted: colours and charts only on request.
#pragma once

#include <string>

#include "report/text_style.hpp"
#include "results/run_result.hpp"

namespace sluice {

std::string render_text(const RunResult& result, TextStyle style);

}  // namespace sluice
