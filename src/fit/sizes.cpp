#include "fit/sizes.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/deterministic_math.hpp"
#include "base/hash.hpp"
#include "fit/parametric.hpp"
#include "fit/sampler_distance.hpp"
#include "stats/rank.hpp"

namespace sluice::fit {
namespace {

constexpr std::size_t kPairsMax = 32'768;
constexpr double kClearlyNearer = 0.005;

std::int64_t at_share(const SizeSampler& sampler, double p) {
  return sampler(static_cast<std::uint64_t>(p * 0x1p64));
}

double error_of(double fitted, double data) noexcept {
  return data == 0 ? fitted : (fitted - data) / data;
}

SizeCandidate candidate(std::string name, SizeSpec spec, const LogHistogram& data) {
  const SizeSampler sampler(spec);
  const auto quantile_error = [&](double p) {
    return error_of(static_cast<double>(at_share(sampler, p)),
                    static_cast<double>(data.quantile(p)));
  };
  return {.name = std::move(name),
          .spec = std::move(spec),
          .ks = sampler_distance(data, sampler),
          .mean_error = error_of(sampler.mean(), data.mean()),
          .p50_error = quantile_error(0.5),
          .p95_error = quantile_error(0.95),
          .p99_error = quantile_error(0.99)};
}

bool is_near(const SizeCandidate& tried) noexcept {
  return tried.ks <= kSizeKsMax && std::abs(tried.mean_error) <= kSizeMeanErrorMax;
}

// Of the two ways to find a lognormal, what is nearer.
std::optional<SizeCandidate> lognormal_sizes(const LogHistogram& data) {
  std::optional<SizeCandidate> best;
  for (const SizeLognormal& spec : lognormals_for(data)) {
    SizeCandidate tried = candidate("lognormal", spec, data);
    if (!best || tried.ks < best->ks) best = std::move(tried);
  }
  return best;
}

// The nearest of the parametric ones, if it is near enough; else the last, empirical. The simplest
// stands first and gives way only to one that is clearly nearer (a zipf is nearly uniform, too).
void choose(FittedSize& fitted) {
  fitted.chosen = fitted.candidates.size() - 1;
  for (std::size_t i = 0; i + 1 < fitted.candidates.size(); ++i) {
    if (!is_near(fitted.candidates[i])) continue;
    const bool is_first = fitted.chosen + 1 == fitted.candidates.size();
    if (is_first ||
        fitted.candidates[i].ks < fitted.candidates[fitted.chosen].ks - kClearlyNearer) {
      fitted.chosen = i;
    }
  }
  fitted.spec = fitted.candidates[fitted.chosen].spec;
}

}  // namespace

void SizeFitter::add(std::int64_t tokens, std::int64_t times) {
  histogram_.add(std::clamp<std::int64_t>(tokens, 0, kSizeMax), times);
}

FittedSize SizeFitter::fit() const {
  FittedSize fitted;
  const LogHistogram& data = histogram_;
  if (data.count() == 0) return fitted;
  fitted.count = data.count();
  fitted.min = data.min();
  fitted.max = data.max();
  fitted.mean = data.mean();
  fitted.p50 = data.quantile(0.5);
  fitted.p95 = data.quantile(0.95);
  fitted.p99 = data.quantile(0.99);
  std::vector<SizeCandidate>& tried = fitted.candidates;
  if (data.min() == data.max()) {
    tried.push_back(candidate("fixed", SizeFixed{data.min()}, data));
  } else {
    tried.push_back(candidate("uniform", SizeUniform{data.min(), data.max()}, data));
    if (auto found = lognormal_sizes(data)) tried.push_back(*std::move(found));
    if (auto spec = zipf_for(data)) tried.push_back(candidate("zipf", *spec, data));
    tried.push_back(candidate("empirical", empirical_sizes(data), data));
  }
  choose(fitted);
  return fitted;
}

void SizePairFitter::add(std::int64_t input, std::int64_t output) {
  // An even sample: those whose place hashes to a multiple of one_in_, a power of two.
  const auto is_kept = [this](std::uint64_t place) {
    return (mix64(place + 1) & (one_in_ - 1)) == 0;
  };
  if (is_kept(seen_)) pairs_.push_back({.place = seen_, .input = input, .output = output});
  ++seen_;
  if (pairs_.size() < kPairsMax) return;
  one_in_ *= 2;
  std::erase_if(pairs_, [&](const Pair& pair) { return !is_kept(pair.place); });
}

double SizePairFitter::rank_correlation() const {
  std::vector<double> inputs;
  std::vector<double> outputs;
  for (const Pair& pair : pairs_) {
    inputs.push_back(static_cast<double>(pair.input));
    outputs.push_back(static_cast<double>(pair.output));
  }
  return stats::rank_correlation(inputs, outputs).value_or(0);
}

}  // namespace sluice::fit
