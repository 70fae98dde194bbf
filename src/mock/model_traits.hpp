// What a model takes and draws that a plan does not say: the rules by which requests are judged
// (docs: models, messages, tool use, 2026-08 to 2026-10), and the sizes of its answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ids.hpp"
#include "mock/mock_plan.hpp"
#include "policy/sizes.hpp"

namespace sluice::mock {

struct ModelTraits {
  std::int64_t tokenizer_permille = 1000;
  std::int64_t tool_prompt_auto = 0;  // tokens that the API adds to a prompt with tools
  std::int64_t tool_prompt_any = 0;
  bool takes_sampling = true;      // temperature, top_p, top_k
  bool takes_prefill = true;       // the last message may be the assistant's
  bool takes_forced_tools = true;  // tool_choice any or tool
  std::string representative;      // the model that a 429 of its group names

  SizeSampler output;                     // tokens of an answer
  std::optional<SizeSampler> thinking{};  // of the scenario's workload, if it thinks
};

// As plan.models.
std::vector<ModelTraits> make_model_traits(const MockPlan& plan);

}  // namespace sluice::mock
