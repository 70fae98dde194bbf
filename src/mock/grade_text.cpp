#include "mock/grade_text.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "mock/printed_text.hpp"
#include "report/text_table.hpp"

namespace sluice::mock {
namespace {

// A label at the left edge, the text beside it.
void append_entry(std::string& out, std::string_view label, std::string_view text) {
  constexpr std::size_t kIndent = 9;
  out += fmt::format("{:<{}}{}\n", label, kIndent, wrapped(text, kPrintedWidth, kIndent));
}

const RuleText* rule_named(std::string_view id) {
  for (const RuleText& rule : rule_texts()) {
    if (rule.id == id) return &rule;
  }
  return nullptr;
}

void append_finding(std::string& out, const Finding& finding) {
  std::string what = finding.rule + ": " + finding.text;
  if (finding.first_sequence > 0) {
    what += fmt::format(" (the first: call {} of the journal)", finding.first_sequence);
  }
  append_entry(out, finding.is_failure ? "FAILED" : "advice", what + ".");
  const RuleText* rule = rule_named(finding.rule);
  if (rule == nullptr) return;
  append_entry(out, "", rule->hurts);
  append_entry(out, "", rule->remedy);
}

std::string rules_without_finding(const Verdict& verdict) {
  std::vector<std::string> clean;
  for (const RuleText& rule : rule_texts()) {
    const auto is_it = [&](const Finding& finding) { return finding.rule == rule.id; };
    const bool found = std::any_of(verdict.findings.begin(), verdict.findings.end(), is_it);
    if (!found) clean.emplace_back(rule.id);
  }
  return join(clean);
}

void append_doubts(std::string& out, const Verdict& verdict) {
  if (verdict.waiting > 0) {
    append_entry(out, "open",
                 count_text(verdict.waiting) +
                     (verdict.is_final ? " failed so late that a retry was not yet due: "
                                       : " failed and may yet be retried: ") +
                     (verdict.waiting == 1 ? "it counts neither way." : "they count neither way."));
  }
  std::vector<std::string> doubts;
  if (verdict.alike > 0)
    doubts.push_back(count_text(verdict.alike) + " of equal content at one time");
  if (verdict.unidentified > 0) {
    doubts.push_back(count_text(verdict.unidentified) +
                     (verdict.unidentified == 1 ? " attempt" : " attempts") + " without content");
  }
  if (doubts.empty()) return;
  append_entry(out, "unclear",
               join(doubts, " and ") +
                   " could not be told apart and were not judged: name "
                   "requests by a sluice-request header.");
}

}  // namespace

std::string grade_text(const Verdict& verdict) {
  if (verdict.attempts == 0) return "Grade: nothing to judge, no request has come.\n";
  std::string out =
      fmt::format("Grade: {}. {} {} in {} {}, {} of them refused.\n",
                  verdict.passed ? "passed" : "FAILED", count_text(verdict.requests),
                  verdict.requests == 1 ? "request" : "requests", count_text(verdict.attempts),
                  verdict.attempts == 1 ? "attempt" : "attempts", count_text(verdict.refused));
  for (const Finding& finding : verdict.findings) append_finding(out, finding);
  const std::string clean = rules_without_finding(verdict);
  if (!clean.empty()) append_entry(out, "clean", clean);
  append_doubts(out, verdict);
  return out;
}

}  // namespace sluice::mock
