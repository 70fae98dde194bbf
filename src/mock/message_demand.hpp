// What a parsed request comes to: judged by the rules of its model, and turned into the RequestSpec
// that ApiModel admits and the Answer that it would get. Nothing is charged here.
//
//   MessageDemand demand;                                        // reused: keeps its memory
//   if (auto error = make_demand(state, {.request = parsed, ...}, demand)) refuse(*error);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/request.hpp"
#include "mock/answer.hpp"
#include "mock/call.hpp"
#include "mock/sluice_request.hpp"
#include "mock/state.hpp"
#include "wire/messages_request.hpp"

namespace sluice::mock {

struct DemandSource {
  const wire::MessagesRequest& request;
  Caller caller;
  const SluiceRequest* named = nullptr;  // the request says itself who it is
  std::optional<RequestId> id{};         // of a batch's item: its place says who it is
  bool refuses = false;                  // the answer is to be a refusal
};

struct MessageDemand {
  RequestSpec spec;                // cache_blocks are `blocks`
  std::vector<CacheBlock> blocks;  // of spec.cache_blocks
  AnswerSpec answer_spec;          // its views are the request's, its shape is `shape`
  std::string shape;
  Answer answer{AnswerSpec{}};  // of answer_spec; a stop sequence may have cut it
  std::int32_t attempt = 0;
};

// Nothing: `demand` is written. Unknown models, prompts beyond the context, what the model does not
// take: the API's refusal.
std::optional<wire::ApiError> make_demand(MockState& state, const DemandSource& source,
                                          MessageDemand& demand);

// The whole prompt in tokens of that model, with what the API adds for tools.
std::int64_t prompt_tokens(const MockState& state, const wire::MessagesRequest& request,
                           ModelId model) noexcept;

}  // namespace sluice::mock
