// Loading a scenario: a file or a text, overrides and a catalog become a RunPlan with everything
// that a report wants to know about it. All errors come at once, each with file, line and what
// would be right; nothing is repaired silently.
//
//   auto scenario = load_scenario("scenarios/quickstart.json", {.overrides = {"/seed=7"}});
//   if (!scenario) for (const Error& error : scenario.error()) print(error.text());
//   else run(scenario->plan);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/error.hpp"
#include "policy/run_plan.hpp"
#include "scenario/catalog.hpp"
#include "scenario/federation_config.hpp"
#include "scenario/objectives.hpp"

namespace sluice::scenario {

struct LoadOptions {
  std::vector<std::string> overrides{};         // "POINTER=VALUE", applied in order before decoding
  std::optional<std::string> catalog_folder{};  // empty: the embedded catalog
  std::vector<std::string> overlays{};          // files, laid over those that the scenario names
  std::optional<CivilDate>
      as_of{};  // the run starts at midnight of that day, whatever the file says
  std::optional<UnixTime>
      default_start{};  // where the file says none; empty: midnight of the catalog's date
  std::optional<CivilDate> today{};  // warns of a catalog that is old by then; empty: nobody asks
  bool whole_catalog = false;  // every model in effect is in the plan, used by a workload or not
};

struct LoadedScenario {
  RunPlan plan;
  std::string title;               // the file's name without folder and extension
  std::vector<std::string> about;  // what question it answers
  std::string tier;
  std::optional<TierRow> tier_row;   // as the catalog has it; empty for "custom"
  std::vector<ModelRow> model_rows;  // as plan.models
  std::vector<std::string>
      size_models;            // as plan.workloads: in whose tokens the file has its sizes
  FederationPlan federation;  // for the mock server; empty: none
  Objectives objectives;
  // A load test ends when more of its last attempts failed; empty: never.
  std::optional<std::int64_t> stop_at_error_share_permille;
  std::vector<std::string> expectations;  // as "attempts.rate_limited_share < 1%"
  std::vector<std::string> guesses;       // what it rests on that nobody has published, for reports
  // What its overlays say of themselves, and that the catalog is old: for reports, and no part of
  // what a digest is made of.
  std::vector<std::string> notes;
  std::vector<std::string> warnings;  // "/pointer: sentence": right, but perhaps not meant
  // Overlays and key sets that were read, as paths from the current folder; traces stand in the
  // plan.
  std::vector<std::string> files;
  std::string echo;    // the effective scenario, defaults and overrides included, as JSON
  std::string digest;  // sha256 of the echo
  CivilDate catalog_date;
  std::string catalog_digest;
};

Checked<LoadedScenario> load_scenario(const std::string& path, const LoadOptions& options = {});

// From a text; `path` names it in messages, and trace paths are relative to its folder.
Checked<LoadedScenario> load_scenario_text(std::string_view text, const std::string& path,
                                           const LoadOptions& options = {});

// With a catalog that is at hand (options.catalog_folder is not looked at): for sweeps over many
// cells.
Checked<LoadedScenario> load_scenario_text(std::string_view text, const std::string& path,
                                           const LoadOptions& options, const Catalog& catalog);

// Every overload lays the scenario's overlays and options.overlays under it (overlay_merge.hpp).

// docs/scenario.schema.json and docs/scenario.md, generated from the descriptions.
std::string schema_json();
std::string reference_markdown();

}  // namespace sluice::scenario
