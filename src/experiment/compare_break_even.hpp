// Break-even points of prompt caching and batches, by closed form from one model's prices: from how
// many reads per write, or at which rate of reuse, which lifetime costs least. Formulas stand at
// the functions; prices are those of the first prompt-length band.
#pragma once

#include <cstdint>

#include "policy/price_list.hpp"
#include "results/compare_result.hpp"

namespace sluice {

// Mean tokens of a request, for the batch's line.
struct MeanRequest {
  double prompt_tokens = 0;
  double output_tokens = 0;
};

// With input i, write w, read r, output o (dollars a token); a lifetime T is 5 minutes or an hour
// and every read renews it (docs: prompt-caching, 2026-08):
// - n reads per write: w + n r < (1 + n) i, that is n > (w - i) / (i - r);
// - reuse every 5 minutes to an hour finds a 5 m entry gone, a 1 h entry there: writing for an hour
//   pays from w1 + n r < (1 + n) w5, n > (w1 - w5) / (w5 - r);
// - Poisson reuse at rate a misses with probability e^(-a T): caching pays from
//   a > ln((w - r) / (i - r)) / T, and 1 h pays over 5 m from
//   a > ln((w1 - r) / (w5 - r)) / (60 min - 5 min);
// - a batch costs b times every price. Where it finds nothing cached and the answer at once reads a
//   share h of a prompt of P tokens: b (P i + O o) < P ((1 - h) i + h r) + O o, that is
//   h < (1 - b) (P i + O o) / (P (i - r)).
// `model` is what the result calls it.
BreakEven break_even(const std::string& model, const PriceRow& price, const MeanRequest& request);

// The cheapest of "none", "5m" and "1h" for a prefix that is used `rate` times a minute, Poisson.
std::string best_lifetime(const PriceRow& price, double rate);

}  // namespace sluice
