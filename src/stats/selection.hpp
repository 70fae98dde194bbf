// Choosing the best of several candidates by simulation: how to spread a budget of replications
// (successive halving, OCBA). Smaller is better throughout: negate what should be large. Pure
// functions and values.
//
//   for (const HalvingRound& round : halving_schedule(81, 2, 4)) keep(round.candidates);
//   std::vector<std::int64_t> more = ocba_next(finalists, 100, indifference);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sluice::stats {

// What is known of one candidate.
struct Performance {
  double mean;
  double variance;            // of one replication, sample variance
  std::int64_t replications;  // so far, >= 0
};

// The candidate of the smallest mean, the first among equals; at least one.
std::size_t best_of(std::span<const Performance> candidates);

// Shares of the whole budget, summing to 1, that make a correct selection most likely (Chen et al.,
// Discrete Event Dynamic Systems 10, 2000): N_i / N_j = ((s_i / d_i) / (s_j / d_j))^2 with d the
// gap to the best, and N_b = s_b sqrt(sum N_i^2 / s_i^2). A gap below `indifference` (> 0) counts
// as that, or two equals would eat all. Equal shares where nothing varies. At least one candidate.
std::vector<double> ocba_shares(std::span<const Performance> candidates, double indifference);

// How many of `more` (>= 0) further replications each should get, so that the totals come as near
// the shares as they can; they sum to `more`.
std::vector<std::int64_t> ocba_next(std::span<const Performance> candidates, std::int64_t more,
                                    double indifference);

struct HalvingRound {
  std::int64_t candidates;    // in this round
  std::int64_t replications;  // of each at its end, those of earlier rounds included

  bool operator==(const HalvingRound&) const = default;
};

// Successive halving (Jamieson & Talwalkar, AISTATS 2016) with its factor eta >= 2: each round
// keeps the best of every eta and gives them eta times the replications, so that every round costs
// about the same, until at most `survivors` take part in the last. candidates, first_replications
// and survivors >= 1.
std::vector<HalvingRound> halving_schedule(std::int64_t candidates, std::int64_t first_replications,
                                           std::int64_t survivors, std::int64_t eta = 3);

// Replications that a schedule takes, candidates that go on keeping theirs.
std::int64_t halving_cost(std::span<const HalvingRound> schedule);

}  // namespace sluice::stats
