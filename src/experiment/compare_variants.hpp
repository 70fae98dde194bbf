// The scenarios of a comparison: today's work on other models, in other tiers, with one thing
// changed, or split over models. All share today's draws: the same arrivals, and the same sizes as
// far as tokenizers allow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "experiment/compare_models.hpp"
#include "experiment/scenario_text.hpp"
#include "scenario/load.hpp"

namespace sluice {

// Workload i on models[i], an id; empty: as it is. Sizes are rescaled to the model's tokenizer.
// `tier` empty: as it is. Errors are those of a scenario that says so.
struct WorkVariant {
  std::vector<std::string> models;
  std::string tier;
};
Checked<scenario::LoadedScenario> load_variant(const ScenarioText& text,
                                               const scenario::LoadedScenario& today,
                                               const WorkVariant& variant);

// One thing done differently in every workload that can.
enum class WorkChange : std::uint8_t {
  kCache,      // shared prefixes, and the context of conversations, for 5 minutes
  kNoCache,    // nothing is cached
  k5m,         // what is cached is so for 5 minutes
  k1h,         // for an hour
  kBatch,      // all requests that nobody waits for within a conversation or a closed loop
  kHalfBatch,  // half of them
  kFast,       // fast mode
};
std::optional<WorkChange> work_change(std::string_view name) noexcept;
std::string_view name(WorkChange change) noexcept;
std::vector<std::string> work_change_names();

struct ChangeOutcome {
  bool changes = false;  // anything
  std::string why_not;   // it cannot be done at all
};
ChangeOutcome apply(WorkChange change, scenario::LoadedScenario& scenario);

inline constexpr std::int64_t kWholePpm = 1'000'000;

// A share of all sessions for a model; shares are of `total`.
struct ModelShare {
  ComparedModel model;
  std::int64_t ppm = 0;
};

// "chat/haiku": the part of a workload that a mix gives to a model.
std::string part_name(const std::string& workload, const ComparedModel& model);

// Every workload's sessions split over the models: each session goes to one model as a whole, by a
// draw of its own (a closed loop's users, by their number), and keeps its instant and its sizes.
// So the parts together are today's traffic, request by request. Of a trace every row counts as a
// session. `on_model[i]` is the whole work on shares[i]. Parts are named by part_name.
scenario::LoadedScenario mixed(const scenario::LoadedScenario& today,
                               const std::vector<ModelShare>& shares,
                               const std::vector<const scenario::LoadedScenario*>& on_model);

// The same, the whole work on each model loaded for it.
Checked<scenario::LoadedScenario> load_mix(const ScenarioText& text,
                                           const scenario::LoadedScenario& today,
                                           const std::vector<ModelShare>& shares);

// Without rate and spend limits, and without events that change them: what prices and speeds alone
// allow.
scenario::LoadedScenario without_limits(scenario::LoadedScenario scenario);

}  // namespace sluice
