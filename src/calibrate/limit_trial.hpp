// How well a bucket of a given size explains what was seen of a limiter: the run's charges go
// through the policy's own TokenBucket, and every look at its level is compared with what an answer
// said.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "calibrate/doubtful_order.hpp"
#include "calibrate/limit_steps.hpp"
#include "policy/token_bucket.hpp"

namespace sluice::calibrate {

// A bucket that might be the limiter's. It lacked `missing` seconds of refill when the first
// attempt came.
struct BucketGuess {
  double refill = 0;    // tokens or requests a minute, > 0
  double capacity = 0;  // tokens or requests, > 0
  double missing = 0;   // s, >= 0
};

struct Misfit {
  double levels = 0;   // sum of the distances of levels from what was seen, tokens
  double squares = 0;  // of the same distances
  double resets = 0;   // the same of the resets, seconds
  std::size_t looks = 0;
  std::size_t resets_seen = 0;
  double clock = 0;   // how much the server's clock is ahead of the run's, s, by the resets
  double lowest = 0;  // level at any look, tokens
  double spell = 0;   // the longest time from one step that finds the bucket full to the next, s
};

// Keeps its memory between trials.
class LimitTrial {
 public:
  // `tolerance`: so many seconds may any instant be off without that being a misfit.
  LimitTrial(std::vector<LimitStep> steps, double tolerance);

  Misfit run(const BucketGuess& guess);
  std::span<const LimitStep> steps() const noexcept { return steps_; }
  double tolerance() const noexcept { return tolerance_; }

 private:
  double off_by(const LimitStep& step, double level, double refill) const noexcept;
  double look(const LimitStep& step, TokenBucket& bucket, DoubtfulOrder& order,
              double refill) const noexcept;
  void judge_resets(Misfit& misfit);

  std::vector<LimitStep> steps_;
  double tolerance_;
  std::vector<double> clocks_;  // what each reset says of the clock
  std::vector<double> ends_;
};

}  // namespace sluice::calibrate
