#include "app/commands.hpp"
#include "app/progress.hpp"
#include "describe/json.hpp"
#include "experiment/selftest.hpp"

namespace sluice::app {

Exit selftest(const SelftestArguments& arguments) {
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
