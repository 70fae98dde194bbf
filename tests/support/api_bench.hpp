// The in-process API's model with one request at a time in hand.
#pragma once

#include <utility>

#include "engine/api_model.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice::testing {

struct ApiBench {
  explicit ApiBench(RunPlan given)
      : plan(std::move(given)), api(plan, RandomSource(plan.seed, 0)) {}

  RequestSpec ask(std::int64_t prompt = 1000, std::int64_t output = 10) {
    RequestSpec spec;
    spec.id = {.workload_hash = 1, .turn = 0, .session = session++};
    spec.prompt_tokens = prompt;
    spec.output_tokens = output;
    spec.max_tokens = output;
    return spec;
  }
  bool admits(Duration now, const RequestSpec& spec) {
    refusal = Outcome{};
    return api.admit(at(now), spec, 1, admitted, refusal);
  }
  // Serves to the end; the request has to be admitted.
  Exchange serve(Duration now, const RequestSpec& spec) {
    REQUIRE(admits(now, spec));
    api.begin(admitted.first_token, spec, admitted);
    Exchange exchange;
    api.finish(admitted.ends, spec, admitted, exchange);
    return exchange;
  }
  std::int64_t level(LimiterId limiter, Duration now) {
    return api.limiter().bucket(limiter).level(at(now));
  }
  std::int64_t taken(LimiterId limiter, Duration now) {
    return api.limiter().bucket(limiter).taken(at(now));
  }

  RunPlan plan;
  ApiModel api;
  Admitted admitted;
  Outcome refusal;
  std::uint64_t session = 0;
};

}  // namespace sluice::testing
