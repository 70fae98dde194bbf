// `sluice runs`: what --save has kept. Lists it, shows one again, holds two against each other,
// follows a scenario over time, takes runs away.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/terminal.hpp"

namespace sluice::app {

struct RunsArguments {
  std::string database;  // --db; empty: where history_path says
  std::string format = "text";
  std::vector<std::string> outputs;  // FORMAT=PATH: of show, diff and trend
};

struct RunsListArguments {
  RunsArguments runs;
  std::string scenario;
  std::string kind;
  std::int64_t limit = 20;  // 0: all
};
Exit list_runs(const RunsListArguments& arguments);

struct RunsShowArguments {
  RunsArguments runs;
  std::int64_t id = 0;
};
Exit show_run(const RunsShowArguments& arguments);

struct RunsDiffArguments {
  RunsArguments runs;
  std::int64_t first = 0;
  std::int64_t second = 0;
  bool all = false;  // of the text: what is equal too
};
Exit compare_runs(const RunsDiffArguments& arguments);

struct RunsTrendArguments {
  RunsArguments runs;
  std::string scenario;
  std::string kind;
  std::vector<std::string> metrics;  // empty: a handful
  std::int64_t limit = 50;           // 0: all
};
Exit follow_runs(const RunsTrendArguments& arguments);

struct RunsRemoveArguments {
  RunsArguments runs;
  std::vector<std::int64_t> ids;
  bool yes = false;  // do not ask
};
Exit remove_runs(const RunsRemoveArguments& arguments);

struct AllRunsArguments {
  RunsListArguments list;
  RunsShowArguments show;
  RunsDiffArguments diff;
  RunsTrendArguments trend;
  RunsRemoveArguments remove;
};

}  // namespace sluice::app
