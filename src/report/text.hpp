// The report for people. First screen, in this order: does it fit and which limit binds when; what
// got through; what it costs; how it felt; how full every limit was; then the run's identity. Plain
// when pasted: colours and charts only on request.
#pragma once

#include <string>

#include "results/run_result.hpp"

namespace sluice {

struct TextStyle {
  bool colour = false;
  int width = 96;       // of a line; names longer than that stay whole
  bool charts = false;  // sparklines and bars of Unicode's block characters
};

std::string render_text(const RunResult& result, TextStyle style);

}  // namespace sluice
