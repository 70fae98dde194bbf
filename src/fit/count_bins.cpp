#include "fit/count_bins.hpp"

namespace sluice::fit {
namespace {

constexpr std::size_t kBinsMax = std::size_t{1} << 19;

}  // namespace

void CountBins::add(Duration since) {
  const std::int64_t index = ns(since) / ns(width_);
  if (!bins_.empty() && bins_.back().index == index) {
    ++bins_.back().count;
    return;
  }
  bins_.push_back({index, 1});
  while (bins_.size() > kBinsMax) {
    width_ *= 2;
    std::size_t used = 0;
    for (const CountBin& bin : bins_) {
      if (used > 0 && bins_[used - 1].index == bin.index / 2) {
        bins_[used - 1].count += bin.count;
      } else {
        bins_[used++] = {bin.index / 2, bin.count};
      }
    }
    bins_.resize(used);
  }
}

double CountBins::dispersion(std::int64_t bins_each, std::int64_t windows) const {
  if (windows < 2) return 0;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < bins_.size();) {
    const std::int64_t window = bins_[i].index / bins_each;
    if (window >= windows) break;
    std::int64_t count = 0;
    for (; i < bins_.size() && bins_[i].index / bins_each == window; ++i) count += bins_[i].count;
    const auto number = static_cast<double>(count);
    sum += number;
    squares += number * number;
  }
  if (sum == 0) return 0;
  const auto all = static_cast<double>(windows);
  return (squares - sum * sum / all) / (all - 1) / (sum / all);
}

}  // namespace sluice::fit
