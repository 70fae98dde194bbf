#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/load_arguments.hpp"
#include "base/text.hpp"

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
    const auto expectations =
        parse_expectations(loaded->expectations, arguments.scenario + ": /expect", *loaded);
    if (!expectations) {
      exit = report(expectations.error());
      continue;
    }
    print(stdout, fmt::format("{}: ok ({}, {}, digest {})\n", arguments.scenario,
                              counted(loaded->plan.workloads.size(), "workload"),
                              counted(loaded->plan.limits.limiters.size(), "limit"),
                              loaded->digest.substr(0, 12)));
    for (const std::string& warning : loaded->warnings) {
      print(stdout, fmt::format("  warning: {}\n", warning));
    }
    for (const std::string& note : loaded->notes) print(stdout, fmt::format("  note: {}\n", note));
  }
  return exit;
}

}  // namespace sluice::app
