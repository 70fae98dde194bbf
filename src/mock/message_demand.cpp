#include "mock/message_demand.hpp"

#include <algorithm>
#include <string>

#include "base/hash.hpp"
#include "wire/cache_blocks.hpp"
#include "wire/schema_example.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;
using wire::invalid_request;
using wire::MessagesRequest;
using wire::ThinkingMode;
using wire::ToolChoice;

bool forces_tool(const MessagesRequest& request) noexcept {
  return request.tool_choice == ToolChoice::kAny || request.tool_choice == ToolChoice::kTool;
}

// What the model does not take. Wordings are inferred but for the prefill's (observed 2026).
std::optional<ApiError> judge_options(const MessagesRequest& request, const ModelPlan& model,
                                      const ModelTraits& traits) {
  if (request.has_sampling && !traits.takes_sampling) {
    return invalid_request("`temperature`, `top_p` and `top_k` are not supported on this model.");
  }
  if (request.ends_with_assistant && !traits.takes_prefill) {
    return invalid_request(
        "This model does not support assistant message prefill. The conversation must end with a "
        "user message.");
  }
  if (forces_tool(request) && !traits.takes_forced_tools) {
    return invalid_request(
        "tool_choice: this model does not support forced tool use; use `auto` or `none`");
  }
  if (request.fast && !model.has_fast_mode) {
    return invalid_request("speed: fast mode is not supported on " + model.name);
  }
  if (request.us_only && !model.can_stay_in_us) {
    return invalid_request("inference_geo: `us` is not supported on " + model.name);
  }
  return std::nullopt;
}

std::optional<ApiError> judge_sizes(const MessagesRequest& request, const ModelPlan& model,
                                    std::int64_t prompt) {
  if (request.max_tokens > model.max_output_tokens) {
    return invalid_request("max_tokens: " + std::to_string(request.max_tokens) + " > " +
                           std::to_string(model.max_output_tokens) +
                           ", which is the maximum allowed number of output tokens for " +
                           model.name);
  }
  if (prompt > model.context_tokens) {
    return invalid_request("prompt is too long: " + std::to_string(prompt) + " tokens > " +
                           std::to_string(model.context_tokens) + " maximum");
  }
  return std::nullopt;
}

std::int64_t added_for_tools(const MessagesRequest& request, const ModelTraits& traits) noexcept {
  if (request.tools.empty()) return 0;
  return forces_tool(request) ? traits.tool_prompt_any : traits.tool_prompt_auto;
}

// Words are what sluice's own vocabulary counts exactly, and all that such a prompt has.
std::int64_t prompt_of(const MessagesRequest& request, const ModelTraits& traits, bool is_named) {
  const wire::TokenRule rule{.tokenizer_permille = traits.tokenizer_permille,
                             .counts_words = is_named};
  const std::int64_t tokens = wire::tokens_of(request.size, rule);
  return std::max<std::int64_t>(1, is_named ? tokens : tokens + added_for_tools(request, traits));
}

// With a budget an assumption: from an eighth to half of it. Without one, where the model decides
// itself: up to 512 tokens.
std::int64_t draw_thinking(const MessagesRequest& request, const ModelTraits& traits,
                           std::uint64_t bits) {
  const bool is_on =
      request.thinking == ThinkingMode::kEnabled || request.thinking == ThinkingMode::kAdaptive ||
      (request.thinking == ThinkingMode::kBetweenTools && request.ends_with_tool_result);
  if (!is_on) return 0;
  const bool has_budget = request.thinking == ThinkingMode::kEnabled;
  const std::int64_t most = has_budget ? request.thinking_budget : 1024;
  if (traits.thinking) return std::min((*traits.thinking)(bits), most);
  const auto spread = static_cast<std::uint64_t>(most / 2 - most / 8 + 1);
  return most / 8 + static_cast<std::int64_t>(uniform_below(bits, spread));
}

struct DrawnSizes {
  std::int64_t output = 0;  // thinking included, max_tokens not regarded
  std::int64_t thinking = 0;
};

// The same words of bits as WorkloadGenerator takes, so that a request that names itself gets what
// the simulator draws for it.
DrawnSizes draw_sizes(const MockState& state, const DemandSource& source, const ModelTraits& traits,
                      const RequestId& id) {
  const Entity entity{.workload_hash = id.workload_hash, .session = id.session, .turn = id.turn};
  const SluiceRequest* const named = source.named;
  DrawnSizes sizes;
  if (named != nullptr && named->thinking) {
    sizes.thinking = *named->thinking;
  } else {
    const std::uint64_t bits = state.random.bits(Purpose::kSize, entity, 1).first;
    sizes.thinking = draw_thinking(source.request, traits, bits);
  }
  const std::int64_t answer = named != nullptr && named->output
                                  ? *named->output
                                  : traits.output(state.random.bits(Purpose::kSize, entity).second);
  sizes.output = answer + sizes.thinking;
  return sizes;
}

// The schema of what the answer says: the called tool's input or structured output; empty: none.
std::string_view answered_schema(const MessagesRequest& request, std::string_view tool) noexcept {
  if (tool.empty()) return request.output_schema;
  const auto found = std::find(request.tools.begin(), request.tools.end(), tool);
  if (found == request.tools.end()) return {};
  return request.tool_schemas[static_cast<std::size_t>(found - request.tools.begin())];
}

// With tools and a free choice the first is called, unless the last message answers a call: so that
// a loop of tool calls ends.
std::string_view called_tool(const MessagesRequest& request) noexcept {
  switch (request.tool_choice) {
    case ToolChoice::kTool:
      return request.forced_tool;
    case ToolChoice::kAny:
      break;
    case ToolChoice::kAuto:
      if (request.ends_with_tool_result) return {};
      break;
    case ToolChoice::kNone:
      return {};
  }
  return request.tools.empty() ? std::string_view{} : request.tools.front();
}

void fill_answer(const MockState& state, const DemandSource& source, const DrawnSizes& drawn,
                 MessageDemand& demand) {
  const MessagesRequest& request = source.request;
  const RequestId& id = demand.spec.id;
  AnswerSpec& answer = demand.answer_spec;
  answer.seed = hash_combine(hash_combine(state.plan.run.seed, id.session),
                             (std::uint64_t{id.turn} << 32) | id.workload_hash);
  answer.output_tokens = std::min(drawn.output, request.max_tokens);
  answer.thinking_tokens = std::min(drawn.thinking, answer.output_tokens);
  answer.refuses = source.refuses;
  answer.tool = source.refuses ? std::string_view{} : called_tool(request);
  // A client that forced a call or asked for JSON waits for all of it: it gets shorter, but whole,
  // as long as max_tokens leaves a single token. No text may stand before it.
  const bool is_whole = !source.refuses && request.max_tokens > 0 &&
                        (forces_tool(request) || !request.output_schema.empty());
  answer.introduces_tool = !is_whole;
  answer.hits_max_tokens = !is_whole && drawn.output > request.max_tokens;
  demand.shape.clear();
  const std::string_view schema = answered_schema(request, answer.tool);
  if (!schema.empty() && !source.refuses && !answer.hits_max_tokens) {
    const auto longest = static_cast<std::size_t>(answer.output_tokens) * kTokenCharactersMax;
    demand.shape = wire::schema_example(schema, answer.seed, longest);
  }
  answer.shape = demand.shape;
  answer.stop_sequences = request.stop_sequences;
  demand.answer = Answer(answer);
}

}  // namespace

std::int64_t prompt_tokens(const MockState& state, const MessagesRequest& request,
                           ModelId model) noexcept {
  return prompt_of(request, state.traits[index(model)], false);
}

std::optional<ApiError> make_demand(MockState& state, const DemandSource& source,
                                    MessageDemand& demand) {
  const MessagesRequest& request = source.request;
  const std::optional<ModelId> model = state.model(request.model);
  if (!model) {
    return ApiError{ErrorKind::kNotFound, "model: " + std::string(request.model), {}};
  }
  const ModelPlan& plan = state.plan.run.models[index(*model)];
  const ModelTraits& traits = state.traits[index(*model)];
  const bool is_named = source.named != nullptr;
  const std::int64_t prompt = prompt_of(request, traits, is_named);
  if (auto error = judge_options(request, plan, traits)) return error;
  if (auto error = judge_sizes(request, plan, prompt)) return error;

  RequestSpec& spec = demand.spec;
  if (is_named) {
    spec.id = source.named->id;
    demand.attempt = source.named->attempt;
  } else if (source.id) {
    spec.id = *source.id;
    demand.attempt = 0;
  } else {
    const auto named = state.foreign.name(source.caller.key, request.content_hash);
    spec.id = named.id;
    demand.attempt = named.attempt;
  }
  fill_answer(state, source, draw_sizes(state, source, traits, spec.id), demand);
  spec.workspace = source.caller.workspace;
  spec.key = source.caller.key;
  spec.model = *model;
  spec.prompt_tokens = prompt;
  spec.output_tokens = demand.answer.output_tokens();
  spec.thinking_tokens = demand.answer.thinking_tokens();
  spec.max_tokens = request.max_tokens;
  spec.stream = request.stream;
  spec.fast = request.fast;
  spec.us_only = request.us_only;
  const wire::TokenRule rule{.tokenizer_permille = traits.tokenizer_permille,
                             .counts_words = is_named};
  wire::make_cache_blocks(demand.blocks, request.blocks, rule);
  // What the API adds for tools stands before everything: it is cached with the first block.
  const std::int64_t added = is_named ? 0 : added_for_tools(request, traits);
  for (CacheBlock& block : demand.blocks) {
    block.prefix_tokens = std::min(block.prefix_tokens + added, prompt);
  }
  spec.cache_blocks = demand.blocks;
  return std::nullopt;
}

}  // namespace sluice::mock
