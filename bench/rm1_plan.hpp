// The reference model RM-1 as a run plan: Poisson arrivals at `pending`/5 a second, two lognormals,
// three buckets of two seconds, full-jitter retries (0.5 s x 2^n, cap 8 s, 5 retries), completion =
// 0.4 s + 50 us x input + 12.5 ms x output, cost 3 and 15 micro-dollars a token. bench/peers hold
// the same model in other engines. What it is for: bench/README.md.
#pragma once

#include <cstdint>

#include "policy/run_plan.hpp"

namespace sluice::bench {

// Buckets are sized from the means of the unclamped lognormals: 1000 e^(1/2) and 250 e^(0.32).
RunPlan rm1_plan(std::int64_t requests, std::int64_t pending, std::uint64_t seed);

}  // namespace sluice::bench
