#include "importer/import_notes.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "importer/cache_history.hpp"
#include "importer/fit_check.hpp"
#include "importer/lanes.hpp"

namespace sluice::importer {
namespace {

using ingest::LogFormat;

// Files of these are named after sessions, and their folders after the user's.
bool has_private_names(LogFormat format) { return format == LogFormat::kClaudeCode; }

std::string source_text(const ingest::ImportFacts& facts) {
  constexpr std::size_t kNamed = 2;
  const std::size_t count = facts.files.size();
  const std::string kind(ingest::name(facts.format));
  if (has_private_names(facts.format) || count > kNamed || count == 0) {
    return fmt::format("{} file{} ({})", with_thousands(static_cast<std::int64_t>(count)),
                       count == 1 ? "" : "s", kind);
  }
  std::vector<std::string> names;
  for (const std::string& path : facts.files) {
    names.push_back(printable(std::filesystem::path(path).filename().string()));
  }
  return join(names) + " (" + kind + ")";
}

std::string difference_text(double difference) {
  return fmt::format("{:+.0f} %", difference * 100);
}

std::string place_text(const FitCheck& check) {
  const std::string tier = "in the " + check.tier + " tier";
  if (check.limits_factor == 1) return tier;
  return tier + fmt::format(" with limits x{:.3g}", check.limits_factor);
}

bool is_off(const std::optional<double>& difference) {
  return difference && std::fabs(*difference) > kFitTolerance;
}

// A trace is one outcome: single runs of the fit differ by as much.
std::string chance_text(const FitCheck& check) {
  const double away = std::fabs(check.rate_limited_fit - check.rate_limited_trace);
  if (away > check.rate_limited_scatter) return {};
  return fmt::format(", which chance explains: one run of the fit scatters by ± {:.1f} points",
                     100 * check.rate_limited_scatter);
}

}  // namespace

void add_assumptions(const Assumptions& assumed, ImportResult& result) {
  std::vector<std::string>& notes = result.notes;
  if (assumed.rows_split > 0) {
    notes.push_back(
        fmt::format("{} split into calls of {} prompt tokens, evenly over the time: a guess "
                    "(--request-tokens)",
                    counted(assumed.rows_split, "report row was", "report rows were"),
                    with_thousands(assumed.request_tokens)));
  }
  if (assumed.spread > Duration{}) {
    notes.push_back("timestamps come in steps: calls that share one are spread over " +
                    exact_text(assumed.spread));
  }
  if (result.failed_calls > 0) {
    notes.push_back(with_thousands(result.failed_calls) +
                    " calls failed and produced nothing: left out");
  }
  if (assumed.is_cut) {
    notes.push_back("the log is longer than 366 days: the scenario runs the first 366 of them");
  }
  const bool has_blocks_only =
      assumed.facts.format == LogFormat::kMooncake || assumed.facts.format == LogFormat::kCsv;
  const auto is_cached = [](const ImportedWorkload& one) {
    return one.tokens.prompt_tokens() > one.tokens.input_tokens;
  };
  if (assumed.calls_cut > 0) {
    notes.push_back(fmt::format(
        "{} calls have more than {} cached tokens: what is beyond is simulated as plain input",
        with_thousands(assumed.calls_cut), with_thousands(kBlocksMost * kBlockTokens)));
  }
  if (assumed.other_names > 0) {
    notes.push_back(fmt::format("{} calls are of models beyond the first {} names: \"{}\"",
                                with_thousands(assumed.other_names), kModelNamesMost,
                                kOtherModels));
  }
  if (has_blocks_only && assumed.has_blocks &&
      std::none_of(result.workloads.begin(), result.workloads.end(), is_cached)) {
    notes.push_back("prefixes that the log marks are cached for 5m, every block a breakpoint");
  }
}

std::vector<std::string> fit_notes(const std::vector<FitCheck>& checks,
                                   const std::vector<std::string>& losses) {
  std::vector<std::string> notes;
  for (const FitCheck& check : checks) {
    if (const auto refused = check.rate_limited_difference(); is_off(refused)) {
      notes.push_back("the 429 share of the fit is " + difference_text(*refused) + " off " +
                      place_text(check) + chance_text(check));
    }
    if (const auto cost = check.cost_difference(); is_off(cost)) {
      notes.push_back("the cost of the fit is " + difference_text(*cost) + " off " +
                      place_text(check));
    }
  }
  if (!notes.empty()) notes.insert(notes.end(), losses.begin(), losses.end());
  return notes;
}

std::vector<std::string> about_lines(const ImportResult& result, const ingest::ImportFacts& facts) {
  std::vector<std::string> lines;
  std::string first = fmt::format("Imported from {}: {} over {}", source_text(facts),
                                  counted(result.calls, "call"), short_text(result.span));
  if (!result.from.empty()) first += ", " + result.from + " to " + result.until;
  lines.push_back(first + ".");
  lines.push_back(result.fit
                      ? "workloads: one for each model, drawn from distributions that were fitted "
                        "to the log (sluice import --fit)."
                      : "workloads: one for each model, with the log's own times and sizes from "
                        "the trace beside this file.");
  for (const FittedPart& part : result.fit ? result.fit->parts : std::vector<FittedPart>{}) {
    lines.push_back(fmt::format("{}, {}: {}.", part.workload, part.what, part.chosen));
  }
  for (const std::string& note : result.notes) lines.push_back(note + ".");
  lines.push_back(
      "Token counts, times and models are the log's; nothing else of it is here. "
      "docs/import.md says how.");
  return lines;
}

}  // namespace sluice::importer
