// What the command line's files share: options that several commands have, and the commands that
// have a file of their own. Each add_...() adds one subcommand, whose callback sets `chosen` to
// what is to be run. CLI11 stays within these files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/calibrate_command.hpp"
#include "app/catalog_command.hpp"
#include "app/commands.hpp"
#include "app/compare_command.hpp"
#include "app/import_command.hpp"
#include "app/limits_command.hpp"
#include "app/plan_command.hpp"
#include "app/report_command.hpp"
#include "app/runs_command.hpp"
#include "app/sweep_command.hpp"
#include "app/tune_command.hpp"
#include "app/ui_command.hpp"
#include "app/usage_command.hpp"

namespace sluice::app {

using Chosen = std::function<Exit()>;

CLI::Validator whole_number();
// --catalog and --overlay.
void add_bases(CLI::App& app, std::optional<std::string>& catalog,
               std::vector<std::string>& overlays);
// The same, and --set.
void add_overrides(CLI::App& app, ScenarioArguments& arguments);
// The same as add_overrides(), and the scenario's file.
void add_scenario(CLI::App& app, ScenarioArguments& arguments);

// --save and --db (cli_runs.cpp).
void add_save(CLI::App& app, SaveArguments& arguments);

void add_calibrate(CLI::App& app, CalibrateArguments& arguments, Chosen& chosen);  // cli_calibrate
void add_catalog(CLI::App& app, AllCatalogArguments& arguments, Chosen& chosen);  // cli_catalog.cpp
void add_plan(CLI::App& app, PlanArguments& arguments, Chosen& chosen);           // cli_plan.cpp
void add_init(CLI::App& app, InitArguments& arguments, Chosen& chosen);           // cli_plan.cpp
void add_import(CLI::App& app, ImportArguments& arguments, Chosen& chosen);       // cli_import.cpp
void add_tune(CLI::App& app, TuneArguments& arguments, Chosen& chosen);           // cli_tune.cpp
void add_compare(CLI::App& app, CompareArguments& arguments, Chosen& chosen);     // cli_compare.cpp
void add_sweep(CLI::App& app, SweepArguments& arguments, Chosen& chosen);         // cli_sweep.cpp
void add_schema(CLI::App& app, SchemaArguments& arguments, Chosen& chosen);       // cli_schema.cpp
void add_policies(CLI::App& app, Chosen& chosen);                                // cli_policies.cpp
void add_ui(CLI::App& app, UiArguments& arguments, Chosen& chosen);              // cli_ui.cpp
void add_limits(CLI::App& app, LimitsPullArguments& arguments, Chosen& chosen);  // cli_limits.cpp
void add_usage(CLI::App& app, UsagePullArguments& arguments, Chosen& chosen);    // cli_limits.cpp
void add_report_command(CLI::App& app, ShowArguments& arguments, Chosen& chosen);  // cli_report.cpp
void add_runs(CLI::App& app, AllRunsArguments& arguments, Chosen& chosen);         // cli_runs.cpp

}  // namespace sluice::app
