#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/load_arguments.hpp"
#include "experiment/expectation.hpp"

namespace sluice::app {

// Says of every file whether it would run, all errors of all files at once.
Exit check(const std::vector<ScenarioArguments>& scenarios) {
  Exit exit = Exit::kOk;
  for (const ScenarioArguments& arguments : scenarios) {
    const auto loaded = load(arguments);
    if (!loaded) {
      exit = report(loaded.error());
      continue;
    }
    Errors errors;
    for (std::size_t i = 0; i < loaded->expectations.size(); ++i) {
      const auto parsed = parse_expectation(loaded->expectations[i]);
      if (parsed) continue;
      errors.push_back(parsed.error());
      errors.back().where = fmt::format("{}: /expect/{}", arguments.scenario, i);
    }
    if (!errors.empty()) {
      exit = report(errors);
      continue;
    }
    print(stdout, fmt::format("{}: ok ({} workloads, {} limits, digest {})\n", arguments.scenario,
                              loaded->plan.workloads.size(), loaded->plan.limits.limiters.size(),
                              loaded->digest.substr(0, 12)));
    for (const std::string& warning : loaded->warnings) {
      print(stdout, fmt::format("  warning: {}\n", warning));
    }
  }
  return exit;
}

}  // namespace sluice::app
