// The Markdown of what is found by many runs: plan, tune, compare, sweep and verify; an internal
// header of markdown.cpp and markdown_studies.cpp. Each takes the JSON of its own format.
#pragma once

#include "describe/value.hpp"
#include "report/markdown_page.hpp"

namespace sluice {

void plan_page(const describe::Value& plan, MarkdownPage& page);
void tune_page(const describe::Value& tune, MarkdownPage& page);
void comparison_page(const describe::Value& comparison, MarkdownPage& page);
void sweep_page(const describe::Value& sweep, MarkdownPage& page);
void agreement_page(const describe::Value& agreement, MarkdownPage& page);

// What was run, folded away: as far as `result` has it at its top.
void identity_fold(const describe::Value& result, MarkdownPage& page);

}  // namespace sluice
