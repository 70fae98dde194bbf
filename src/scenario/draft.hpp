// A scenario from a few numbers: the questions that capacity planners ask, in their order, each
// with a default and a check of its answer, and the scenario that the answers make. `sluice init`
// asks them, `sluice plan` and `sluice init` take them as options of the same names.
//
//   DraftAnswers answers = default_answers();
//   answers[*draft_question_named("rate")] = "300/min";
//   Checked<std::string> text = draft_scenario(answers, catalog);
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "scenario/catalog.hpp"

namespace sluice::scenario {

struct DraftQuestion {
  std::string_view name;      // of the option, without dashes
  std::string_view question;  // as it is asked
  std::string_view fallback;  // what an empty answer means
  std::string_view example;   // of an answer, for messages and help
};

// In the order in which they are asked.
std::span<const DraftQuestion> draft_questions() noexcept;
std::optional<std::size_t> draft_question_named(std::string_view name) noexcept;

// By question; every answer is given.
using DraftAnswers = std::vector<std::string>;
DraftAnswers default_answers();

// What is wrong with an answer, if anything; in the error `where` is "--" and the question's name.
std::optional<Error> flaw_in_answer(std::size_t question, std::string_view answer,
                                    const Catalog& catalog);

// Strict JSON that load_scenario_text reads: its "about" says in words what each part means, since
// JSON has no comments. All flaws at once.
Checked<std::string> draft_scenario(const DraftAnswers& answers, const Catalog& catalog);

}  // namespace sluice::scenario
