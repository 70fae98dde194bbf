#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/output_file.hpp"
#include "app/plan_command.hpp"
#include "base/text.hpp"
#include "scenario/load.hpp"

namespace sluice::app {
namespace {

// One line of what was typed or piped; none at its end.
std::optional<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return std::string{};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

Error ended_early() {
  return {.code = ErrorCode::kUsage,
          .where = "sluice init",
          .message = "the answers ended before the questions; nothing was written"};
}

// Asks until the answer can be used; a piped answer has one try.
Result<std::string> ask(std::size_t index, const scenario::Catalog& catalog, bool is_talk) {
  const scenario::DraftQuestion& question = scenario::draft_questions()[index];
  for (;;) {
    if (is_talk) {
      print(stderr, fmt::format("{} (as {}) [{}] ", question.question, question.example,
                                question.fallback));
    }
    std::optional<std::string> answer = read_line();
    if (!answer) return tl::unexpected(ended_early());
    if (answer->empty()) answer = std::string(question.fallback);
    const auto flaw = scenario::flaw_in_answer(index, *answer, catalog);
    if (!flaw) return std::move(*answer);
    if (!is_talk) return tl::unexpected(*flaw);
    print(stderr, fmt::format("  {}\n", flaw->message));
  }
}

// Questions that no option answers are asked; options alone, away from a terminal, leave the rest
// at their defaults.
Checked<scenario::DraftAnswers> all_answers(const InitArguments& arguments,
                                            const scenario::Catalog& catalog) {
  const bool is_talk = is_terminal(stdin);
  scenario::DraftAnswers answers = with_defaults(arguments.draft);
  if (!is_talk && any_given(arguments.draft)) return answers;
  if (is_talk) print(stderr, "Enter takes what stands in brackets; Ctrl-C ends without a file.\n");
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (arguments.draft[i]) continue;
    auto answer = ask(i, catalog, is_talk);
    if (!answer) return tl::unexpected(Errors{std::move(answer).error()});
    answers[i] = std::move(*answer);
  }
  return answers;
}

// Whether the file may be written: it is not there, or its end is agreed to.
Result<void> may_write(const InitArguments& arguments) {
  std::error_code ignored;
  if (arguments.force || !std::filesystem::exists(arguments.path, ignored)) {
    return check_writable(arguments.path);
  }
  if (is_terminal(stdin)) {
    print(stderr, fmt::format("{} is there already. Replace it? [no] ", arguments.path));
    const std::optional<std::string> answer = read_line();
    if (answer && (*answer == "y" || *answer == "yes")) return check_writable(arguments.path);
  }
  return tl::unexpected(Error{.code = ErrorCode::kUsage,
                              .where = arguments.path,
                              .message = "is there already; --force replaces it"});
}

}  // namespace

Exit init(const InitArguments& arguments) {
  if (const auto may = may_write(arguments); !may) return report(may.error());
  const auto catalog = scenario::load_catalog(arguments.catalog);
  if (!catalog) return report(catalog.error());
  const auto answers = all_answers(arguments, *catalog);
  if (!answers) return report(answers.error());
  const auto text = scenario::draft_scenario(*answers, *catalog);
  if (!text) return report(text.error());
  scenario::LoadOptions options;
  options.catalog_folder = arguments.catalog;
  const auto loaded = scenario::load_scenario_text(*text, arguments.path, options, *catalog);
  if (!loaded) return report(loaded.error());
  if (const auto written = write_file(arguments.path, *text); !written) {
    report(written.error());
    return Exit::kFailure;
  }
  for (const std::string& warning : loaded->warnings) {
    print(stderr, fmt::format("warning: {}\n", warning));
  }
  const bool printed = print(stdout, fmt::format("{0}: written. Next: sluice plan {0}, or sluice "
                                                 "simulate {0}\n",
                                                 arguments.path));
  return printed ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
