#include "calibrate/known_models.hpp"

namespace sluice::calibrate {

SpeedsOf KnownModels::speeds_of() const {
  return [this](const std::string& model) -> std::optional<AssumedSpeeds> {
    const auto found = speeds.find(model);
    return found == speeds.end() ? std::nullopt : std::optional(found->second);
  };
}

KnownModels known_models(const scenario::Catalog& catalog) {
  KnownModels known;
  for (const scenario::ModelRow& row : catalog.models) {
    known.groups[row.id] = row.group;
    known.speeds[row.id] = {.prefill_per_second = row.prefill_per_second,
                            .cached_per_second = row.cached_per_second,
                            .source = "the catalog"};
  }
  return known;
}

KnownModels known_models(const scenario::Catalog& catalog, const RunPlan& plan) {
  KnownModels known = known_models(catalog);
  for (const ModelPlan& model : plan.models) {
    known.groups[model.name] = plan.groups[index(model.group)];
    known.speeds[model.name] = {.prefill_per_second = model.latency.prefill_tokens_per_second,
                                .cached_per_second = model.latency.cached_tokens_per_second,
                                .source = "the scenario"};
  }
  return known;
}

}  // namespace sluice::calibrate
