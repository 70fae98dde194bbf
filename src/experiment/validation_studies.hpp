// Published studies that the program has to reproduce: what others measured with programs of their
// own. A row of theirs is a mean with a half-width, so it carries a standard error too.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "experiment/validation_check.hpp"

namespace sluice {

// A cell of the AWS Architecture Blog's study "Exponential Backoff And Jitter" (2015, code:
// aws-samples/aws-arch-backoff-simulator): so many clients each want to update one row once, and
// all begin at the same instant. Means of 100 trials of their program, with 95 % half-widths.
struct ContentionCell {
  std::int64_t clients;
  double milliseconds;  // until the last client is done
  double milliseconds_half_width;
  double calls;  // writes tried, of all clients together
  double calls_half_width;
};
// One policy of the study, for its numbers of clients.
struct ContentionStudy {
  std::string_view policy;  // a retry preset, or the study's "exponential" or "none"
  std::array<ContentionCell, 5> cells;
};
std::span<const ContentionStudy> contention_studies() noexcept;
inline constexpr std::size_t kContentionTrials = 100;

// One trial of one cell: {milliseconds, calls}.
std::vector<Observation> observe_contention(const CheckTrial& trial, const ContentionStudy& study,
                                            std::int64_t clients);

}  // namespace sluice
