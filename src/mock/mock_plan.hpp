// What a mock serves: a resolved scenario with every model of the catalog in it, and how the server
// was started.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "base/error.hpp"
#include "policy/run_plan.hpp"
#include "scenario/catalog_rows.hpp"
#include "scenario/federation_config.hpp"
#include "scenario/load.hpp"

namespace sluice::mock {

struct MockOptions {
  bool any_key = true;                   // unknown keys act as the first key; else they get 401
  bool limits = true;                    // false: no rate, ramp, concurrency or spend limit
  bool latency = true;                   // false: answers come at once, whole; only faults (stall,
                                         // slow) take time
  std::int64_t speed_permille = 1000;    // model time to wall time
  std::optional<std::int64_t> origin{};  // net::steady_now() at which model time begins
  bool is_clock_manual = false;
  bool is_loopback = true;  // else the control endpoints want an Admin key
  bool grade = false;
  std::size_t journal_entries = 1000;
};

struct MockPlan {
  RunPlan run;                             // at least one key: "default", of the default workspace
  std::vector<scenario::ModelRow> models;  // as run.models
  std::string title;                       // of the scenario; "default organization"
  std::string tier;
  std::string digest;                      // of the effective scenario
  std::string organization_id;             // a UUID, made from the seed
  std::vector<std::string> workspace_ids;  // "wrkspc_...", as run.workspaces
  std::vector<std::string> key_ids;        // "apikey_...", as run.keys
  std::vector<std::string> key_secrets;  // "sk-ant-api03-mock-...", as run.keys; made from the seed
  std::string admin_secret;              // "sk-ant-admin01-mock-..."
  // Of count_tokens, for the whole organization; empty: not limited.
  std::optional<std::int64_t> count_tokens_per_minute;
  scenario::FederationPlan federation;
  MockOptions options;
};

// `scenario` was loaded with LoadOptions::whole_catalog and, under a live clock, with the present
// as default_start. Workspaces but the default one get a limiter of kNoLimit for every group and
// type that they do not limit, so that one can be set at run time while responses drain it.
MockPlan make_mock_plan(const scenario::LoadedScenario& scenario, const MockOptions& options);

// Stands for "not limited" in RateLimiter's table (the largest limit that it holds): such a limiter
// is shown nowhere.
inline constexpr std::int64_t kNoLimit = 1'000'000'000'000;

}  // namespace sluice::mock
