// Sentences of a comparison that its text and its JSON share: the verdict, what it hangs on, why a
// mix was found or not, on which side of a break-even point a prefix is.
#pragma once

#include <string>

#include "results/compare_result.hpp"

namespace sluice {

std::string verdict_of(const ModelComparison& comparison);
std::string sensitivity_of(const ModelComparison& comparison);
std::string words_of(const ComparedRequirement& requirement);  // "success share at least 99.9 %"
std::string words_of(const MissedRequirement& missed, const ModelComparison& comparison);
std::string words_of(const MixAdvice& advice, const ModelComparison& comparison);
std::string words_of(const PrefixSide& side);
// What all of it rests on, sentence by sentence.
std::vector<std::string> assumptions_of(const ModelComparison& comparison);
// Of a thousand: costs a request are small.
std::string per_thousand_text(double dollars);

}  // namespace sluice
