// The highest rate that lasts, of many variants at once: each subject is one variant in one
// replication, and is searched by itself, by bisection on the load under common random numbers. So
// the rates of a variant over replications have an honest interval, and the gain of one variant
// over another is a paired difference.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/requirements.hpp"
#include "experiment/trials.hpp"

namespace sluice {

// What has to hold at a rate that lasts: all requirements, and no bucket gives more than flows back
// (over the run; a full one at the start helps for a while and then no more).
class Lasting {
 public:
  Lasting(std::vector<Requirement> requirements, const std::vector<std::string>& limiters);

  // Paths of what a trial has to be read for.
  const std::vector<std::string>& metrics() const noexcept { return metrics_; }
  // What does not hold, first in the order of metrics(); none: it lasts.
  std::optional<std::size_t> broken(const Sample& sample) const;
  // The largest utilisation of any limiter, and whose it is.
  struct Use {
    double share = 0;
    std::size_t metric = 0;
  };
  Use largest_use(const Sample& sample) const;
  std::optional<double> cost_per_success(const Sample& sample) const { return sample.back(); }
  double per_minute(const Sample& sample) const { return sample[sample.size() - 2].value_or(0); }

 private:
  std::vector<Requirement> requirements_;
  std::vector<std::string> metrics_;  // requirements, utilisations, requests, cost of a success
};

// The largest factor that with_load can be given.
inline constexpr double kLargestFactor = 9'000;
// The least that is searched, of today's load or of a lower ceiling: below it nothing lasts.
inline constexpr double kLowestShare = 0.01;

struct RateSubject {
  const scenario::LoadedScenario* scenario = nullptr;
  std::int64_t replication = 0;
  double ceiling = 1;  // factor that is not exceeded
  // Where the answer is thought to be. A variant that changes nothing ends where the bracket of
  // what it is compared with did, so that it shows no gain at all.
  double low = 1;
  double high = 1;
};
// A little beside one number.
RateSubject near(double guess, RateSubject subject);

struct RateFound {
  double factor = 0;      // 0: nothing lasts, however little
  double above = 0;       // the lowest factor that was seen not to last, or the ceiling
  double per_minute = 0;  // requests that were offered at `factor`
  bool at_ceiling = false;
  std::optional<std::size_t> broken;  // just above it, in Lasting::metrics()
  std::optional<double> cost_per_success;
};

// In the order of the subjects. `tolerance` is relative.
// `on_round` is told how much is done, from 0 to 1.
struct RateSearchOptions {
  double tolerance = 0.004;
  std::function<void(double)> on_round;
};
Result<std::vector<RateFound>> find_rates(TrialRunner& runner, const Lasting& lasting,
                                          const std::vector<RateSubject>& subjects,
                                          const RateSearchOptions& options);

// The scenario with its load times `factor`; one of traces alone is as much longer or shorter.
scenario::LoadedScenario with_load(const scenario::LoadedScenario& scenario, double factor);

}  // namespace sluice
