#include "mock/model_traits.hpp"

#include <variant>

namespace sluice::mock {
namespace {

// The days on which Opus 4.6 and Fable 5.1 came out.
constexpr CivilDate kFirst46{2026, 2, 5};
constexpr CivilDate kFirstFable51{2026, 9, 1};

// An answer where no workload of the scenario says otherwise: an assumption.
constexpr SizeLognormal kAnswer{.p50 = 250, .p95 = 900, .min = 1, .max = 100'000};

// Fable and Mythos 5.1 and later, Sonnet 5.5 (docs: tool use, 2026-10).
bool refuses_forced_tools(const scenario::ModelRow& row) {
  if (row.group == "fable-5" || row.group == "mythos-5") return row.released >= kFirstFable51;
  return row.group == "sonnet-5.5";
}

// Which model of a group a 429 names is not published: the catalog's first.
const std::string& representative(const MockPlan& plan, const ModelPlan& model) {
  for (const ModelPlan& one : plan.run.models) {
    if (one.group == model.group) return one.name;
  }
  return model.name;
}

const WorkloadSpec* workload_of(const RunPlan& plan, ModelId model) {
  for (const WorkloadSpec& workload : plan.workloads) {
    if (workload.model == model) return &workload;
  }
  return nullptr;
}

bool is_nothing(const SizeSpec& spec) noexcept {
  const auto* fixed = std::get_if<SizeFixed>(&spec);
  return fixed != nullptr && fixed->value == 0;
}

}  // namespace

std::vector<ModelTraits> make_model_traits(const MockPlan& plan) {
  std::vector<ModelTraits> all;
  all.reserve(plan.models.size());
  for (std::size_t i = 0; i < plan.models.size(); ++i) {
    const scenario::ModelRow& row = plan.models[i];
    const WorkloadSpec* const workload = workload_of(plan.run, ModelId(i));
    ModelTraits traits{
        .tokenizer_permille = row.tokenizer_permille,
        .tool_prompt_auto = row.tool_prompt_auto.value_or(0),
        .tool_prompt_any = row.tool_prompt_any.value_or(row.tool_prompt_auto.value_or(0)),
        .takes_sampling = row.tokenizer_permille <= 1000,
        .takes_prefill = row.released < kFirst46,
        .takes_forced_tools = !refuses_forced_tools(row),
        .representative = representative(plan, plan.run.models[i]),
        .output = SizeSampler(workload != nullptr ? workload->output : SizeSpec{kAnswer})};
    if (workload != nullptr && !is_nothing(workload->thinking)) {
      traits.thinking.emplace(workload->thinking);
    }
    all.push_back(std::move(traits));
  }
  return all;
}

}  // namespace sluice::mock
