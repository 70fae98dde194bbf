#include "experiment/validation_studies.hpp"

#include <cmath>

#include "stats/intervals.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("every cell of the AWS study lies within the sum of both half-widths", "[long]") {
  for (const ContentionStudy& study : contention_studies()) {
    for (const ContentionCell& cell : study.cells) {
      std::vector<double> milliseconds;
      std::vector<double> calls;
      for (std::size_t i = 0; i < kContentionTrials; ++i) {
        const CheckTrial trial{.seed = 1, .replication = i};
        const std::vector<Observation> seen = observe_contention(trial, study, cell.clients);
        milliseconds.push_back(seen[0].sum);
        calls.push_back(seen[1].sum);
      }
      const auto time = *stats::t_interval(milliseconds);
      const auto work = *stats::t_interval(calls);
      CAPTURE(study.policy, cell.clients, time.value, cell.milliseconds, work.value, cell.calls);
      CHECK(std::abs(time.value - cell.milliseconds) <=
            time.half_width() + cell.milliseconds_half_width);
      CHECK(std::abs(work.value - cell.calls) <= work.half_width() + cell.calls_half_width);
    }
  }
}

TEST_CASE("the study tells one policy's row from another's") {
  const ContentionStudy& equal = contention_studies()[2];
  const ContentionStudy& full = contention_studies()[3];
  REQUIRE(equal.policy == "aws-equal-jitter");
  REQUIRE(full.policy == "aws-full-jitter");
  double milliseconds = 0;
  for (std::size_t i = 0; i < kContentionTrials; ++i) {
    milliseconds += observe_contention({.seed = 1, .replication = i}, full, 190)[0].sum;
  }
  const ContentionCell& other = equal.cells[4];
  CHECK(std::abs(milliseconds / kContentionTrials - other.milliseconds) >
        4 * other.milliseconds_half_width);
}

}  // namespace
}  // namespace sluice
