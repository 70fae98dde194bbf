// The words and numbers of a plan's text: what metrics are called in a sentence, estimates with
// their intervals, and the sentence that is the verdict.
#pragma once

#include <optional>
#include <string>

#include "results/plan_result.hpp"

namespace sluice {

// "429s" for "attempts.rate_limited_share"; the path itself where there are no better words.
std::string words_of(const std::string& path);
// "at most 1 %".
std::string bound_text(const PlanDemand& demand);
// "95.8 % ± 0.2 %"; "-" for none.
std::string estimate_text(const std::optional<PlanNumber>& number, Unit unit);
// "741/min (738-744)"; times `scale`.
std::string range_text(const PlanNumber& number, double scale, Unit unit);
// The same of requests a minute; "12/h", "3/d" of few.
std::string rate_text(const PlanNumber& per_minute);
// "+34 % (31-37)" of a relative change.
std::string change_text(const PlanNumber& change);
std::string seconds_text(double seconds);
std::string dollars_text(double dollars);

// Without its first words ("FITS") and the final stop.
std::string verdict_sentence(const PlanResult& plan);
// "FITS", "DOES NOT FIT", ...
std::string verdict_words(const PlanResult& plan);

}  // namespace sluice
