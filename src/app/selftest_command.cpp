#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/measure_machine.hpp"
#include "app/progress.hpp"
#include "describe/json.hpp"
#include "experiment/selftest.hpp"

namespace sluice::app {
namespace {

Exit test_machine(const SelftestArguments& arguments) {
  Monitor monitor;
  std::optional<Result<MachineFacts>> facts;
  {
    const ProgressLine line(monitor, "selftest --machine");
    facts = measure_machine([&monitor](std::int64_t ppm) { monitor.done_ppm = ppm; });
  }
  if (!*facts) {
    if (facts->error().code == ErrorCode::kInterrupted) return Exit::kInterrupted;
    report(facts->error());
    return Exit::kFailure;
  }
  const bool is_json = arguments.format == "json";
  std::string text = is_json ? machine_json(**facts) : machine_text(**facts);
  // A cache that cannot be written is a pity, not an error: the next run measures or guesses.
  const auto kept = keep_machine_facts(**facts);
  if (!kept) print(stderr, "not kept for later runs: " + kept.error().text() + "\n");
  return print(stdout, text) ? Exit::kOk : Exit::kFailure;
}

}  // namespace

Exit selftest(const SelftestArguments& arguments) {
  if (arguments.machine) return test_machine(arguments);
  SelftestOptions options;
  options.threads = static_cast<std::size_t>(arguments.threads);
  options.rows = arguments.rows;
  options.seed = arguments.seed;
  Monitor monitor;
  SelftestReport outcome;
  {
    const ProgressLine line(monitor, "selftest");
    outcome = run_selftest(options, [&](const SelftestProgress& progress) {
      monitor.done_ppm = static_cast<std::int64_t>(progress.done * 1'000'000 / progress.of);
      return !monitor.stop;
    });
  }
  if (outcome.rows.empty() && outcome.complete) {
    return report(
        Error{.where = "--rows", .message = "no row's name contains \"" + arguments.rows + "\""});
  }
  const std::string text = arguments.format == "json" ? describe::to_json(to_value(outcome), 2)
                                                      : render(outcome, wants_colour(stdout));
  if (!print(stdout, text)) return Exit::kFailure;
  if (was_interrupted()) return Exit::kInterrupted;
  return outcome.passed() ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
