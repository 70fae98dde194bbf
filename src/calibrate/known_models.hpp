// What is known of models before any record is read: the rate-limit group of each, and the speeds
// that are held where records cannot tell. From a scenario, or from the catalog alone.
#pragma once

#include <optional>
#include <string>

#include "calibrate/limit_calibrator.hpp"
#include "calibrate/service_times.hpp"
#include "policy/run_plan.hpp"
#include "scenario/catalog.hpp"

namespace sluice::calibrate {

struct KnownModels {
  ModelGroups groups;
  std::map<std::string, AssumedSpeeds, std::less<>> speeds;

  SpeedsOf speeds_of() const;
};

// Every model of the catalog, by its id.
KnownModels known_models(const scenario::Catalog& catalog);
// The same, with what a scenario's plan says of its own models instead.
KnownModels known_models(const scenario::Catalog& catalog, const RunPlan& plan);

}  // namespace sluice::calibrate
