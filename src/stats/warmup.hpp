// Where the warm-up of a run ends: MSER-5. The truncation point minimises the standard error of
// what remains, over means of batches of five values (White 1997; Spratt 1998; Hoad & Robinson
// 2011). Promises one pass over the data and the smallest truncation among equals.
//
//   const Warmup warmup = mser5(values);
//   auto rest = std::span(values).subspan(warmup.values);   // if warmup.verdict is kFound
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::stats {

enum class WarmupVerdict {
  kFound,
  kRunTooShort,  // the minimum lies at half of the run, the last place looked at
};

std::string_view text(WarmupVerdict verdict);

struct Warmup {
  std::size_t values;  // to drop from the front, a multiple of five
  WarmupVerdict verdict;

  bool operator==(const Warmup&) const = default;
};

// argmin over d <= n / 2 of sum over i > d of (Z_i - mean of Z after d)^2 / (n - d)^2, for the n
// batch means Z. Fewer than two batches are always too short. The last values that do not fill a
// batch do not count. Caveat (Wang & Glynn 2016): for heavily correlated output it can stop too
// early.
Warmup mser5(std::span<const double> values);

}  // namespace sluice::stats
