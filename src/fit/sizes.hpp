// From token counts to a SizeSpec: fixed, uniform, lognormal or zipf where one of them is near
// enough, else the quantiles themselves (empirical), whose mean is the data's. Streaming; what is
// kept is a histogram of less than a megabyte.
//
//   for (...) fitter.add(call.output_tokens);
//   FittedSize output = fitter.fit();  // output.spec goes into a scenario
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fit/log_histogram.hpp"
#include "policy/sizes.hpp"

namespace sluice::fit {

// A parametric candidate is chosen only if it is at most this far from the data.
inline constexpr double kSizeKsMax = 0.02;
inline constexpr double kSizeMeanErrorMax = 0.02;

// Measured on the sampler that a simulation draws from, rounding and clamping included. Errors are
// relative to the data: 0.02 is 2 % too much. Of a value that is 0 in the data: the difference.
struct SizeCandidate {
  std::string name;  // "lognormal"
  SizeSpec spec;
  double ks = 0;  // largest difference of the two distribution functions
  double mean_error = 0;
  double p50_error = 0;
  double p95_error = 0;
  double p99_error = 0;
};

struct FittedSize {
  SizeSpec spec = SizeFixed{};
  std::vector<SizeCandidate> candidates;
  std::size_t chosen = 0;  // index in candidates; none if there are none
  std::int64_t count = 0;
  std::int64_t min = 0;
  std::int64_t max = 0;
  double mean = 0;
  std::int64_t p50 = 0;  // by nearest rank
  std::int64_t p95 = 0;
  std::int64_t p99 = 0;
};

class SizeFitter {
 public:
  // Negative counts as 0, more than kSizeMax as that.
  void add(std::int64_t tokens, std::int64_t times = 1);
  const LogHistogram& histogram() const noexcept { return histogram_; }
  // Of nothing: fixed at 0, without candidates.
  FittedSize fit() const;

 private:
  LogHistogram histogram_;
};

// At most about 130 values by quantiles, finer towards the largest; the sum of value x weight is
// that of the data, exactly. All values as they are where there are no more than that. Not empty.
SizeEmpirical empirical_sizes(const LogHistogram& data);

// Input and output of the same calls: what is lost when the two are drawn independently. Keeps at
// most 32,768 pairs, an even sample of more.
class SizePairFitter {
 public:
  void add(std::int64_t input, std::int64_t output);
  // Spearman's rank correlation, -1 to 1; 0 of fewer than two pairs or where one side is constant.
  double rank_correlation() const;

 private:
  struct Pair {
    std::uint64_t place;
    std::int64_t input;
    std::int64_t output;
  };
  std::vector<Pair> pairs_;
  std::uint64_t seen_ = 0;
  std::uint64_t one_in_ = 1;
};

}  // namespace sluice::fit
