// The bucket that contradicts a run's answers least, and the range of buckets that contradict them
// hardly more: a search over refill and capacity with LimitTrial as the judge.
//
// An answer tells a level within an interval, and a client knows only nearly when that was; what
// lies outside of both is taken as noise of a Laplace distribution, whose scale the best fit itself
// tells. The ranges are profile likelihoods at 95 %, widened because neighbouring answers err
// together.
#pragma once

#include <optional>

#include "calibrate/limit_trial.hpp"
#include "stats/intervals.hpp"

namespace sluice::calibrate {

// What one unit of misfit weighs.
struct MisfitScales {
  double level = 1;  // tokens
  double reset = 1;  // s
};

struct LimitFit {
  bool is_whole = false;  // refill and intervals too, not the capacity alone
  BucketGuess best;
  MisfitScales scales;
  double loss = 0;  // of `best`, by `scales`
  Misfit misfit;
  stats::Interval refill{};    // tokens or requests a minute
  stats::Interval capacity{};  // tokens or requests, at the refill of `best`
};

class LimitSearch {
 public:
  explicit LimitSearch(LimitTrial& trial);

  // Where the search begins; `refill` > 0.
  struct Start {
    double refill = 0;
    double missing = 0;  // as of BucketGuess
  };
  // The capacity alone, at that refill.
  LimitFit capacity_only(const Start& start);
  double loss(const BucketGuess& guess, const MisfitScales& scales);
  // Both, with intervals. Where `said` (the limit in the headers) lies in the interval of the
  // refill, it is the refill, for that is what the server says of itself.
  LimitFit whole(const Start& start, std::optional<double> said);

 private:
  struct Range {
    double low;
    double high;
  };
  MisfitScales least_scales(double refill) const noexcept;
  MisfitScales scales_of(const Misfit& misfit, double refill) const noexcept;
  BucketGuess best_capacity(double refill, const Range& within);
  BucketGuess follow(double refill, const BucketGuess& from);
  BucketGuess best_refill(const BucketGuess& from, double spread);
  double level_margin(const Misfit& misfit, double refill) const noexcept;
  stats::Interval refill_range(const BucketGuess& best);
  stats::Interval capacity_range(const BucketGuess& best);

  LimitTrial& trial_;
  double missing_ = 0;
  MisfitScales scales_;
  double minutes_to_middle_ = 0;  // of the run, from its first step
};

}  // namespace sluice::calibrate
