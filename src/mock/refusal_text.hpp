// What the API says when ApiModel refuses: status, type, error_code and wording (docs: errors,
// rate-limits, 2026-08; observed wordings of 429 since 2026-05-31). Nobody should match on them,
// and everybody does.
#pragma once

#include <string>

#include "api/outcome.hpp"
#include "api/request.hpp"
#include "mock/state.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

wire::ApiError refusal_error(MockState& state, TimePoint now, const RequestSpec& spec,
                             const Outcome& refusal);

// A 429 of whichever limit of that kind the request meets: one that the request asked for by
// header, or an answer that is cut.
wire::ApiError limit_error(MockState& state, const RequestSpec& spec, LimitCause cause);

// "50 requests per minute" of the count_tokens endpoint.
wire::ApiError count_refusal(MockState& state, ModelId model);

// "retry-after: 7\r\n" and "x-should-retry: true\r\n", as far as the refusal has them. Named
// requests wait in model time, others by their own clock.
void append_retry_fields(std::string& fields, const MockState& state, const Outcome& refusal,
                         bool is_named);

}  // namespace sluice::mock
