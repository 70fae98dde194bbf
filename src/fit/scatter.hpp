// How gaps of unit mean are distributed: exponential, gamma, Weibull, or the gaps of a Poisson
// process that is switched on and off at random, by maximum likelihood. A switched process is a
// renewal process with hyperexponential gaps (Kuczura, Bell System Technical Journal 52, 1973),
// which is how it is found: by expectation maximisation of two exponentials.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace sluice::fit {

// Gaps in ascending order, and what the estimators need of them.
struct UnitGaps {
  explicit UnitGaps(std::vector<double> gaps);  // in any order, positive; at least one

  // Some of many, each standing for `weight` of them: all of the longest, then one of each few.
  struct Group {
    double gap;
    double weight;
  };

  std::vector<double> ascending;
  std::vector<Group> groups;
  double mean = 0;
  double mean_log = 0;
  double deviation = 0;
};

// Of a gap, in units of the mean.
struct GammaGaps {
  double shape = 1;  // = 1 / squared coefficient of variation; 0.01 to 1000, four digits
  double log_density(double gap) const;
  double cumulative(double gap) const;
};
struct WeibullGaps {
  double shape = 1;  // 0.25 to 100, four digits
  double log_density(double gap) const;
  double cumulative(double gap) const;
};
// On: arrivals at `rate`; mean lengths of on and off; all in units of the mean gap.
struct SwitchedGaps {
  double rate = 1;
  double on = 1;
  double off = 0;
  // The same as two exponentials: with probability `share` the first.
  double share = 1;
  double first_rate = 1;
  double second_rate = 1;
  double log_density(double gap) const;
  double cumulative(double gap) const;
};

GammaGaps fit_gamma(const UnitGaps& gaps);
WeibullGaps fit_weibull(const UnitGaps& gaps);
// None where the gaps vary no more than exponential ones.
std::optional<SwitchedGaps> fit_switched(const UnitGaps& gaps);

}  // namespace sluice::fit
